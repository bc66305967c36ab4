"""Trains a model on rendered frames: `python3 train.py pads --data DIR --minutes 20 --seed 1 --out pads.pt`.

Training runs for a time, not for a number of steps; the README says how many steps the delivered files had.
"""
import argparse
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

import data
import models


def detector_loss(net, x, target):
    """Penalty-reduced focal loss on the heat map, GIoU and L1 on the boxes."""
    heat, mask, box, centre, near = (torch.from_numpy(t) for t in target)
    logit, raw = net(x, logits=True)
    logit, raw = logit[:, 0], torch.sigmoid(raw)
    p = torch.sigmoid(logit).clamp(1e-5, 1 - 1e-5)
    count = centre.sum().clamp(min=1)
    positive = (centre * (1 - p) ** 2 * -torch.log(p)).sum()
    negative = ((1 - centre) * mask * (1 - heat) ** 4 * p ** 2 * -torch.log(1 - p)).sum()
    h, w = heat.shape[1:]
    rel = (raw[:, 2:] - box[:, 2:]).abs() / (box[:, 2:] + 0.05)
    size = (rel.sum(1) * near).sum() / near.sum().clamp(min=1)
    offset = ((raw[:, :2] - box[:, :2]).abs().sum(1) * centre).sum() / count
    a, b = (cells(t, w, h) for t in (raw, box))
    overlap = ((1 - giou(a, b)) * centre).sum() / count
    return (1.5 * positive + negative) / count + overlap + 0.5 * offset + 0.5 * size


def cells(t, w, h):
    """Boxes relative to their cell, in cells: x0, y0, x1, y1."""
    bw, bh = t[:, 2] * w / 2, t[:, 3] * h / 2
    return t[:, 0] - bw, t[:, 1] - bh, t[:, 0] + bw, t[:, 1] + bh


def giou(a, b):
    """Generalised IoU of two tuples of maps."""
    area = lambda q: (q[2] - q[0]).clamp(min=0) * (q[3] - q[1]).clamp(min=0)
    inner = area((torch.maximum(a[0], b[0]), torch.maximum(a[1], b[1]), torch.minimum(a[2], b[2]), torch.minimum(a[3], b[3])))
    hull = area((torch.minimum(a[0], b[0]), torch.minimum(a[1], b[1]), torch.maximum(a[2], b[2]), torch.maximum(a[3], b[3])))
    union = area(a) + area(b) - inner
    return inner / (union + 1e-6) - (hull - union) / (hull + 1e-6)


def batches(kind, rng, frames, spec, n):
    """An endless stream of (inputs, target)."""
    if kind == "pads":
        while True:
            yield data.detector_batch(rng, frames, n, spec)
    by_state = [[] for _ in spec["labels"]]
    for i, row in data.state_rows(frames):
        by_state[int(row[4])].append((i, row))
    while True:
        yield data.state_batch(rng, frames, by_state, n, spec)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("model", choices=("pads", "pad-state"))
    ap.add_argument("--data", required=True, nargs="+")
    ap.add_argument("--out", required=True)
    ap.add_argument("--minutes", type=float, default=20)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--rate", type=float, default=4e-3)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--start", help="continue from this checkpoint")
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    cv2.setNumThreads(1)
    rng = np.random.default_rng(a.seed)
    net = models.detector() if a.model == "pads" else models.classifier()
    if a.start:
        net.load_state_dict(torch.load(a.start, weights_only=True))
    net = net.to(memory_format=torch.channels_last).train()
    opt = torch.optim.AdamW(net.parameters(), lr=a.rate, weight_decay=1e-3)
    begin, step, shown = time.time(), 0, 0.0
    for x, y in batches(a.model, rng, data.Frames(*a.data), net.spec, a.batch):
        t = (time.time() - begin) / (60 * a.minutes)
        if t >= 1:
            break
        for group in opt.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 100) * (0.5 * (1 + np.cos(np.pi * t)) + 0.005)
        x = torch.from_numpy(np.ascontiguousarray(x)).to(memory_format=torch.channels_last)
        if a.model == "pads":
            loss = detector_loss(net, x, y)
        else:
            loss = F.cross_entropy(net(x, logits=True)[0], torch.from_numpy(y), label_smoothing=0.02)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        shown = 0.98 * shown + 0.02 * loss.item() if step else loss.item()
        step += 1
        if step % 100 == 0:
            print(f"step {step} time {t:.2f} loss {shown:.4f}", flush=True)
            torch.save(net.state_dict(), a.out)
    torch.save(net.state_dict(), a.out)
    print(f"{step} steps of {a.batch}, loss {shown:.4f}")


if __name__ == "__main__":
    main()
