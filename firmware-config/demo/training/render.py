"""Draw the training pictures: `python3 render.py --out DIR --count N --seed S [--workers W]`.

Every picture depends only on (seed, index). The result is DIR/frames.npz: JPEG bytes of 320x240 frames and, for each
pad in them, the box as fractions, the state, the visible fraction and the shorter side in pixels.
"""
import argparse
import multiprocessing
import os

import cv2
import numpy as np

import objects
import textures
from pads import cover_texture, pad_texture
from scene import Camera, Pad, Scene, draw, pad_box

STATES = ("clear", "occupied", "obscured")
SIZE = (320, 240)


def sample_pads(rng, scene, camera, count):
    """Place `count` pads in view without overlap, with states and occupants."""
    reach_x = camera.height / camera.focal * 0.5
    centre_y = camera.y + camera.height * np.tan(np.radians(camera.tilt))
    for _ in range(count):
        fraction = float(np.exp(rng.uniform(np.log(0.045), np.log(0.75))))
        side = fraction * camera.height / camera.focal
        x = camera.x + rng.uniform(-1.05, 1.05) * reach_x
        y = centre_y + rng.uniform(-1.05, 1.05) * reach_x * 0.8
        if any(np.hypot(x - p.x, y - p.y) < (side + p.side) * 0.85 for p in scene.pads):
            continue
        texture = pad_texture(rng)
        pad = Pad(x, y, side, rng.uniform(0, 2 * np.pi), texture, str(rng.choice(STATES, p=[0.42, 0.36, 0.22])))
        if pad.state == "occupied":
            scene.prisms += objects.occupant(rng, pad)
            if rng.random() < 0.15:
                scene.prisms += objects.occupant(rng, pad)
        elif pad.state == "obscured":
            pad.cover = cover_texture(rng)
        scene.pads.append(pad)


def sample_bystanders(rng, scene, camera):
    """Objects beside the pads: they never overlap a pad in plan."""
    reach = camera.height / camera.focal * 0.6
    for _ in range(rng.integers(0, 4)):
        kind = str(rng.choice(objects.ON_PAD))
        scale = np.sqrt((rng.uniform(0.06, 0.35) * reach) ** 2 / objects.plan_area(kind))
        radius = scale * (np.sqrt(objects.plan_area(kind)) + 0.2)
        x, y = camera.x + rng.uniform(-reach, reach), camera.y + rng.uniform(-reach, reach)
        near = [np.hypot(x - p.x, y - p.y) - p.side * 0.72 - radius * 1.3 for p in scene.pads]
        if all(d > 0 for d in near):
            scene.prisms += objects.place(rng, kind, x, y, rng.uniform(0, 2 * np.pi), scale)


def cast_shadows(rng, img):
    """Shadows of things outside the picture: straight edges (buildings, masts) or soft blobs (trees, clouds)."""
    h, w = img.shape[:2]
    if rng.random() < 0.35:
        a, (cx, cy) = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.85, 2) * (w, h)
        y, x = np.mgrid[:h, :w]
        d = (x - cx) * np.cos(a) + (y - cy) * np.sin(a)
        mask = np.clip(d / rng.uniform(1, 5), 0, 1)
        if rng.random() < 0.4:
            mask *= np.clip((rng.uniform(10, 60) - d) / 3, 0, 1)
    else:
        n = textures.noise(rng, max(h, w), rng.integers(2, 7), 4)[:h, :w]
        mask = np.clip((n - rng.uniform(-0.2, 0.4)) * rng.uniform(2, 9), 0, 1)
    img *= 1 - rng.uniform(0.2, 0.6) * mask[..., None].astype(np.float32)


def lens(rng, img, strength=1.0):
    """Exposure, white balance, haze, vignette, defocus, motion blur and sensor noise; returns uint8."""
    h, w = img.shape[:2]
    gain = float(np.exp(rng.normal(0, 0.28 * strength)))
    img = img * gain * (1 + rng.normal(0, 0.05 * strength, 3))
    img = 255 * np.power(np.clip(img, 0, 255) / 255, float(np.exp(rng.normal(0, 0.16 * strength))))
    if rng.random() < 0.2:
        haze = rng.uniform(0.05, 0.35)
        img = img * (1 - haze) + rng.uniform(120, 225) * haze
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j]
    img *= (1 - rng.uniform(0, 0.25) * (x ** 2 + y ** 2) / 2)[..., None]
    if rng.random() < 0.4:
        img = cv2.GaussianBlur(img, (0, 0), rng.uniform(0.3, 1.5 * strength))
    if rng.random() < 0.25:
        img = motion_blur(img, rng.uniform(2, 7 * strength), rng.uniform(0, 180))
    img = img + rng.normal(0, rng.uniform(0.5, 9 * strength), (h, w, 1)) + rng.normal(0, rng.uniform(0, 3), (h, w, 3))
    return np.clip(img, 0, 255).astype(np.uint8)


def motion_blur(img, length, angle):
    """A straight motion blur."""
    n = int(np.ceil(length)) | 1
    kernel = np.zeros((n, n), np.float32)
    kernel[n // 2] = 1
    kernel = cv2.warpAffine(kernel, cv2.getRotationMatrix2D((n // 2, n // 2), angle, 1), (n, n))
    return cv2.filter2D(img.astype(np.float32), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)


def picture(seed, index, collage=0.10, collage_pads=0.3):
    """(JPEG bytes, list of (box, state index, visible fraction, side px)) of one training picture.

    `collage` is the share of pictures over a jumble of shapes, `collage_pads` the share of those with a pad.
    """
    rng = np.random.default_rng([seed, index])
    if rng.random() < collage:
        ground = textures.collage(rng, 384)
        pads = 0 if rng.random() < 1 - collage_pads else 1
    else:
        ground = textures.ground(rng, str(rng.choice(textures.GROUNDS)), 384)
        if rng.random() < 0.35:
            textures.clutter(rng, ground, rng.integers(1, 7))
        if rng.random() < 0.25:
            textures.lines(rng, ground, rng.integers(1, 6))
        pads = int(rng.choice([0, 1, 2, 3], p=[0.12, 0.56, 0.24, 0.08]))
    camera = Camera(0, 0, 10, yaw=0, tilt=float(np.clip(rng.normal(0, 17), -38, 38)), roll=rng.normal(0, 5),
                    focal=rng.uniform(0.7, 1.4), size=SIZE)
    scene = Scene(ground, camera.height / camera.focal * rng.uniform(1.3, 2.6),
                  sun=tuple(rng.normal(0, 0.55, 2)), shadow=rng.uniform(0.1, 0.65))
    sample_pads(rng, scene, camera, pads)
    sample_bystanders(rng, scene, camera)
    img = draw(scene, camera)
    if rng.random() < 0.4:
        cast_shadows(rng, img)
    img = lens(rng, img)
    ok, jpeg = cv2.imencode(".jpg", img[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
    labels = []
    for pad in scene.pads:
        box, visible, side = pad_box(pad, camera)
        if visible > 0.05:
            labels.append((*box, STATES.index(pad.state), visible, side))
    return jpeg.tobytes(), labels


def _job(args):
    cv2.setNumThreads(1)
    return picture(*args)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", required=True)
    ap.add_argument("--count", type=int, default=9000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--collage", type=float, default=0.10)
    ap.add_argument("--collage-pads", type=float, default=0.3)
    ap.add_argument("--workers", type=int, default=2)
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    with multiprocessing.Pool(a.workers) as pool:
        rows = pool.map(_job, [(a.seed, i, a.collage, a.collage_pads) for i in range(a.count)], chunksize=32)
    labels = [(i, *row) for i, (_, found) in enumerate(rows) for row in found]
    sizes = np.cumsum([0] + [len(j) for j, _ in rows])
    np.savez(os.path.join(a.out, "frames.npz"), jpeg=np.frombuffer(b"".join(j for j, _ in rows), np.uint8),
             offsets=sizes, labels=np.array(labels, np.float32))
    print(f"{a.count} pictures, {len(labels)} pads, {sizes[-1] / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
