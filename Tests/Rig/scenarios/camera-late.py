# expect: ready without a camera, pin at its safe level, the cause in the status; frames within 2 s after it is plugged in
# set: quick
from rig import *

chip, picket = Chip(), Picket()
chip.watch(3)
picket.configure(pipeline("/dev/video0", camera="size: 320x180, format: [YUYV], fps: 10"))
picket.start()
check(status("systemctl -q is-active picket") == 0, "active without a camera")
line = picket.journal.wait("event=camera.waiting", 10)
check("is it plugged in" in line.text, f"journal: {line.text}")
until(lambda: "camera" in picket.status_text, 5 * patience, "a status about the camera")
check("waiting for the camera" in picket.status_text, f"status: {picket.status_text}")
time.sleep(8)
check(chip.level(3) == 0, "pin off meanwhile")
camera = Vivid()
there = time.monotonic()
found = picket.journal.wait("event=camera.found", 10, since=0).at
check(found - there <= 2 * patience, f"first frame {milliseconds(max(0, found - there))} after modprobe had ended")
chip.wait(3, 1, 5)
waiting = picket.journal.find("event=camera.waiting")
check(len(waiting) <= 8, f"{len(waiting)} line(s) about waiting")
