"""Cameras: vivid, which has faults on request, and v4l2loopback, which plays pictures."""
import os
import signal
import subprocess
import time

from .report import until
from .shell import read, sh, write

DRIVER = "/sys/bus/platform/drivers/vivid"


class Vivid:
    """One or more test cameras of the kernel; `node(0)` is the first one's device."""

    def __init__(self, count=1):
        sh(f"modprobe vivid n_devs={count} node_types={','.join(['0x1'] * count)} input_types={','.join(['0x00'] * count)} no_error_inj=0")
        sh("udevadm settle")
        self.count = count

    def node(self, index=0):
        for name in sorted(os.listdir("/sys/class/video4linux")):
            if read(f"/sys/class/video4linux/{name}/name") == f"vivid-{index:03}-vid-cap":
                return f"/dev/{name}"
        return None

    def control(self, name, value=1, index=0):
        """Presses one of the driver's fault buttons."""
        sh(f"v4l2-ctl -d {self.node(index)} -c {name}={value}")

    def unplug(self, index=0):
        """Gives the time at which the driver let go."""
        at = time.monotonic()
        write(f"{DRIVER}/unbind", f"vivid.{index}")
        return at

    def plug(self, index=0):
        """Gives the time at which the device node was back."""
        write(f"{DRIVER}/bind", f"vivid.{index}")
        until(lambda: self.node(index) and os.path.exists(self.node(index)), 10, "the camera's node comes back", pause=0.005)
        return time.monotonic()


class Loop:
    """A v4l2loopback camera; `feed` plays a file into it."""

    def __init__(self, name="Rig Loop", number=42):
        if not os.path.exists("/sys/module/v4l2loopback"):
            sh(f"modprobe v4l2loopback devices=1 video_nr={number} exclusive_caps=1 card_label='{name}' max_buffers=4")
            sh("udevadm settle")
        self.node = f"/dev/video{number}"
        self.player = None

    def feed(self, path, size, format="MJPG", fps=10, damage=None, every=1):
        command = ["rig-feed", self.node, size, format, str(fps), path]
        if damage:
            command += [damage, str(every)]
        self.player = subprocess.Popen(["nice", "-n", "-5", *command])
        until(lambda: read("/run/rig-feed.count"), 12, "the player plays")

    def count(self):
        return int(read("/run/rig-feed.count", "0") or 0)

    def pause(self):
        """The producer just stops, without an error for the reader."""
        self.player.send_signal(signal.SIGSTOP)
        return time.monotonic()

    def resume(self):
        self.player.send_signal(signal.SIGCONT)
        return time.monotonic()

    def stop(self):
        self.player.kill()
        self.player.wait()
        if os.path.exists("/run/rig-feed.count"):
            os.remove("/run/rig-feed.count")
        return time.monotonic()
