# expect: resident set far below MemoryMax; a limit that is too small ends it, pin off, service tried again for ever
# set: full
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 640x360, format: [YUYV], fps: 10", inputs="sure", rules="on_after: 1 of 1, hold: 30s", nodes=STATE_NODES))
picket.start()
chip.wait(3, 1, 15)
time.sleep(5)
used = int(picket.show("MemoryCurrent")) / 2**20
check(used < 150, f"{used:.0f} MiB of the 300 MiB that the unit allows, {picket.resident_kilobytes() / 1024:.0f} MiB resident")
squeezed = time.monotonic()
sh("systemctl set-property --runtime picket MemoryMax=4M", check=False)
off = chip.wait(3, 0, 20, since=squeezed)
seen(f"pin off {milliseconds(off - squeezed)} after the limit came")
until(lambda: int(picket.show("NRestarts")) >= 2, 30, "it is tried again")
check("oom" in sh("systemctl show picket -p Result; journalctl -b -o cat -u picket --no-pager | tail -n 60", check=False).lower(), "systemd says oom")
sh("systemctl set-property --runtime picket MemoryMax=300M")
freed = time.monotonic()
on = chip.wait(3, 1, 20, since=freed)
check(on - freed <= 5 * patience, f"back {on - freed:.1f} s after the limit is what it was, {picket.show('NRestarts')} restarts")
