# expect: initial level without a glitch, active-low, hold, min_off, max_on and pulse within 60 ms of what is written
# set: quick
# limit: 120
from rig import *

slack = 0.06 * patience
chip, camera, picket = Chip(pull_up=(4,)), Loop(), Picket()
chip.watch(3, 4, 5, 6)
camera.feed("/rig/clip.mjpeg", "320x240", "MJPG", fps=10)
picket.configure(f"""version: 1
camera: {{device: {camera.node}, fps: 10, lost_after: 20s}}
nodes:
  - {{id: plain, type: gpio-output, inputs: [camera], line: {{chip: rig, offset: 3}}, on_after: 3 of 5, hold: 2s, min_off: 4s}}
  - {{id: inverted, type: gpio-output, inputs: [camera], line: {{chip: rig, offset: 4, active: low}}, on_after: 1 of 1, hold: 2s}}
  - {{id: limited, type: gpio-output, inputs: [camera], line: {{chip: rig, offset: 5}}, on_after: 1 of 1, hold: 1s, max_on: 3s}}
  - {{id: pulsed, type: gpio-output, inputs: [camera], line: {{chip: rig, offset: 6}}, on_after: 1 of 1, pulse: 500ms}}
storage: {{path: {STATE}}}
""")
begin = time.monotonic()
picket.start()
on = chip.wait(5, 1, 10, since=begin)
off = chip.wait(5, 0, 10, since=on)
check(abs(off - on - 3) <= slack, f"max_on 3 s: on for {off - on:.3f} s")
pulse_on = chip.wait(6, 1, 5, since=begin)
pulse_off = chip.wait(6, 0, 5, since=pulse_on)
check(abs(pulse_off - pulse_on - 0.5) <= slack, f"pulse 500 ms: {pulse_off - pulse_on:.3f} s")
first = chip.edges(3, since=begin)
check(len(first) == 1 and first[0].level == 1, f"no glitch on the way to the first level: {len(first)} edge(s) of the plain line")
low = chip.edges(4, since=begin)
check([edge.level for edge in low] == [0], f"active low: levels {[edge.level for edge in low]}, pulled up before")
seen(f"min_off counts from the start too: the plain line went on {first[0].at - low[0].at:.2f} s after the one without")
stopped = camera.pause()
plain_off = chip.wait(3, 0, 10, since=stopped)
seen(f"hold of 2 s after the last frame (or the stall of 2 s): off {plain_off - stopped:.2f} s after the producer stopped")
check(1.8 <= plain_off - stopped <= 2.4, "within 0.4 s of the hold, a frame's age included")
camera.resume()
plain_on = chip.wait(3, 1, 15, since=plain_off)
check(plain_on - plain_off >= 4 - 0.01, f"min_off 4 s: off for {plain_on - plain_off:.3f} s")
check(plain_on - plain_off <= 4.6 * patience, "and no longer than a frame more")
picket.stop()
check([chip.level(line) for line in (3, 4, 5, 6)] == [0, 1, 0, 0], "safe levels after the end")
