# expect: started at boot by the package alone, before the login; pin at its level after boot; kernel panic: the machine starts again, pin off before
# set: quick
# boot: cold
# phases: 3
# limit: 120
from rig import *

picket = Picket()
if phase == 0:
    check(sh("systemctl is-enabled picket") == "enabled", "the package has enabled the service")
    check(sh("systemctl show picket -p ConditionResult --value") == "no", "without a configuration it waits quietly")
    # From now on the machine has a camera and a chip at boot.
    write("/etc/modules-load.d/rig.conf", "vivid\ngpio-sim\n")
    write("/etc/modprobe.d/rig.conf", "options vivid n_devs=1 node_types=0x1 input_types=0x00\n")
    write("/etc/systemd/system/rig-chip.service", """[Unit]
DefaultDependencies=no
After=systemd-modules-load.service sys-kernel-config.mount
Before=picket.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cd /sys/kernel/config/gpio-sim; mkdir -p rig/bank0; echo 8 > rig/bank0/num_lines; echo rig > rig/bank0/label; echo 1 > rig/live'
[Install]
WantedBy=multi-user.target
""")
    sh("systemctl enable rig-chip.service")
    picket.configure(pipeline("/dev/video0", camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 2s"))
    sh("sync")
    power_cut()
picket.wait_ready(60)
ready, boot = picket.start_times(), int(picket.show("ActiveEnterTimestampMonotonic")) / 1e6
picket.journal.wait("siren on", 30)
path = glob.glob("/sys/devices/platform/gpio-sim.0/gpiochip*/sim_gpio3/value")[0]
check(read(path) == "1", f"{'after a power cut' if phase == 1 else 'after a panic'}: ready {boot:.1f} s after the kernel's start, {ready:.2f} s after its own, pin on")
if phase == 1:
    sh("sync")
    open("/job/finished", "w").close()
    seen(f"panic: panic={read('/proc/sys/kernel/panic')}")
    write("/proc/sysrq-trigger", "c")
    time.sleep(60)
