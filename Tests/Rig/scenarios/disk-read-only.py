# expect: a disk that becomes read-only, or answers writes with EIO: the pin goes on, alarm within 5 s, rows again after the repair
# set: full
# disk: yes
# limit: 150
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
disk = "/dev/disk/by-id/virtio-data"
sectors = int(sh(f"blockdev --flushbufs {disk}; blockdev --getsz {disk}"))
sh(f"modprobe dm-flakey; dmsetup create rig --table '0 {sectors} linear {disk} 0'; udevadm settle")
sh(f"mount -o errors=continue /dev/mapper/rig {STATE}; chown picket:picket {STATE}")
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 200ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
picket.start()
chip.wait(3, 1, 10)
time.sleep(4)


def fault(name, begin, end):
    start = time.monotonic()
    sh(begin)
    failing = picket.journal.wait("event=storage.failing", 15, since=start)
    before = len(chip.edges(3))
    time.sleep(6)
    count = len(chip.edges(3)) - before
    check(failing.at - start <= 5 * patience and count >= 6, f"{name}: alarm after {failing.at - start:.1f} s: {failing.text}; {count} edges in 6 s")
    repaired = time.monotonic()
    sh(end)
    back = picket.journal.wait("again|writ", 25, since=repaired)
    check(back.at - repaired <= 8, f"{name}: {back.at - repaired:.1f} s after the repair: {back.text}")


fault("read-only", f"mount -o remount,ro -f {STATE} || true; mount -o remount,ro {STATE} || (echo u > /proc/sysrq-trigger)", f"mount -o remount,rw {STATE}; mount -o remount,rw /")
table = f"0 {sectors} flakey {disk} 0 0 1000 1 error_writes"
fault("EIO", f"dmsetup suspend --noflush --nolockfs rig; dmsetup load rig --table '{table}'; dmsetup resume rig",
      f"dmsetup suspend --noflush --nolockfs rig; dmsetup load rig --table '0 {sectors} linear {disk} 0'; dmsetup resume rig; mount -o remount,rw {STATE}")
check(picket.show("NRestarts") == "0", f"{picket.show('NRestarts')} restarts")
picket.stop()
