# expect: by-id, by-path and by-name find their camera under whatever number; two daemons with a camera each do not disturb one another
# set: quick
import subprocess

from rig import *

camera, chip, picket = Vivid(2), Chip(), Picket()
names = {"by-id/usb-Rig_Second*-video-index0": 1, "by-name/vivid-000*": 0, "by-id/usb-Rig_First*": 0}
for pattern, index in names.items():
    begin = time.monotonic()
    picket.configure(pipeline(pattern, camera="size: 320x180, format: [YUYV], fps: 10"))
    picket.start()
    opened = picket.journal.wait("camera is open", 20, since=begin)
    check(camera.node(index) in opened.text, f"{pattern}: {opened.text}")
    if pattern != list(names)[-1]:
        picket.stop()
write("/rig/second.yaml", pipeline("by-id/usb-Rig_Second*", line="chip: rig, offset: 4, active: high", camera="size: 320x180, format: [YUYV], fps: 10",
                                   storage="path: /rig/second-state"))
chip.watch(3, 4)
log = open("/rig/second.log", "w")
second = subprocess.Popen(["picket", "run", "--config", "/rig/second.yaml"], stdout=log, stderr=log)
chip.wait(4, 1, 20 * patience)
time.sleep(2)
check(chip.level(3) == 1 and chip.level(4) == 1, f"both run: {picket.status_text}; second: {'camera is streaming' in read('/rig/second.log')}")
renumbered = time.monotonic()
camera.unplug(0)
time.sleep(3)
lost = next((line for line in read("/rig/second.log").splitlines() if "camera is lost" in line), "")
check(chip.level(4) == 1 and not lost, f"the second one's camera stays when the first one's goes {lost or chip.edges(4, since=renumbered)}")
back = camera.plug(0)
chip.wait(3, 1, 10, since=back)
check(True, f"the first one is back as {camera.node(0)}")
second.terminate()
check(second.wait(10) == 0, "the second one ends with 0")
check(chip.level(4) == 0, "and its pin is off")
