#!/usr/bin/env python3
"""Writes Goldens/coco.json: random detection cases and what pycocotools says of them.

Needs numpy and pycocotools; run it in this folder. The cases hold crowds, equal scores, equal overlaps, images and categories without
labels or without detections, objects of all sizes, more than 100 detections in an image, and labels whose area is not that of their box.
"""
import contextlib
import io
import json
import random

import numpy
import pycocotools
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def case(seed, images, categories, labels, guesses, crowd=0.1, dense=False, fewest=0):
    generator = random.Random(seed)

    def box():
        side = generator.choice([8, 20, 40, 90, 150])
        width, height = generator.randint(side // 2, side), generator.randint(side // 2, side)
        span = 60 if dense else 300
        return [generator.randint(0, span), generator.randint(0, span), width, height]

    truths, found = [], []
    for image in range(1, images + 1):
        for category in range(1, categories + 1):
            if generator.random() < 0.15:
                continue
            for _ in range(generator.randint(0, labels)):
                bbox = box()
                area = bbox[2] * bbox[3] * generator.choice([1, 1, 0.7])
                truths.append(dict(id=len(truths) + 1, image_id=image, category_id=category, bbox=bbox, area=area,
                                   iscrowd=int(generator.random() < crowd)))
    for image in range(1, images + 1):
        for category in range(1, categories + 1):
            for _ in range(generator.randint(fewest, guesses)):
                near = [t for t in truths if t["image_id"] == image and t["category_id"] == category]
                bbox = box()
                if near and generator.random() < 0.7:
                    bbox = list(generator.choice(near)["bbox"])
                    if generator.random() < 0.8:
                        bbox = [value + generator.randint(-4, 4) for value in bbox]
                        bbox[2:] = [max(value, 2) for value in bbox[2:]]
                found.append(dict(image_id=image, category_id=category, bbox=bbox, score=generator.randint(1, 40) / 40))
    generator.shuffle(found)
    return images, categories, truths, found


def judge(images, categories, truths, found):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = dict(images=[dict(id=i) for i in range(1, images + 1)], annotations=truths,
                            categories=[dict(id=i, name=str(i)) for i in range(1, categories + 1)])
        coco.createIndex()
        # loadRes asserts that there is a detection.
        results = coco.loadRes([dict(item) for item in found]) if found else COCO()
        if not found:
            results.dataset = dict(images=coco.dataset["images"], annotations=[], categories=coco.dataset["categories"])
            results.createIndex()
        evaluation = COCOeval(coco, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"]

    def mean(values):
        values = values[values > -1]
        return float(numpy.mean(values)) if values.size else -1.0

    return dict(
        summary=[float(value) for value in evaluation.stats],
        perCategory=[[mean(precision[:, :, k, 0, 2]), mean(precision[0, :, k, 0, 2])] for k in range(categories)],
        curve=[float(value) for value in precision[0, :, 0, 0, 2]],
    )


CASES = {
    "ordinary": case(1, 12, 3, 4, 6),
    "many categories": case(2, 6, 9, 2, 3),
    "crowds": case(3, 10, 2, 5, 8, crowd=0.5),
    "dense": case(4, 6, 1, 12, 20, crowd=0.2, dense=True),
    "more than a hundred detections": case(5, 1, 1, 30, 200, dense=True, fewest=150),
    "no detections": case(6, 4, 2, 3, 0),
    "no labels": case(7, 4, 2, 0, 4),
    "nothing": case(8, 2, 1, 0, 0),
    "only crowds": case(9, 5, 2, 3, 4, crowd=1.0),
    "one image": case(10, 1, 1, 3, 3, crowd=0.0),
}


def rounded(value):
    return float(f"{value:.12g}")


def main():
    cases = []
    for name, (images, categories, truths, found) in CASES.items():
        said = judge(images, categories, [dict(item) for item in truths], found)
        cases.append(dict(
            name=name, categories=list(range(1, categories + 1)),
            labels=[[t["image_id"], t["category_id"], *t["bbox"], t["area"], t["iscrowd"]] for t in truths],
            detections=[[d["image_id"], d["category_id"], *d["bbox"], d["score"]] for d in found],
            summary=[rounded(v) for v in said["summary"]],
            perCategory=[[rounded(v) for v in pair] for pair in said["perCategory"]],
            curve=[rounded(v) for v in said["curve"]]))
    version = getattr(pycocotools, "__version__", None)
    if version is None:
        from importlib.metadata import version as installed
        version = installed("pycocotools")
    with open("Goldens/coco.json", "w") as file:
        json.dump(dict(source=f"pycocotools {version}", cases=cases), file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
