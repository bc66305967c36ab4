# expect: a model that is slower than the camera: newest frame wins, memory flat, the journal is not flooded, stale results switch nothing
# set: full
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 640x360, format: [YUYV], fps: 25", inputs="found", rules="on_after: 1 of 1, hold: 1s, max_age: 50ms",
                          nodes="  - {id: found, type: visual-detector, inputs: [camera], model: /usr/share/picket/demo/pads.tflite, min_score: 0.01}\n"))
picket.drop_in("[Service]\nCPUQuota=30%\n")
picket.start()
picket.journal.wait("event=camera.found", 20)
time.sleep(5)
before, begin = picket.resident_kilobytes(), time.monotonic()
time.sleep(25)
lines = len(picket.journal.find(".", since=begin))
check(lines <= 25, f"{lines} lines of the journal in 25 s, {len(picket.journal.find('output.stale', since=begin))} of them about stale results")
check(picket.resident_kilobytes() - before < 2048, f"{before} kB, then {picket.resident_kilobytes()} kB")
check(picket.show("NRestarts") == "0", picket.status_text)
