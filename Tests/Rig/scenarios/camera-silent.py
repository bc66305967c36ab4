# expect: a producer that just stops, without error: noticed within 3 s, pin off; frames again within 2 s after it goes on
# set: quick
from rig import *

chip, camera, picket = Chip(), Loop(), Picket()
chip.watch(3)
camera.feed("/rig/clip.mjpeg", "320x240", "MJPG", fps=10)
picket.configure(pipeline("by-name/Rig Loop", camera="fps: 10, lost_after: 3s", rules="on_after: 1 of 1, hold: 60s"))
picket.start()
chip.wait(3, 1, 10)
offs, backs = [], []
for _ in range(2):
    silent = camera.pause()
    offs.append(chip.wait(3, 0, 10, since=silent) - silent)
    picket.journal.wait("event=camera.lost", 10, since=silent)
    time.sleep(3)
    back = camera.resume()
    backs.append(chip.wait(3, 1, 10, since=back) - back)
check(max(offs) <= 3, f"pin off {', '.join(map(milliseconds, offs))} after the last frame")
check(max(backs) <= 2 * patience, f"pin on again {', '.join(map(milliseconds, backs))} after the producer went on")
gone = camera.stop()
off = chip.wait(3, 0, 10, since=gone)
check(off - gone <= 3, f"pin off {milliseconds(off - gone)} after the producer was killed")
time.sleep(2)
camera.feed("/rig/clip.mjpeg", "320x240", "MJPG", fps=10)
back = time.monotonic()
check(chip.wait(3, 1, 10, since=back) - back <= 2 * patience, f"pin on {milliseconds(chip.wait(3, 1, 1, since=back) - back)} after another one began")
reason = picket.journal.find("event=camera.lost")[0].text
check("no frame" in reason, f"journal: {reason}")
