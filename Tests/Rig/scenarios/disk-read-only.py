# expect: a card that answers writes with EIO and becomes read-only: alarm within 5 s, the pin goes on; rows again after the repair and a restart
# set: full
# disk: yes
# limit: 150
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
disk = "/dev/disk/by-id/virtio-data"
sectors = int(sh(f"blockdev --flushbufs {disk}; blockdev --getsz {disk}"))
sh(f"modprobe dm-flakey; dmsetup create rig --table '0 {sectors} linear {disk} 0'; udevadm settle")
sh(f"mount -o errors=remount-ro /dev/mapper/rig {STATE}; chown picket:picket {STATE}")
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 200ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
picket.start()
chip.wait(3, 1, 10)
time.sleep(4 * patience)
rows = picket.database("SELECT count(*) FROM edges")[0][0]
failed = time.monotonic()
table = f"0 {sectors} flakey {disk} 0 0 1000 1 error_writes"
sh(f"dmsetup suspend --noflush --nolockfs rig && dmsetup load rig --table '{table}' && dmsetup resume rig")
failing = picket.journal.wait("event=storage.failing", 15, since=failed)
check(failing.at - failed <= 5 * patience, f"alarm after {failing.at - failed:.1f} s: {failing.text}")
before = len(chip.edges(3))
time.sleep(6)
count = len(chip.edges(3)) - before
check(count >= 6, f"{count} edges in 6 s meanwhile; the file system is {'read-only' if ' ro,' in sh(f'grep {STATE} /proc/mounts') else 'read-write'}")
check(picket.show("NRestarts") == "0", "no restart")
picket.stop()
sh(f"umount {STATE}; dmsetup suspend --noflush --nolockfs rig && dmsetup load rig --table '0 {sectors} linear {disk} 0' && dmsetup resume rig")
status("e2fsck -fy /dev/mapper/rig")
sh(f"mount /dev/mapper/rig {STATE}")
picket.start()
until(lambda: picket.database("SELECT count(*) FROM edges")[0][0] > rows, 15, "new rows after the repair", pause=0.5)
check(picket.is_intact(), "new rows after the repair, database intact")
