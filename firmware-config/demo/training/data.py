"""Reads rendered frames and turns them into network inputs, targets and crops."""
import os

import cv2
import numpy as np

MIN_SIDE = 6.0  # pixels of the detector input; smaller pads are neither right nor wrong
MIN_VISIBLE = 0.5
STATE_VISIBLE = 0.7  # less of a pad than this says too little about its state
MARGIN = 1.15  # a crop for the classifier is the box times this
RESIZERS = (cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_NEAREST)


class Frames:
    """JPEG frames and their labels: rows of (x0, y0, x1, y1, state, visible, side px)."""

    def __init__(self, *folders):
        jpegs, self.offsets, self.labels, base = [], [0], [], 0
        for folder in folders:
            z = np.load(os.path.join(folder, "frames.npz"))
            first = len(self.labels)
            jpegs.append(z["jpeg"])
            self.offsets += [int(v) + base for v in z["offsets"][1:]]
            base = self.offsets[-1]
            self.labels += [[] for _ in range(len(z["offsets"]) - 1)]
            for row in z["labels"]:
                self.labels[first + int(row[0])].append(row[1:])
        self.jpeg = np.concatenate(jpegs)

    def __len__(self):
        return len(self.labels)

    def image(self, i):
        """RGB uint8."""
        return cv2.imdecode(self.jpeg[self.offsets[i]:self.offsets[i + 1]], cv2.IMREAD_COLOR)[..., ::-1]


def colour_jitter(rng, img, strength=1.0):
    """Random exposure, white balance, saturation and noise."""
    x = img.astype(np.float32) / 255
    x = x * (float(np.exp(rng.normal(0, 0.18 * strength))) * (1 + rng.normal(0, 0.05 * strength, 3).astype(np.float32)))
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * (0.0 if rng.random() < 0.06 else float(rng.uniform(0.5, 1.4)))
    x = x + float(rng.normal(0, 0.05 * strength))
    if rng.random() < 0.3:
        x = x + rng.normal(0, 0.03, x.shape).astype(np.float32)
    return np.clip(x, 0, 1)


def window(rng, img, boxes):
    """A random zoom, shift, stretch and flip; boxes are fractions of the picture, visible fractions follow."""
    h, w = img.shape[:2]
    zoom = rng.uniform(0.5, 1.0) if rng.random() < 0.55 else rng.uniform(1.0, 1.4)
    stretch = np.exp(rng.uniform(-0.2, 0.2))
    ww, wh = zoom * w * stretch, zoom * h / stretch
    x0, y0 = rng.uniform(min(0, w - ww), max(0, w - ww)), rng.uniform(min(0, h - wh), max(0, h - wh))
    b = np.round([x0, y0, x0 + ww, y0 + wh]).astype(int)
    pad = [max(0, -b[1]), max(0, b[3] - h), max(0, -b[0]), max(0, b[2] - w)]
    img = cv2.copyMakeBorder(img, *pad, cv2.BORDER_CONSTANT, value=tuple(rng.uniform(0, 255, 3)))
    img = img[b[1] + pad[0]:b[3] + pad[0], b[0] + pad[2]:b[2] + pad[2]]
    boxes = boxes.copy()
    full = boxes[:, :4] * (w, h, w, h) - (b[0], b[1], b[0], b[1])
    size = np.array([b[2] - b[0], b[3] - b[1]] * 2)
    part = np.clip(full, 0, size)
    area = lambda q: np.maximum(q[:, 2] - q[:, 0], 0) * np.maximum(q[:, 3] - q[:, 1], 0)
    boxes[:, 5] *= area(part) / np.maximum(area(full), 1e-6)
    boxes[:, :4] = part / size
    if rng.random() < 0.5:
        img, boxes[:, [0, 2]] = img[:, ::-1], 1 - boxes[:, [2, 0]]
    if rng.random() < 0.5:
        img, boxes[:, [1, 3]] = img[::-1], 1 - boxes[:, [3, 1]]
    return img, boxes


def targets(boxes, spec):
    """Heat map, loss mask, box map and box weights (centre, neighbours) for one picture."""
    H, W = spec["input"]
    h, w = H // spec["stride"], W // spec["stride"]
    heat, mask = np.zeros((h, w), np.float32), np.ones((h, w), np.float32)
    box, centre, size_w = np.zeros((4, h, w), np.float32), np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
    yy, xx = np.mgrid[:h, :w]
    for x0, y0, x1, y1, _, visible, _ in boxes:
        bw, bh = x1 - x0, y1 - y0
        if bw <= 0 or bh <= 0:
            continue
        if visible < MIN_VISIBLE or min(bw * W, bh * H) < MIN_SIDE:
            if visible > 0.12:
                mask[int(y0 * h):int(np.ceil(y1 * h)), int(x0 * w):int(np.ceil(x1 * w))] = 0
            continue
        cx, cy = (x0 + x1) / 2 * w, (y0 + y1) / 2 * h
        i, j = min(int(cy), h - 1), min(int(cx), w - 1)
        sx, sy = np.clip(bw * w * 0.09, 0.5, 1.8), np.clip(bh * h * 0.09, 0.5, 1.8)
        g = np.exp(-((xx - j) ** 2 / (2 * sx * sx) + (yy - i) ** 2 / (2 * sy * sy)))
        np.maximum(heat, g, out=heat)
        near = (abs(xx - j) <= 1) & (abs(yy - i) <= 1)
        box[2, near], box[3, near], size_w[near] = bw, bh, 1
        box[:2, i, j], centre[i, j], mask[i, j] = (cx - j, cy - i), 1, 1
    return heat, mask, box, centre, size_w


def detector_batch(rng, frames, n, spec):
    """Inputs NCHW 0..1 and the stacked targets."""
    H, W = spec["input"]
    xs, ts = [], []
    for i in rng.integers(0, len(frames), n):
        boxes = np.array(frames.labels[i], np.float32).reshape(-1, 7)
        img, boxes = window(rng, frames.image(i), boxes)
        img = cv2.resize(img, (W, H), interpolation=RESIZERS[rng.integers(len(RESIZERS))])
        xs.append(colour_jitter(rng, img))
        ts.append(targets(boxes, spec))
    return np.stack(xs).transpose(0, 3, 1, 2), [np.stack(t) for t in zip(*ts)]


def crop(img, box, size, interpolation=cv2.INTER_LINEAR, clamp=True):
    """The classifier's crop of a box in fractions, already with its margin; clamped to the picture or replicated."""
    h, w = img.shape[:2]
    x0, y0, x1, y1 = (int(round(v)) for v in np.array(box) * (w, h, w, h))
    if not clamp:
        p = max(0, -x0, -y0, x1 - w, y1 - h)
        img = cv2.copyMakeBorder(img, p, p, p, p, cv2.BORDER_REPLICATE)
        x0, y0, x1, y1 = x0 + p, y0 + p, x1 + p, y1 + p
    else:
        x0, y0, x1, y1 = max(0, x0), max(0, y0), min(w, x1), min(h, y1)
    return cv2.resize(img[y0:max(y1, y0 + 1), x0:max(x1, x0 + 1)], (size[1], size[0]), interpolation=interpolation)


def grow(box, factor):
    """A box scaled about its centre."""
    c, s = (np.array(box[:2]) + box[2:4]) / 2, (np.array(box[2:4]) - box[:2]) / 2 * factor
    return np.concatenate([c - s, c + s])


def state_rows(frames, min_side=18):
    """(frame, label row) of every pad that is fit for the classifier."""
    return [(i, r) for i, rows in enumerate(frames.labels) for r in rows if r[5] >= STATE_VISIBLE and r[6] >= min_side]


def state_batch(rng, frames, by_state, n, spec):
    """Balanced crops with jittered boxes, and their states."""
    xs, ys = [], rng.integers(0, len(by_state), n)
    for y in ys:
        i, row = by_state[y][rng.integers(len(by_state[y]))]
        box = row[:4]
        size = np.array([box[2] - box[0], box[3] - box[1]])
        shift = np.tile(size * rng.normal(0, 0.05, 2), 2)
        box = grow(box + shift, MARGIN * np.exp(rng.normal(0, 0.08)))
        img = crop(frames.image(i), box, spec["input"], RESIZERS[rng.integers(len(RESIZERS))], rng.random() < 0.7)
        img = np.rot90(img, rng.integers(4))
        xs.append(colour_jitter(rng, img[:, ::-1] if rng.random() < 0.5 else img))
    return np.stack(xs).transpose(0, 3, 1, 2), ys
