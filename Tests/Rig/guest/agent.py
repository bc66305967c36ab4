#!/usr/bin/env python3
"""Runs what the host put into the shared folder: /job/start.py. Part of the image, and small so that it seldom changes.

With `rig.save` on the kernel's command line it first runs /job/prepare.py, gives the folder back, tells the host that the machine may be saved,
and waits: a machine that is restored goes on from there.
"""
import os
import runpy
import subprocess
import sys
import traceback

CONSOLE = "/dev/hvc0"


def share(mounted):
    if mounted:
        options = "trans=virtio,version=9p2000.L,msize=262144,cache=none"
        subprocess.run(["mount", "-t", "9p", "-o", options, "job", "/job"], check=True)
    else:
        subprocess.run(["umount", "/job"], check=True)


def run(path):
    with open("/job/console.log", "a", buffering=1) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit:
            pass
        except BaseException:  # the host has to hear of everything
            traceback.print_exc()
        sys.stdout.flush()
    null = os.open("/dev/null", os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


def main():
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    os.environ["TERM"] = "dumb"
    with open("/proc/cmdline") as line:
        saving = "rig.save" in line.read().split()
    subprocess.run(["modprobe", "virtio_console"], check=False)
    subprocess.run(["udevadm", "settle"], check=False)
    subprocess.run(["stty", "-F", CONSOLE, "raw", "-echo"], check=False)
    share(True)
    if saving:
        run("/job/prepare.py")
        share(False)
        with open(CONSOLE, "r+b", buffering=0) as console:
            console.write(b"ready\n")
            now = b""
            while not now.endswith(b"\n"):
                now += console.read(1)
        subprocess.run(["date", "-s", "@" + now.decode().split()[-1]], check=False, stdout=subprocess.DEVNULL)
        share(True)
    run("/job/start.py")
    with open(CONSOLE, "wb", buffering=0) as console:
        console.write(b"done\n")


main()
