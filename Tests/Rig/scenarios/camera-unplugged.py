# expect: pin off within 1 s of the unplugging, camera.lost in the journal; frames again within 2 s of the return; three times
# set: quick
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 640x360, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 5s"))
picket.start()
chip.wait(3, 1, 10)
offs, backs, open_files = [], [], []
for _ in range(3):
    gone = camera.unplug()
    offs.append(chip.wait(3, 0, 5, since=gone) - gone)
    picket.journal.wait("event=camera.lost", 5, since=gone)
    time.sleep(1.5)
    back = camera.plug()
    backs.append(picket.journal.wait("event=camera.found", 10, since=back).at - back)
    chip.wait(3, 1, 5, since=back)
    open_files.append(picket.descriptors())
check(max(offs) <= 1, f"pin off {', '.join(map(milliseconds, offs))} after the unplugging")
check(max(backs) <= 2 * patience, f"frames {', '.join(map(milliseconds, backs))} after the node was back")
check(open_files[-1] <= open_files[0], f"{open_files} descriptors after each return")
