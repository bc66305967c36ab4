# expect: the clock jumps a year ahead, to 1970 and back: no edge of the pin, no deletion, no negative duration, no restart
# set: quick
# limit: 90
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="sure", rules="on_after: 1 of 1, hold: 1s",
                          storage=f"path: {STATE}, max_size: 50MB, keep_free: 1%, max_age: 30d", nodes=STATE_NODES + """
  - {id: log, type: event-log, inputs: [sure], start_after: 1 of 1, end_after: 1s, snapshot: first}
"""))
picket.start()
on = chip.wait(3, 1, 15)
time.sleep(3)
for jump in ("+1 year", "1970-01-02", "2026-06-01", "-3 days", "+2 hours"):
    sh(f"date -s '{jump}'")
    time.sleep(3)
edges = chip.edges(3, since=on + 0.001)
check(not edges, f"{len(edges)} edges of the pin during five jumps")
time.sleep(11)  # retention comes by every 10 s
picket.stop()
rows = picket.database("SELECT count(*), min(last_monotonic_ns - first_monotonic_ns) FROM events")[0]
pictures = len(glob.glob(f"{STATE}/snapshots/*.jpg"))
check(rows[0] >= 1 and rows[1] >= 0 and pictures >= 1, f"{rows[0]} event(s), shortest {rows[1] / 1e9:.1f} s, {pictures} picture(s) still there")
check(picket.show("NRestarts") == "0" and not picket.journal.find("stuck"), "no restart, nothing stuck")
