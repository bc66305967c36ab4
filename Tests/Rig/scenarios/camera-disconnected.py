# expect: vivid's disconnect: camera.lost within 1 s, pin off; frames within 2 s after the driver is bound again
# set: quick
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 30s"))
picket.start()
chip.wait(3, 1, 10)
gone = time.monotonic()
camera.control("disconnect")
done = time.monotonic()
off = chip.wait(3, 0, 5, since=gone)
check(off - done <= 1, f"pin off {milliseconds(max(0, off - done))} after the disconnection (the tool took {milliseconds(done - gone)})")
lost = picket.journal.wait("event=camera.lost", 5, since=gone)
seen(f"journal: {lost.text}")
camera.unplug()
back = camera.plug()
found = picket.journal.wait("event=camera.found", 10, since=back).at
check(found - back <= 2 * patience, f"frames {milliseconds(found - back)} after the node was back")
chip.wait(3, 1, 5, since=back)
