# expect: a disk that takes half a second for every write: the pin's edges and the frame rate stay; no watchdog
# set: full
# disk: yes
# limit: 120
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
disk = "/dev/disk/by-id/virtio-data"
sectors = int(sh(f"blockdev --flushbufs {disk}; blockdev --getsz {disk}"))
sh(f"modprobe dm-delay; dmsetup create rig --table '0 {sectors} delay {disk} 0 0 {disk} 0 500'; udevadm settle")
sh(f"mount /dev/mapper/rig {STATE}; chown picket:picket {STATE}", timeout=120)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 200ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
picket.start()
seen(f"ready after {picket.start_times():.2f} s")
chip.wait(3, 1, 10)
begin = time.monotonic()
time.sleep(40)
count = len(chip.edges(3, since=begin))
check(count >= 30, f"{count} edges in 40 s; {picket.status_text}")
check(picket.show("NRestarts") == "0" and not picket.journal.find("stuck"), "no restart, nothing stuck")
rows = picket.database("SELECT count(*) FROM edges")[0][0]
check(rows > 0, f"{rows} rows by then")
