# expect: a bad file at start: exit 78 with line and column, pin at its safe level, few lines in the journal; up soon after the file is mended
# set: quick
# limit: 120
from rig import *

chip, camera, picket = Chip(pull_up=(3,)), Vivid(), Picket()
chip.watch(3)
good = pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", line="chip: rig, offset: 3, active: high")
picket.configure(good.replace("on_after: 1 of 1", "on_after: 9 of 5"))
begin = time.monotonic()
picket.start(wait=False)
issue = picket.journal.wait("event=config.issue", 20, since=begin)
check(re.search(r":\d+:\d+", issue.text), f"journal: {issue.text}")
time.sleep(20)
count = len(picket.journal.find("event=config.issue", since=begin))
check(count <= 4, f"{count} times the same issue in 20 s")
check(picket.show("ExecMainStatus") in ("78", "0"), f"exit status {picket.show('ExecMainStatus')}, {picket.show('NRestarts')} restarts, {picket.show('ActiveState')}")
mended = time.monotonic()
picket.configure(good)
on = chip.wait(3, 0, 20, since=mended) if not chip.edges(3, since=begin) else mended
picket.journal.wait("event=camera.found", 20, since=mended)
ready = time.monotonic()
check(ready - mended <= 15, f"frames {ready - mended:.1f} s after the file was mended")
