"""A virtual machine of the rig, seen from the host: starting it, saving it, restoring it, cutting its power."""
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA_SIZE = "256M"

EMULATORS = {
    "amd64": ["qemu-system-x86_64", "-M", "q35", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a72"],
}
# RIG_CLOCK=guest: the guest's clock counts instructions, two nanoseconds each (a core of 500 MIPS), so that times are those of the emulated
# machine and do not depend on what else the host does; several times slower.
PACE = {
    "guest": ["-accel", "tcg,thread=single,tb-size=512", "-icount", "shift=1"],
    "host": ["-accel", "tcg,thread=multi,tb-size=512"],
}[os.environ.get("RIG_CLOCK", "host")]
CONSOLES = {"amd64": "ttyS0", "arm64": "ttyAMA0"}


class RigError(Exception):
    pass


def rig_folder():
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "picket-rig"
    return Path(os.environ.get("RIG", default))


class Machine:
    """One run of the emulator. `share` is the folder that the guest sees as /job."""

    def __init__(self, arch, folder, share, *, disk, data=None, memory=1024, arguments=(), restore=None, save=False, temporary=True):
        self.share = Path(share)
        self.ended_by_cut = False
        self.sockets = self.share.parent / "sockets"
        self.sockets.mkdir(parents=True, exist_ok=True)
        kernel_line = (
            f"console={CONSOLES[arch]} rw quiet loglevel=4 panic=1 mitigations=off audit=0 apparmor=0 selinux=0 random.trust_cpu=on "
            f"tsc=reliable systemd.show_status=0 {'rig.save' if save else ''}"
        )
        self.data_node = "data"
        command = [
            *EMULATORS[arch], *PACE, "-smp", "2", "-m", str(memory), "-nodefaults", "-display", "none",
            "-no-reboot", "-kernel", str(folder / "vmlinuz"), "-initrd", str(folder / "initrd"), "-append", kernel_line,
            "-serial", f"file:{self.share.parent / 'console'}",
            "-drive", f"file={disk},if=none,id=root,format=qcow2,snapshot={'on' if temporary else 'off'},cache=unsafe",
            "-device", "virtio-blk-pci,drive=root",
            # Written through to the host's files at the guest's flushes only: what was not synced dies with the machine.
            "-drive", f"file={data or folder / 'empty.img'},if=none,id=data,format=raw,snapshot={'off' if data else 'on'},cache=writeback",
            "-device", "virtio-blk-pci,drive=data,serial=data",
            "-device", "virtio-rng-pci", "-device", "i6300esb", "-action", "watchdog=reset",
            "-fsdev", f"local,id=job,path={self.share},security_model=none,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=job,mount_tag=job",
            "-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={self.sockets / 'agent'},server=on,wait=off",
            "-device", "virtconsole,chardev=agent", "-qmp", f"unix:{self.sockets / 'qmp'},server=on,wait=off",
            *arguments,
        ]
        if restore:
            command += ["-incoming", f"exec:cat {restore}"]
        for name in ("agent", "qmp"):
            (self.sockets / name).unlink(missing_ok=True)
        self.log = open(self.share.parent / "emulator.log", "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        self.agent = self._connect("agent")
        self.monitor = self._connect("qmp")
        self.replies = self.monitor.makefile("r")
        self.replies.readline()
        self.command("qmp_capabilities")

    def _connect(self, name):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RigError("the emulator did not start: " + (self.share.parent / "emulator.log").read_text()[-800:])
            try:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(str(self.sockets / name))
                return connection
            except OSError:
                connection.close()
                time.sleep(0.05)
        raise RigError("the emulator's sockets did not come")

    def command(self, name, **arguments):
        self.monitor.sendall(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
        while True:
            line = self.replies.readline()
            if not line:
                raise RigError(f"the emulator ended during {name}")
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RigError(f"{name}: {answer['error']['desc']}")

    def wait_for(self, word, limit):
        """Waits for a line of the guest's agent; 'ended' when the machine ended instead, 'late' when the time was over."""
        self.agent.settimeout(0.2)
        text = b""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if (self.share / "cut").exists():
                self.cut()
                return "cut"
            try:
                part = self.agent.recv(64)
                if not part:
                    break
                text += part
                if word.encode() in text:
                    return word
            except TimeoutError:
                pass
            except OSError:
                break
            if self.process.poll() is not None:
                break
        else:
            return "late"
        self.process.wait()
        return "ended"

    def save(self, path):
        self.command("migrate", uri=f"exec:cat > {path}.part")
        while True:
            status = self.command("query-migrate").get("status")
            if status == "completed":
                break
            if status in ("failed", "cancelled"):
                raise RigError("the machine could not be saved")
            time.sleep(0.2)
        self.command("quit")
        self.process.wait()
        os.replace(f"{path}.part", path)

    def go(self):
        """Lets a restored machine go on."""
        self.agent.sendall(f"go {time.time():.3f}\n".encode())

    def cut(self):
        """Takes the power away."""
        self.process.kill()
        self.process.wait()

    def close(self):
        self.cut()
        for connection in (self.agent, self.monitor):
            connection.close()
        self.log.close()


def make_data_disk(path):
    subprocess.run(["truncate", "-s", DATA_SIZE, path], check=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-F", path], check=True)


def overlay(base, path):
    Path(path).unlink(missing_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", "raw" if base.suffix == ".img" else "qcow2", str(path)],
                   check=True)


def fill_share(share, files):
    """Puts helpers and files into the folder that the guest sees."""
    share.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "guest" / "rig", share / "rig", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name, source in files.items():
        target = share / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
