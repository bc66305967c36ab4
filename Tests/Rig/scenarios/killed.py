# expect: pin off at SIGTERM within 1 s; within 100 ms of SIGKILL, every time; ready again within 4.5 s in the median (1 s of it RestartSec); no start limit
# set: quick
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 30s"))
picket.start()
on = chip.wait(3, 1, 10)
offs, backs, before = [], [], int(picket.show("NRestarts"))
for _ in range(8):
    died = picket.kill()
    off = chip.wait(3, 0, 10, since=died)
    offs.append(off - died)
    backs.append(picket.journal.wait("running /etc/picket", 20, since=off).at - died)
    chip.wait(3, 1, 20, since=off)
check(sorted(offs)[len(offs) // 2] <= 0.1, f"off after SIGKILL: {', '.join(map(milliseconds, offs))}")
check(sorted(backs)[len(backs) // 2] <= 4.5 * patience, f"ready again after {min(backs):.1f} to {max(backs):.1f} s")
count = int(picket.show("NRestarts")) - before
check(count == 8, f"{count} restarts, state {picket.show('ActiveState')}")
asked = time.monotonic()
took = picket.stop()
off = chip.wait(3, 0, 5, since=asked)
check(off - asked <= 1, f"off {milliseconds(off - asked)} after systemctl stop, ended after {took:.2f} s")
picket.journal.wait("stopped", 5, since=asked)
check(picket.show("Result") == "success", f"result: {picket.show('Result')}")
