# expect: damaged JPEGs and flagged buffers are counted and never looked at; the pin stays; the process lives; no buffer is lost
# set: quick
# limit: 120
from rig import *

camera, chip, picket = Loop(), Chip(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node, camera="fps: 10", inputs="sure", nodes=STATE_NODES, rules="on_after: 1 of 1, hold: 3s"))
for number, kind in enumerate(["cut", "flip", "noise", "empty"]):
    camera.feed("/rig/clip.mjpeg", "320x240", "MJPG", fps=10, damage=kind, every=3)
    if number == 0:
        picket.start()
    begin = time.monotonic()
    picket.journal.wait("event=camera.found", 20)
    on = chip.wait(3, 1, 15, since=begin) if chip.level(3) == 0 else begin
    time.sleep(4)
    count = len(picket.journal.find("event=frame.corrupt", since=begin))
    check(count <= 2, f"{kind}: {count} lines about damaged frames in {camera.count()} frames")
    check(chip.level(3) == 1, f"{kind}: the pin stays on by the good frames")
    camera.stop()
    time.sleep(0.5)
check(picket.show("NRestarts") == "0", f"{picket.resident_kilobytes() // 1024} MB resident, no restart")
picket.stop()
numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", picket.journal.wait("stopped .*captured=", 5).text)}
check(numbers["captured"] == numbers["processed"] + numbers["dropped"] + numbers["damaged"] and numbers["damaged"] >= 30, f"every frame is accounted for: {numbers}")

flagged = Vivid()
picket.configure(pipeline("by-name/vivid*", camera="size: 320x180, format: [YUYV], fps: 10", rules="on_after: 1 of 1, hold: 30s"))
begin = time.monotonic()
picket.start()
chip.wait(3, 1, 10, since=begin)
for _ in range(40):
    flagged.control("inject_v4l2_buf_flag_error")
time.sleep(1)
check(chip.level(3) == 1 and "camera ok" in picket.status_text, f"still streaming: {picket.status_text}")
flagged.control("percentage_of_dropped_buffers", 50)
time.sleep(3)
flagged.control("percentage_of_dropped_buffers", 0)
flagged.control("wrap_sequence_number")
time.sleep(2)
check(picket.show("NRestarts") == "0" and chip.level(3) == 1, "lost buffers and a counter that wraps do nothing worse")
picket.stop()
numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", picket.journal.wait("stopped .*captured=", 5, since=begin).text)}
check(numbers["captured"] == numbers["processed"] + numbers["dropped"] + numbers["damaged"], f"accounted for: {numbers}")
check(10 <= numbers["damaged"] <= 40 and numbers["missed"] >= 5, f"40 flags pressed, {numbers['damaged']} frames dropped for them; half the buffers lost for 3 s: {numbers['missed']} gaps counted")
