"""Procedural ground and landing-pad textures (all pictures are drawn, none is a photograph)."""
import cv2
import numpy as np

GROUNDS = ("grass", "gravel", "tarmac", "concrete", "roof", "sand", "paving", "snow")


def noise(rng, size, cells, octaves=4, gain=0.55):
    """Fractal value noise in about -1..1 on a square of `size` pixels, `cells` cells at the first octave."""
    out = np.zeros((size, size), np.float32)
    amp, total = 1.0, 0.0
    for _ in range(octaves):
        n = int(max(2, min(cells, size)))
        grid = rng.uniform(-1, 1, (n, n)).astype(np.float32)
        out += amp * cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)
        total += amp * 0.6
        amp *= gain
        cells *= 2
    return out / total


def tint(rng, field, dark, light, jitter=14):
    """Map a -1..1 field between two RGB colours that are shifted a little at random."""
    shift = rng.normal(0, jitter, 3)
    dark, light = np.array(dark) + shift, np.array(light) + shift
    t = np.clip(field * 0.5 + 0.5, 0, 1)[..., None]
    return (dark * (1 - t) + light * t).astype(np.float32)


def speckle(rng, size, grain, amount):
    """Single-scale grain, `grain` pixels wide, as an additive grey field."""
    n = max(8, int(size / max(grain, 1)))
    field = rng.normal(0, amount, (n, n)).astype(np.float32)
    return cv2.resize(field, (size, size), interpolation=cv2.INTER_LINEAR)[..., None]


def ground(rng, kind, size, jitter=14):
    """A square RGB float ground texture of one of GROUNDS; `jitter` is the spread of its colour."""
    big = noise(rng, size, rng.integers(2, 6), 5)
    if kind == "grass":
        img = tint(rng, big + 0.5 * noise(rng, size, size // 6, 2), (38, 66, 26), (118, 142, 66), jitter)
        if rng.random() < 0.4:
            x = np.arange(size) * rng.uniform(0.02, 0.08)
            img *= (1 + 0.10 * np.sign(np.sin(x)))[None, :, None]
        img += speckle(rng, size, 1.5, 12)
    elif kind == "gravel":
        img = tint(rng, 0.5 * big, (96, 90, 82), (168, 160, 148), jitter)
        img += speckle(rng, size, rng.uniform(1.5, 4), 24) + speckle(rng, size, 1, 14)
    elif kind == "tarmac":
        img = tint(rng, 0.6 * big, (46, 46, 50), (112, 110, 108), jitter) + speckle(rng, size, 1.2, 8)
        lines(rng, img, rng.integers(0, 5))
        cracks(rng, img, rng.integers(0, 5), 26)
    elif kind == "concrete":
        img = tint(rng, 0.6 * big, (128, 126, 118), (196, 192, 182), jitter) + speckle(rng, size, 1.5, 6)
        joints(img, int(rng.integers(50, 140)), int(rng.integers(1, 4)), -38)
        cracks(rng, img, rng.integers(0, 4), 50)
    elif kind == "roof":
        base = [((84, 84, 88), (150, 150, 152)), ((120, 62, 48), (172, 104, 82)), ((150, 156, 160), (208, 210, 212))]
        img = tint(rng, 0.4 * big, *base[rng.integers(3)], jitter) + speckle(rng, size, 1.5, 7)
        if rng.random() < 0.6:
            period = rng.uniform(5, 22)
            img *= (1 + 0.16 * np.sin(np.arange(size) * 2 * np.pi / period))[:, None, None]
        clutter(rng, img, rng.integers(1, 6))
    elif kind == "sand":
        img = tint(rng, big, (150, 122, 84), (214, 188, 144), jitter) + speckle(rng, size, 1.5, 8)
    elif kind == "paving":
        img = tint(rng, 0.6 * big, (104, 92, 84), (176, 160, 148), jitter) + speckle(rng, size, 1.5, 7)
        joints(img, int(rng.integers(10, 34)), 1, -34)
    else:
        img = tint(rng, 0.7 * big, (196, 204, 214), (246, 248, 250), jitter) + speckle(rng, size, 2, 4)
    return np.clip(img, 0, 255)


def lines(rng, img, count):
    """Painted road or parking lines."""
    size = img.shape[0]
    colour = [(225, 225, 215), (214, 176, 60)][int(rng.random() < 0.25)]
    angle = rng.uniform(0, np.pi)
    for _ in range(count):
        if rng.random() < 0.3:
            angle += np.pi / 2
        c, d = rng.uniform(0, size, 2), np.array([np.cos(angle), np.sin(angle)])
        length, width = rng.uniform(0.1, 0.9) * size, int(rng.integers(3, 14))
        cv2.line(img, tuple(map(int, c - d * length)), tuple(map(int, c + d * length)), colour, width, cv2.LINE_AA)


def cracks(rng, img, count, depth):
    """Dark wandering cracks."""
    for _ in range(count):
        steps = rng.normal(0, 12, (24, 2)) + rng.normal(0, 10, 2)
        pts = (np.cumsum(steps, 0) + rng.uniform(0, img.shape[0], 2)).astype(np.int32)
        cv2.polylines(img, [pts], False, (depth, depth, depth), 1, cv2.LINE_AA)


def joints(img, step, width, delta):
    """Slab or paving joints on a grid."""
    for k in range(0, img.shape[0], step):
        img[k:k + width] += delta
        img[:, k:k + width] += delta


def clutter(rng, img, count):
    """Flat rectangles, discs, grids and stripes: skylights, solar panels, covers, crossings. Never a pad."""
    size = img.shape[0]
    for _ in range(count):
        patch = int(rng.integers(size // 14, size // 4))
        h, w = patch, int(patch * rng.uniform(0.5, 1.8))
        tile = np.full((h, w, 3), rng.uniform(10, 245) + rng.normal(0, 22, 3), np.float32)
        style = rng.integers(6)
        other = np.clip(tile[0, 0] + rng.choice([-1, 1]) * rng.uniform(30, 150), 0, 255)
        step = int(rng.integers(4, 16))
        if style == 0:
            tile[:, ::step] = other
            tile[::step] = other
        elif style == 1:
            tile[(np.arange(h) // step) % 2 == 0] = other
        elif style == 2:
            tile[:] = other if rng.random() < 0.5 else tile
            cv2.rectangle(tile, (2, 2), (w - 3, h - 3), tuple(map(float, tile[0, 0] * 0.6)), 2)
        elif style == 3:
            text = "".join(rng.choice(list("ABCDEFGKLMNOPRSTUVXZ0123456789"), rng.integers(2, 6)))
            letters = np.zeros((h, w), np.uint8)
            cv2.putText(letters, text, (2, int(h * 0.7)), 0, h / 60, 255, 2, cv2.LINE_AA)
            tile = tile + (other - tile) * (letters[..., None] / np.float32(255))
        matrix = cv2.getRotationMatrix2D((w / 2, h / 2), rng.choice([0, 90, rng.uniform(0, 360)]), 1)
        matrix[:, 2] += rng.uniform(0, size, 2) - (w / 2, h / 2)
        mask = np.ones((h, w), np.float32)
        if style == 5:
            mask[:] = 0
            cv2.ellipse(mask, (w // 2, h // 2), (w // 2 - 1, h // 2 - 1), 0, 0, 360, 1.0, -1)
        mask = cv2.warpAffine(mask, matrix, (size, size))[..., None] * rng.uniform(0.6, 1)
        img[:] = img * (1 - mask) + cv2.warpAffine(tile, matrix, (size, size)) * mask


def collage(rng, size):
    """A non-aerial jumble of shapes, gradients and text: negatives that are unlike any ground."""
    img = tint(rng, noise(rng, size, rng.integers(2, 5), int(rng.integers(1, 6))), rng.uniform(0, 200, 3), rng.uniform(60, 255, 3))
    for _ in range(rng.integers(3, 22)):
        colour = tuple(map(float, np.clip(rng.uniform(0, 255) + rng.normal(0, 45, 3), 0, 255)))
        c = rng.uniform(0, size, 2)
        r = rng.uniform(0.01, 0.22) * size
        kind = rng.integers(4)
        if kind == 0:
            axes = (int(r), int(r * rng.uniform(0.2, 1)) + 1)
            cv2.ellipse(img, tuple(map(int, c)), axes, rng.uniform(0, 360), 0, 360, colour, int(rng.choice([-1, -1, 2, 5])), cv2.LINE_AA)
        elif kind == 1:
            a = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
            pts = (c + r * np.stack([np.cos(a), np.sin(a)], 1) * rng.uniform(0.5, 1.2, (len(a), 1))).astype(np.int32)
            cv2.fillPoly(img, [pts], colour, cv2.LINE_AA)
        elif kind == 2:
            cv2.line(img, tuple(map(int, c)), tuple(map(int, rng.uniform(0, size, 2))), colour, int(rng.integers(1, 9)), cv2.LINE_AA)
    if rng.random() < 0.7:
        clutter(rng, img, rng.integers(1, 9))
    if rng.random() < 0.5:
        img = cv2.GaussianBlur(img, (0, 0), rng.uniform(0.5, 4))
    return np.clip(img + speckle(rng, size, 2, rng.uniform(0, 9)), 0, 255)
