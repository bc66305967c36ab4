"""Measures the exported int8 files with LiteRT's reference kernels.

  python3 evaluate.py renders --models DIR --data DIR   held-out pictures: AP50, best F1, state accuracy
  python3 evaluate.py clip    --models DIR              the demo clip against its truth, whole pipeline
  python3 evaluate.py photos  --models DIR --images DIR [--truth FILE]   detections in a folder of photographs

A truth FILE is JSON: {"name.jpg": [[x0, y0, x1, y1], ...]} in fractions; without one every detection is false.
"""
import argparse
import json
import os

import cv2
import numpy as np

import data
import models
from export import Int8Model


def detect(model, img, floor=0.05):
    """Rows of (score, x0, y0, x1, y1) in fractions, by the decoding rule of the centre-heatmap head."""
    H, W = model.size
    heat, box = model(cv2.resize(img, (W, H), interpolation=cv2.INTER_LINEAR))
    h, w, classes = heat.shape
    found = []
    for c in range(classes):
        around = np.pad(heat[..., c], 1, constant_values=-1)
        for i, j in zip(*np.where(heat[..., c] >= floor)):
            near = around[i:i + 3, j:j + 3].ravel()
            if int(np.argmax(near)) == 4:  # argmax takes the lowest index of a tie
                dx, dy, bw, bh = box[i, j]
                cx, cy = (j + dx) / w, (i + dy) / h
                found.append((heat[i, j, c], cx - bw / 2, cy - bh / 2, cx + bw / 2, cy + bh / 2))
    return sorted(found, reverse=True)


def iou(a, b):
    """Intersection over union."""
    inner = np.maximum(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0).prod()
    area = lambda q: max(q[2] - q[0], 0) * max(q[3] - q[1], 0)
    return inner / max(area(a) + area(b) - inner, 1e-9)


def match(found, boxes, difficult, least=0.5):
    """(score, hit?) of each detection, None hits dropped where it is a difficult box; and the taken truth indices."""
    rows, taken = [], {}
    for k, (score, *b) in enumerate(found):
        overlaps = [(iou(np.array(b), np.array(t)), i) for i, t in enumerate(boxes) if i not in taken]
        best, i = max(overlaps, default=(0, -1))
        if best >= least and not difficult[i]:
            taken[i] = k
            rows.append((score, True))
        elif not any(iou(np.array(b), np.array(t)) >= 0.3 for t, d in zip(boxes, difficult) if d):
            rows.append((score, False))
    return rows, taken


def summary(rows, positives, threshold=0.5):
    """AP50, best F1 and the precision and recall at the demo threshold."""
    rows = sorted(rows, reverse=True)
    hits = np.cumsum([r[1] for r in rows]) if rows else np.zeros(0)
    n = np.arange(1, len(rows) + 1)
    precision, recall = hits / np.maximum(n, 1), hits / max(positives, 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    ap = float(np.sum(np.diff(np.concatenate([[0], recall])) * envelope))
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    k = int(np.argmax(f1)) if len(f1) else 0
    t = sum(r[0] >= threshold for r in rows)
    print(f"  AP50 {ap:.3f}  best F1 {f1[k] if len(f1) else 0:.3f} at score {rows[k][0] if rows else 0:.2f}  |  at {threshold}: "
          f"precision {precision[t - 1] if t else 0:.3f} recall {recall[t - 1] if t else 0:.3f}  ({positives} pads)")


def confusion(pairs, labels):
    """Accuracy and the confusion matrix (rows: truth)."""
    m = np.zeros((len(labels),) * 2, int)
    for truth, guess in pairs:
        m[truth, guess] += 1
    print(f"  state accuracy {np.trace(m) / max(m.sum(), 1):.3f} of {m.sum()}; rows truth, columns {', '.join(labels)}")
    for name, row in zip(labels, m):
        print(f"    {name:9s}", *(f"{v:5d}" for v in row))


def classify(model, img, box):
    """Scores of the pad's state."""
    return model(data.crop(img, data.grow(np.array(box), data.MARGIN), model.size))[0]


def renders(a, pads, state):
    """Held-out rendered pictures."""
    frames, rows, positives, pairs = data.Frames(a.data), [], 0, []
    by_size = {"small (< 28 px of 320)": [[], 0], "larger": [[], 0]}
    for i in range(len(frames)):
        img, labels = frames.image(i), frames.labels[i]
        boxes = [r[:4] for r in labels]
        hard = [r[5] < data.MIN_VISIBLE or min((r[2] - r[0]) * pads.size[1], (r[3] - r[1]) * pads.size[0]) < data.MIN_SIDE for r in labels]
        found = detect(pads, img)
        rows += match(found, boxes, hard)[0]
        positives += len(hard) - sum(hard)
        for (_, store), small in zip(by_size.items(), (True, False)):
            out = [d or ((r[6] < 28) != small) for d, r in zip(hard, labels)]
            got, _ = match(found, boxes, out)
            store[0] += got
            store[1] += len(out) - sum(out)
    print("renders, detector")
    summary(rows, positives)
    for name, (got, n) in by_size.items():
        print(f"  {name}: recall at 0.5 {sum(h for s, h in got if s >= 0.5) / max(n, 1):.3f} of {n}")
    for i, r in data.state_rows(frames):
        pairs.append((int(r[4]), int(np.argmax(classify(state, frames.image(i), r[:4])))))
    print("renders, classifier on true boxes")
    confusion(pairs, models.STATE["labels"])


def split(path):
    """The pictures of an .mjpeg file."""
    raw = open(path, "rb").read()
    at = [i for i in range(len(raw) - 2) if raw[i:i + 3] == b"\xff\xd8\xff"] + [len(raw)]
    return [cv2.imdecode(np.frombuffer(raw[i:j], np.uint8), cv2.IMREAD_COLOR)[..., ::-1] for i, j in zip(at, at[1:])]


def clip(a, pads, state):
    """The demo clip, whole pipeline."""
    truth = json.load(open(os.path.join(a.models, "approach.truth.json")))["frames"]
    rows, positives, pairs, relay = [], 0, [], []
    for img, labels in zip(split(os.path.join(a.models, "approach.mjpeg")), truth):
        boxes, hard = [r["box"] for r in labels], [r.get("difficult", False) for r in labels]
        found = [d for d in detect(pads, img) if d[0] >= a.threshold or a.threshold == 0.5]
        got, taken = match(found, boxes, hard)
        rows += got
        positives += len(hard) - sum(hard)
        names = models.STATE["labels"]
        for i, k in taken.items():
            if found[k][0] >= a.threshold:
                pairs.append((names.index(labels[i]["state"]), int(np.argmax(classify(state, img, found[k][1:])))))
        best = [classify(state, img, d[1:]) for d in found if d[0] >= a.threshold]
        relay.append("".join(names[int(np.argmax(s))][1] for s in best) or ".")
    print("clip, detector")
    summary(rows, positives, a.threshold)
    print("clip, classifier on the detector's boxes")
    confusion(pairs, models.STATE["labels"])
    print("  states by frame (l clear, c occupied, b obscured):", " ".join(relay))


def photos(a, pads, _):
    """A folder of photographs."""
    truth = json.load(open(a.truth)) if a.truth else {}
    rows, positives, count, wrong = [], 0, 0, 0
    for name in sorted(os.listdir(a.images)):
        img = cv2.imread(os.path.join(a.images, name))
        if img is None or (a.truth and name not in truth):
            continue
        found = detect(pads, img[..., ::-1])
        boxes = truth.get(name, [])
        got, _ = match(found, boxes, [False] * len(boxes))
        rows += got
        positives += len(boxes)
        count += 1
        wrong += sum(s >= a.threshold and not h for s, h in got)
        print(f"  {name[:40]:40s} pads {len(boxes)}  hits {sum(h for s, h in got if s >= a.threshold)}  false {sum(s >= a.threshold and not h for s, h in got)}")
    print(f"photographs: {count}, false detections per photograph at {a.threshold}: {wrong / max(count, 1):.3f}")
    if a.truth:
        summary(rows, positives, a.threshold)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=("renders", "clip", "photos"))
    ap.add_argument("--models", required=True)
    ap.add_argument("--data")
    ap.add_argument("--images")
    ap.add_argument("--truth")
    ap.add_argument("--threshold", type=float, default=0.5)
    a = ap.parse_args()
    pads, state = (Int8Model(os.path.join(a.models, n + ".tflite")) for n in ("pads", "pad-state"))
    globals()[a.what](a, pads, state)


if __name__ == "__main__":
    main()
