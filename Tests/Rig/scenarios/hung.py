# expect: a frozen process loses its pin within WatchdogSec (10 s) + 1 s; systemd ends it and the service comes back
# set: quick
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 60s"))
picket.start()
chip.wait(3, 1, 10)
time.sleep(3)
frozen = picket.kill(signal.SIGSTOP)
off = chip.wait(3, 0, 30, since=frozen)
check(off - frozen <= 11, f"off {off - frozen:.1f} s after SIGSTOP")
chip.wait(3, 1, 30, since=off)
lines = sh("journalctl -b -o cat --no-pager | grep -i 'watchdog timeout' | head -n 1", check=False)
check("atchdog" in lines, f"systemd: {lines}")
check(picket.show("NRestarts") == "1", f"{picket.show('NRestarts')} restart")
