# expect: a full disk stops pictures, not the pin: edges as before, the journal says so, rows are there within 5 s after space returns
# set: quick
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
sh(f"mount -t tmpfs -o size=8m,mode=750,uid=$(id -u picket),gid=$(id -g picket) none {STATE}")
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 200ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
picket.start()
chip.wait(3, 1, 10)
time.sleep(5)
rows = picket.database("SELECT count(*) FROM edges")[0][0]
check(rows > 0, f"{rows} edges in the log before")
sh(f"dd if=/dev/zero of={STATE}/filler bs=64k", check=False)
full = time.monotonic()
failing = picket.journal.wait("event=storage.failing", 20, since=full)
seen(f"journal: {failing.text}")
before = len(chip.edges(3, since=full))
time.sleep(8)
count = len(chip.edges(3, since=full)) - before
check(count >= 8, f"{count} edges in 8 s on the full disk")
until(lambda: "LOG FAILING" in picket.status_text, 5, "the status says so")
os.remove(f"{STATE}/filler")
space = time.monotonic()
back = picket.journal.wait("writ|again", 10, since=space)
check(back.at - space <= 5 * patience, f"{back.at - space:.1f} s after space is back: {back.text}")
time.sleep(2)
picket.stop()
stored = {row[0] for row in picket.database("SELECT monotonic_ns FROM edges")}
edges = chip.edges(3)
# An edge and its contrary within half a millisecond are not seen from outside.
check(len(stored) >= len(edges) - 1, f"{len(edges)} edges of the pin, {len(stored)} rows: none was lost")
check(picket.is_intact() and picket.show("NRestarts") == "0", "database intact, no restart")
