# expect: 30 minutes at 15 frames a second: resident set, descriptors and threads flat; captured = processed + dropped + damaged, exactly
# set: soak
# limit: 2100
from rig import *

minutes = 30
chip, camera, picket = Chip(), Loop(), Picket()
chip.watch(3)
camera.feed("/rig/clip.mjpeg", "320x240", "MJPG", fps=15, damage="cut", every=97)
picket.configure(pipeline(camera.node, camera="fps: 15", inputs="sure", rules="on_after: 1 of 1, hold: 5s", nodes=STATE_NODES + """
  - {id: few, type: random-sampler, inputs: [sure], keep: 5%, seed: 7}
  - {id: log, type: event-log, inputs: [few], start_after: 1 of 1, end_after: 1s, snapshot: first}
"""))
picket.start()
picket.journal.wait("event=camera.found", 20)
on = chip.wait(3, 1, 15)
time.sleep(120)
samples = []
for _ in range(minutes - 2):
    samples.append((picket.resident_kilobytes(), picket.descriptors(), picket.threads()))
    time.sleep(60)
first, last = samples[0], samples[-1]
check(last[0] - first[0] <= 1024, f"resident {first[0]} kB after 2 minutes, {last[0]} kB after {minutes}; most {max(sample[0] for sample in samples)}")
check(last[1:] == first[1:], f"{first[1]} descriptors and {first[2]} threads, then {last[1]} and {last[2]}")
check(not chip.edges(3, since=on + 0.001), f"{len(chip.edges(3, since=on + 0.001))} edges of the pin")
picket.stop()
given = camera.count()
account = picket.journal.find("stopped .*captured=")[-1].text
numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", account)}
total = sum(numbers.get(name, 0) for name in ("processed", "dropped", "damaged"))
check(numbers.get("captured") == total and total > 0, f"journal: {account}")
check(abs(given - numbers["captured"] - numbers["missed"]) <= 8, f"the player gave {given} frames")
check(picket.show("NRestarts") == "0" and picket.is_intact(), "no restart, database intact")
