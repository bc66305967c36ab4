# expect: every format and size that Picket reads from vivid gives frames; a format or size it has not is refused in words
# set: full
# limit: 240
from rig import *

camera, picket = Vivid(), Picket()
for number, (pixels, size) in enumerate([("YUYV", "640x360"), ("NV12", "640x360"), ("RGB3", "320x180"), ("GREY", "640x360"), ("YUYV", "1280x720")]):
    begin = time.monotonic()
    picket.configure(f"version: 1\ncamera: {{device: {camera.node()}, size: {size}, format: [{pixels}], fps: 10}}\n"
                     + "nodes:\n" + STATE_NODES + f"storage: {{path: {STATE}}}\n")
    picket.start()
    picket.journal.wait("event=camera.found", 20, since=begin)
    until(lambda: re.search(r"camera ok, [1-9]", picket.status_text), 20 * patience, f"frames of {pixels} {size}")
    opened = [line.text for line in picket.journal.find("camera is open", since=begin)]
    check(size in " ".join(opened), f"{pixels}: {opened[-1]}; {picket.status_text}")
    picket.stop()
begin = time.monotonic()
picket.configure(f"version: 1\ncamera: {{device: {camera.node()}, format: [MJPG]}}\nnodes:\n{STATE_NODES}storage: {{path: {STATE}}}\n")
picket.start()
line = picket.journal.wait("event=camera.waiting", 20, since=begin)
check("has none of the formats MJPG" in line.text, f"MJPG: {line.text[:160]}")
