# expect: an update ends the old and starts the new; remove keeps configuration and log; purge leaves the log only, or nothing when asked
# set: quick
# limit: 150
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="some", rules="on_after: 1 of 1, hold: 300ms", nodes="""
  - {id: some, type: random-sampler, inputs: [camera], keep: 30%, seed: 7}
"""))
picket.start()
chip.wait(3, 1, 15)
time.sleep(3)
ours = set(sh("dpkg -L picket").splitlines())
again = time.monotonic()
sh("dpkg -i /rig/picket.deb", timeout=120 * patience)
took = time.monotonic() - again
picket.wait_ready()
off = [edge for edge in chip.edges(3, since=again)]
seen(f"the same package again: dpkg took {took:.1f} s, the service is {picket.show('ActiveState')}")
chip.wait(3, 1, 15, since=time.monotonic())
sh("dpkg -r picket", timeout=120 * patience)
check(chip.level(3) == 0 and status("systemctl -q is-active picket") != 0, "removed: stopped, pin off")
check(os.path.exists(CONFIGURATION) and os.path.exists(f"{STATE}/journal.sqlite"), "configuration and log are kept")
check(not os.path.exists("/usr/bin/picket"), "the program is gone")
sh("dpkg -P picket", timeout=120 * patience)
left = sorted(path for path in ours if os.path.exists(path) and (os.path.isfile(path) or "picket" in path))
check(not left, f"purged: {len(left)} of {len(ours)} files and folders of the package are left {left[:4]}")
check(os.path.exists(f"{STATE}/journal.sqlite"), "the log is kept")
check(status("systemctl cat picket") != 0 and not glob.glob("/etc/systemd/system/*/picket.service"), "no unit, no link to it")
sh("dpkg -i /rig/picket.deb", timeout=120 * patience)
picket.wait_ready()
seen("installed again: it goes on with the configuration that was kept")
sh("PICKET_PURGE_DATA=yes dpkg -P picket", timeout=120 * patience)
left = sh("find / -xdev -iname '*picket*' -not -path '/proc/*' -not -path '/rig/*' -not -path '/job/*' -not -path '/sys/*' -not -path '/run/*' "
          "-not -path '/var/lib/systemd/*' | head -n 5")
check(not left, f"purged with its data: {left or 'nothing is left'}")
check(status("getent passwd picket") != 0, "nor its user")
