"""Draws the demo flight: `python3 clip.py --out DIR [--seed S] [--quality Q]` -> approach.mjpeg, approach.truth.json.

The drone crosses grass, tarmac, a roof, gravel and concrete and descends on the last pad. Truth: `frames` is one list
per picture of {box: [x0, y0, x1, y1] as fractions, concept, state}; an entry that is barely visible, very small or
just changing its state carries `difficult: true` and counts neither as hit nor as miss.
"""
import argparse
import json
import os

import cv2
import numpy as np
from PIL import Image

import objects
import textures
from pads import cover_texture, pad_texture
from render import SIZE, motion_blur
from scene import Camera, Pad, Scene, draw, pad_box

FPS, FRAMES = 12, 230
ZONE, PX = 8.0, 64  # metres along the flight and pixels per metre
ZONES = ("grass", "tarmac", "roof", "gravel", "concrete")
START = -ZONE * len(ZONES) / 2
# time, x, y (from the start), height, yaw, tilt
ROUTE = np.array([[0, -1.0, 0.2, 7.5, -16, 24], [2.6, -0.2, 3.4, 5.6, -6, 16], [4.4, 0.2, 6.2, 5.4, 4, 18], [6.2, 0.5, 10.6, 5.2, 10, 12],
                  [7.4, 0.2, 13.8, 5.6, 6, 18], [8.8, -0.3, 17.6, 5.2, -4, 16], [10.2, -0.4, 18.6, 5.0, -7, 12], [12.3, -0.3, 19.3, 5.0, -9, 10],
                  [13.5, -0.2, 21.8, 5.2, -10, 12], [15.2, 0.4, 26.4, 5.6, -4, 16], [16.7, 0.2, 32.0, 5.4, 4, 18], [18.1, 0.0, 35.4, 4.4, 2, 7],
                  [19.3, 0.0, 36.0, 3.0, 0, 2]])
GAIN = np.array([[0, 1.0], [3.4, 1.06], [4.6, 1.25], [5.6, 1.0], [7.8, 0.95], [9.0, 0.76], [11.9, 0.84], [13.1, 1.0], [15.9, 0.92], [16.9, 1.2], [17.9, 0.95], [19.3, 0.9]])
WALK = (9.9, 11.0)  # seconds between which a person steps onto the roof pad


def ground(rng):
    """The zones one after the other, with ragged borders."""
    n = int(ZONE * PX)
    rows, width = n * len(ZONES), 12 * PX
    img = np.zeros((rows, width, 3), np.float32)
    y = np.arange(rows)[:, None]
    edge = textures.noise(rng, width, 24, 4)[width // 2]
    for k, kind in enumerate(ZONES):
        sharp = kind in ("roof", "concrete")
        tile = textures.ground(rng, kind, width, jitter=4)
        if kind == "tarmac":
            textures.lines(rng, tile, 3)
        tile = np.vstack([tile, tile[::-1]])[:n + 128]
        tile = np.vstack([tile[:64][::-1], tile])[:n + 128]
        top = max(0, k * n - 64)
        tile = tile[64 - (k * n - top):][:rows - top]
        wave = 0 * edge if sharp else edge * 18
        alpha = np.clip((y[top:top + len(tile)] - k * n + wave[None]) / 3, 0, 1)
        alpha = alpha[..., None] if k else np.ones_like(alpha[..., None])
        img[top:top + len(tile)] = img[top:top + len(tile)] * (1 - alpha) + tile * alpha
    return img


def world(rng):
    """The scene without its walker, and the pads' places."""
    at = lambda x, y: (x, START + y)
    pads = [Pad(*at(-0.7, 4.6), 1.9, 0.4, pad_texture(rng, "board")), Pad(*at(1.5, 6.9), 1.5, 1.1, pad_texture(rng, "tag"), "occupied"),
            Pad(*at(0.6, 11.9), 2.2, 0.2, pad_texture(rng, "helipad"), "occupied"), Pad(*at(-0.3, 19.9), 1.8, -0.3, pad_texture(rng, "helipad")),
            Pad(*at(0.5, 27.6), 2.0, 0.7, pad_texture(rng, "square-h"), "obscured"), Pad(*at(0.0, 36.2), 1.9, 0.1, pad_texture(rng, "board")),
            Pad(*at(-2.1, 30.6), 1.3, 0.5, pad_texture(rng, "tag"))]
    pads[4].cover = cover_texture(rng, kind="leaves", amount=0.62)
    scene = Scene(ground(rng), 12.0, pads, sun=(0.45, 0.3), shadow=0.5)
    things = (("drone", 1.5, 6.9, 0.9, 0.85), ("crates", 0.7, 11.8, 0.5, 1.0), ("car", -2.6, 10.2, 0.1, 0.8), ("person", 2.6, 3.4, 1.0, 1.1),
              ("bush", 2.4, 1.8, 0, 0.9), ("bush", -2.7, 7.0, 1, 0.8), ("cone", -1.2, 13.6, 0, 1), ("cone", 2.4, 13.9, 0, 1), ("box", -2.2, 17.4, 0.4, 1.3),
              ("crates", 2.0, 22.4, 0.2, 1.0), ("bush", -2.6, 26.0, 0, 1.0), ("box", 2.5, 33.5, 0.3, 1.1), ("person", -1.9, 34.6, 2.0, 1.1))
    for kind, x, y, angle, scale in things:
        scene.prisms += objects.place(rng, kind, *at(x, y), angle, scale)
    for x in (-5.8, 5.8):  # parapets of the roof
        scene.prisms += [objects.Prism(objects.rectangle(0.25, ZONE) + at(x, 2.5 * ZONE), 0, 0.4, (150.0, 148.0, 144.0))]
    for y in (2 * ZONE, 3 * ZONE):
        scene.prisms += [objects.Prism(objects.rectangle(11.8, 0.22) + at(0, y), 0, 0.25, (150.0, 148.0, 144.0))]
    return scene


def smooth(t, table):
    """Columns of a keyframe table at time t, with soft corners."""
    s = np.linspace(t - 0.5, t + 0.5, 11)
    weight = np.hanning(13)[1:-1]
    return np.array([np.average(np.interp(s, table[:, 0], table[:, c]), weights=weight) for c in range(1, table.shape[1])])


def camera_at(t):
    """Pose on the route with some airframe sway."""
    x, y, height, yaw, tilt = smooth(t, ROUTE)
    sway = lambda f, p, a: a * (np.sin(2 * np.pi * f * t + p) + 0.5 * np.sin(2 * np.pi * 2.3 * f * t + 2 * p))
    return Camera(x + sway(0.31, 0.4, 0.06), START + y, height + sway(0.23, 1, 0.06), yaw + sway(0.27, 2, 1.2),
                  tilt + sway(0.41, 3, 0.8), sway(0.37, 0.9, 1.4), focal=0.95, size=SIZE)


def walker(t, pad, seed):
    """(prisms, transition?, on the pad?) of the person who steps onto the roof pad."""
    k = np.clip((t - WALK[0]) / (WALK[1] - WALK[0]), -1, 1)
    x, y = pad.x + 2.6 * (1 - k) - 0.08, pad.y + 0.9 * (1 - k) - 0.2
    stride = 0.28 * np.sin(2 * np.pi * 1.6 * t) if -1 < k < 1 else 0.05
    prisms = objects.place(np.random.default_rng(seed), "person", x, y, 1.9, 1.4, stride=stride, cloth=(236.0, 226.0, 40.0))
    gap = np.hypot(x - pad.x, y - pad.y) / (pad.side / 2)
    return prisms, 0.6 < gap < 1.55, gap <= 0.6


def truth(scene, camera, t, changing, on):
    """The labels of one frame."""
    rows = []
    for k, pad in enumerate(scene.pads):
        box, visible, side = pad_box(pad, camera)
        if visible < 0.08 or side < 4:
            continue
        state = ("occupied" if on else "clear") if k == 3 else pad.state
        row = {"box": [round(float(v), 4) for v in box], "concept": "pad", "state": state}
        if visible < 0.6 or side < 14 or (k == 3 and changing):
            row["difficult"] = True
        rows.append(row)
    return rows


def sensor(rng, img, gain, blur, angle, soft):
    """Exposure, vignette, blur and noise of one frame."""
    h, w = img.shape[:2]
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j]
    img = img * gain * (1 - 0.12 * (x ** 2 + y ** 2) / 2)[..., None]
    if blur > 1.5:
        img = motion_blur(img, blur, angle)
    if soft > 0.2:
        img = cv2.GaussianBlur(img, (0, 0), soft)
    return np.clip(img + rng.normal(0, 1.2, (h, w, 1)), 0, 255).astype(np.uint8)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", required=True)
    ap.add_argument("--seed", type=int, default=424242)
    ap.add_argument("--quality", type=int, default=42)
    a = ap.parse_args()
    rng = np.random.default_rng(a.seed)
    scene = world(rng)
    still, frames = list(scene.prisms), []
    with open(os.path.join(a.out, "approach.mjpeg"), "wb") as f:
        for k in range(FRAMES):
            t = k / FPS
            camera, ahead = camera_at(t), camera_at(t + 1 / FPS)
            people, changing, on = walker(t, scene.pads[3], a.seed + 1)
            scene.prisms = still + people
            speed = np.hypot(ahead.x - camera.x, ahead.y - camera.y) / camera.height * camera.focal * SIZE[0]
            soft = 1.3 * np.exp(-((t - 6.9) / 0.25) ** 2) + 0.45
            img = sensor(rng, draw(scene, camera), smooth(t, GAIN)[0], 0.35 * speed, 90, soft)
            Image.fromarray(img).save(f, "JPEG", quality=a.quality, subsampling=2, optimize=True)
            frames.append(truth(scene, camera, t, changing, on))
    with open(os.path.join(a.out, "approach.truth.json"), "w") as f:
        head = json.dumps({"clip": "approach.mjpeg", "width": SIZE[0], "height": SIZE[1], "fps": FPS})
        rows = ",\n".join(json.dumps(r, separators=(",", ":")) for r in frames)
        f.write(head[:-1] + ', "frames": [\n' + rows + "\n]}\n")
    print(len(frames), "frames", {n: os.path.getsize(os.path.join(a.out, n)) for n in ("approach.mjpeg", "approach.truth.json")})


if __name__ == "__main__":
    main()
