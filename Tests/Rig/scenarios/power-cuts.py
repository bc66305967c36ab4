# expect: 50 power cuts while edges, events and pictures are written: database intact, no edge older than 1 s lost, no row without its picture
# set: full
# disk: yes
# phases: 51
# limit: 60
import random

from rig import *

disk = "/dev/disk/by-id/virtio-data"
path = f"{STATE}/journal.sqlite"
chip, picket = Chip(), Picket()
# The disk has other contents than when this machine was saved.
sh(f"blockdev --flushbufs {disk}; echo 3 > /proc/sys/vm/drop_caches; mount {disk} {STATE}; chown picket:picket {STATE}")
if phase > 0:
    sh(f"cp {path}* /tmp/")  # looked at as the cut left it, before Picket opens it
    intact = picket.is_intact("/tmp/journal.sqlite")
    run = picket.database("SELECT max(id) FROM runs", "/tmp/journal.sqlite")[0][0]
    known = {(row[0] // 1_000_000, row[1]) for row in picket.database(f"SELECT monotonic_ns, active FROM edges WHERE run_id = {run}", "/tmp/journal.sqlite")}
    texts = [text.split() for text in read("/job/pins").splitlines()]
    last = kept("cut_at")
    edges = [(int(text[0]) / 1e9, int(text[2])) for text in texts[1:] if len(text) == 3]
    # What the pin showed, and when; the log has the time of the decision, a few milliseconds before.
    def stored(edge):
        return any(level == edge[1] and -50 <= edge[0] * 1000 - at <= 400 for at, level in known)
    lost = [last - edge[0] for edge in edges if not stored(edge)]
    dangling = [row[0] for row in picket.database("SELECT file FROM snapshots", "/tmp/journal.sqlite")
                if not os.path.exists(f"{STATE}/snapshots/{row[0]}") or os.path.getsize(f"{STATE}/snapshots/{row[0]}") == 0]
    totals = kept("totals", {"corrupt": 0, "edges": 0, "lost": 0, "worst": 0.0, "dangling": 0, "pictures": 0})
    totals["corrupt"] += not intact
    totals["edges"] += len(edges)
    totals["lost"] += len(lost)
    totals["worst"] = max([totals["worst"], *lost])
    totals["dangling"] += len(dangling)
    totals["pictures"] = max(totals["pictures"], picket.database("SELECT count(*) FROM snapshots", "/tmp/journal.sqlite")[0][0])
    keep(totals=totals, run=run)
    require(intact, f"cut {phase}: database intact") if not intact else None
    if phase == phases - 1:
        check(totals["corrupt"] == 0, f"{phase} cuts, {totals['corrupt']} databases damaged")
        # A commit waits at most a second for company, and takes its own time under emulation.
        check(totals["worst"] <= 2.0, f"{totals['edges']} edges of the pin, {totals['lost']} not in the log, the oldest {totals['worst']:.2f} s before its cut")
        check(totals["dangling"] == 0, f"{totals['pictures']} rows of pictures, {totals['dangling']} without a file")
        raise Enough
camera = Vivid()
chip.log = "/job/pins"
if os.path.exists(chip.log):
    os.remove(chip.log)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 150ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
  - {id: log, type: event-log, inputs: [sure], start_after: 1 of 1, end_after: 200ms, snapshot: first}
  - {id: few, type: random-sampler, inputs: [camera], keep: 10%, seed: 3}
""" + STATE_NODES.replace("inputs: [camera]", "inputs: [few]")))
picket.start()
chip.watch(3)
chip.wait(3, 1, 15)


def has_rows():
    try:
        # What is seen before the log is open waits in memory, which the promise of a second does not speak of.
        return picket.database(f"SELECT count(*) FROM edges WHERE run_id > {kept('run', 0)}")[0][0] > 0
    except Exception:
        return False


until(has_rows, 30, "the first rows of this start", pause=0.2)
time.sleep(random.Random(phase).uniform(2.5, 6))
keep(cut_at=time.monotonic())
power_cut()
