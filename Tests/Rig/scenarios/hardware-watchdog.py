# expect: a kernel that hangs is reset by the board's watchdog, which systemd pets (RuntimeWatchdogSec of the package's example)
# set: full
# boot: cold
# phases: 2
# limit: 150
from rig import *

if phase == 0:
    sh("mkdir -p /etc/systemd/system.conf.d; cp /usr/share/picket/10-picket-watchdog.conf /etc/systemd/system.conf.d/; modprobe i6300esb")
    write("/etc/modules-load.d/watchdog.conf", "i6300esb\n")
    sh("systemctl daemon-reexec; sleep 3; sync")
    seen(f"watchdog: {sh('systemctl show -p RuntimeWatchdogUSec --value')}, held by systemd: {status('fuser -s /dev/watchdog0') == 0}")
    check(status("fuser -s /dev/watchdog0") == 0, "systemd pets it")
    open("/job/finished", "w").close()
    write("/job/hung_at", str(time.monotonic()))
    # All processors stand still with interrupts off.
    write("/proc/sys/kernel/panic", "0")
    write("/proc/sysrq-trigger", "c")
    time.sleep(100)
check(True, "the machine was reset and is here again")
