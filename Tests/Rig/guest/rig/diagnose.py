"""After a failure: leaves in the shared folder what explains it."""
from .shell import sh, write


def collect():
    for name, command in {
        "journal.txt": "journalctl -b --no-pager -o short-monotonic -n 400",
        "service.txt": "systemctl status picket --no-pager -l; systemctl show picket; cat /etc/picket/picket.yaml",
        "devices.txt": "ls -l /dev/video* /dev/gpiochip* /dev/v4l/by-id; gpioinfo; df -h; ps aux; dmesg | tail -n 60",
    }.items():
        write(f"/job/{name}", sh(command, check=False))
