# expect: a street played through v4l2loopback, MJPG and YUYV: the detector sees people and cars, the pin goes on, events with pictures
# set: quick
# limit: 240
# needs: zoo
from rig import *

chip, camera, picket = Chip(), Loop(), Picket()
chip.watch(3)
for format, file in (("MJPG", "street.mjpeg"), ("YUYV", "street.yuyv")):
    camera.feed(f"/job/zoo/{file}", "480x270", format, fps=1)
    begin = time.monotonic()
    sh(f"rm -rf {STATE}/*")
    picket.configure(pipeline(camera.node, camera=f"format: [{format}], fps: 1, lost_after: 30s", inputs="sure", rules="on_after: 1 of 1, hold: 5s, max_age: 30s", nodes="""
  - {id: seen, type: visual-detector, inputs: [camera], model: /job/zoo/coco_ssd.tflite}
  - {id: sure, type: region-thresholder, inputs: [seen], concepts: {person: ">= 0.50", car: ">= 0.50"}}
  - {id: people, type: region-thresholder, inputs: [seen], concepts: {person: ">= 0.50"}}
  - {id: cars, type: region-thresholder, inputs: [seen], concepts: {car: ">= 0.50"}}
  - {id: people-log, type: event-log, inputs: [people], start_after: 1 of 1, end_after: 8s, snapshot: first}
  - {id: car-log, type: event-log, inputs: [cars], start_after: 1 of 1, end_after: 8s, snapshot: first}
"""))
    picket.start()
    ready = picket.start_times()
    on = chip.wait(3, 1, 60 * patience, since=begin)
    until(lambda: len(glob.glob(f"{STATE}/snapshots/*.jpg")) >= 2, 60 * patience, "pictures of people and cars", pause=0.5)
    status_text = picket.status_text
    picket.stop()
    rows = picket.database("SELECT e.node, c.concept, max(c.score_units) / 65536.0 FROM events e JOIN event_concepts c ON c.event_id = e.id GROUP BY 1, 2")
    concepts = {concept: round(score, 2) for _, concept, score in rows}
    check("person" in concepts and "car" in concepts, f"{format}: {concepts}; ready {ready:.2f} s; {status_text}")
    camera.stop()
