# expect: started by systemd, READY=1 within 1.5 s (median of five); exposure at most 2.0; no group or user but its own
# set: quick
from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", inputs="sure", nodes=STATE_NODES))
times = []
for _ in range(5):
    picket.start()
    times.append(picket.start_times())
    picket.stop()
median = sorted(times)[2]
check(median <= 1.5 * patience, f"ready after {', '.join(f'{value:.2f}' for value in times)} s, median {median:.2f} s")
picket.start()
picket.journal.wait("event=camera.found", 20)
score = float(re.search(r": ([\d.]+)", sh("systemd-analyze security picket.service | tail -n 1")).group(1))
check(score <= 2.0, f"systemd-analyze security says {score}")
owner = sh(f"ps -o user:20= -p {picket.pid}")
check(owner == "picket", f"it runs as {owner}, {picket.threads()} threads, {picket.resident_kilobytes() / 1024:.0f} MB resident")
facts = picket.show("Type", "WatchdogUSec", "ActiveState", "NRestarts")
check(facts["Type"] == "notify" and facts["ActiveState"] == "active" and facts["NRestarts"] == "0", f"systemd: {facts}")
check(" fps" in picket.status_text or picket.status_text == "started", f"status: {picket.status_text}")
sizes = int(sh("dpkg-query -W -f '${Installed-Size}' picket"))
check(sizes <= 40 * 1024, f"the package takes {sizes / 1024:.1f} MiB")
