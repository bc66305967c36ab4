# expect: a reload swaps the workflow without an edge of the pin; a bad file is refused with line and column, the last good one stays
# set: quick
# limit: 90
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
first = pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 2s")
picket.configure(first)
picket.start()
on = chip.wait(3, 1, 10)
for number in range(3):
    picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 2s", inputs="sure",
                              nodes=STATE_NODES.replace(">= 0", f">= 0.0{number}")))
    begin = time.monotonic()
    sh("systemctl reload picket")
    done = picket.journal.wait("event=reload.done", 10, since=begin)
    seen(f"reload {number + 1}: done after {milliseconds(done.at - begin)}")
    time.sleep(1)
for name, text in {"syntax": "version: 1\ncamera: {device: /dev/video0\n", "a wrong word": first.replace("gpio-output", "gpio-ouput"),
                   "a missing model": first.replace("nodes:", "nodes:\n  - {id: m, type: visual-detector, inputs: [camera], model: /nowhere.tflite}")}.items():
    picket.configure(text)
    begin = time.monotonic()
    code = status("systemctl reload picket")
    refused = picket.journal.wait("event=reload.refused", 10, since=begin)
    issue = picket.journal.find("event=reload.issue", since=begin)[0].text
    check(re.search(r"\d+:\d+", issue) and "last good one stays" in refused.text, f"{name}: {issue}")
    time.sleep(3)
    check("REFUSED" in picket.status_text, f"{name}: the status says so 3 s later: {picket.status_text}")
edges = chip.edges(3, since=on + 0.001)
check(not edges, f"{len(edges)} edges of the pin in three reloads and three refusals")
check(picket.show("NRestarts") == "0", "the same process")
picket.configure(first)
begin = time.monotonic()
sh("systemctl reload picket")
picket.journal.wait("event=reload.done", 10, since=begin)
time.sleep(2)
check("REFUSED" not in picket.status_text, f"after a good one: {picket.status_text}")
