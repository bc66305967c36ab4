# expect: a line in use, a missing chip, a second daemon: said in words, everything else goes on; the line is taken when it comes free
# set: quick
# limit: 120
import subprocess

from rig import *

chip, camera, picket = Chip(), Vivid(), Picket()
chip.watch(3, 5)
holder = subprocess.Popen(["gpioset", "--mode=signal", chip.name, "3=0"])
time.sleep(1)
picket.configure(pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10").replace("storage:", """  - {id: other, type: gpio-output, inputs: [camera], line: {chip: rig, offset: 5}, on_after: 1 of 1, hold: 1s}
  - {id: nowhere, type: gpio-output, inputs: [camera], line: {chip: no-such-chip, offset: 1}, on_after: 1 of 1, hold: 1s}
storage:"""))
picket.start()
chip.wait(5, 1, 10)
busy = picket.journal.wait("siren failed", 10)
check("in use by" in busy.text and "gpioset" in busy.text, f"journal: {busy.text}")
missing = picket.journal.wait("nowhere failed", 10)
check("no GPIO chip is called 'no-such-chip'; there are: rig" in missing.text, f"journal: {missing.text}")
until(lambda: "siren FAILED" in picket.status_text, 5 * patience, "the status says so")
seen(f"status: {picket.status_text}")
free = time.monotonic()
holder.kill()
holder.wait()
on = chip.wait(3, 1, 35, since=free)
check(True, f"taken {on - free:.1f} s after it came free")

again = subprocess.run(["picket", "run", "--config", "/etc/picket/picket.yaml"], capture_output=True, text=True, timeout=60 * patience)
check(again.returncode == 1 and "already" in again.stderr, f"a second daemon on the same folder ends with {again.returncode}: {again.stderr.strip()[-160:]}")
write("/rig/second.yaml", pipeline(camera.node(), camera="size: 320x180, format: [YUYV], fps: 10", storage="path: /rig/second-state"))
log = open("/rig/second.log", "w")
second = subprocess.Popen(["picket", "run", "--config", "/rig/second.yaml"], stdout=log, stderr=log)
time.sleep(5 * patience)
words = read("/rig/second.log")
check(second.poll() is None, "a second daemon with another folder goes on")
check("is in use by 'picket'" in words or "in use by" in words, "on the same line: " + next((line for line in words.splitlines() if "in use by" in line), words[-200:]))
check("another program is using" in words, "on the same camera: " + next((line for line in words.splitlines() if "another program" in line), words[-200:]))
check(chip.level(3) == 1 and picket.show("NRestarts") == "0", "the first one is not disturbed")
second.terminate()
second.wait(10)
