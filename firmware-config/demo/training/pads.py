"""Landing-pad textures: fiducial-marker pads, helipad circles, combinations; dirt and covers on them."""
import cv2
import numpy as np

from textures import noise, speckle, tint

TEX = 256  # texture side in pixels
KINDS = ("tag", "board", "helipad", "square-h", "target")
PAINT = ((236, 236, 230), (232, 190, 40), (222, 96, 32), (196, 40, 36), (40, 92, 170), (40, 130, 70))
DARK = ((22, 22, 24), (40, 42, 46), (70, 72, 76), (28, 52, 92), (30, 74, 46), (112, 36, 32))


def marker(rng, side, ink=(14, 14, 14), paper=(238, 238, 236)):
    """A square fiducial marker with random bits: black border, 4x4 to 8x8 cells (not from any dictionary)."""
    n = int(rng.choice([4, 5, 6, 6, 6, 8]))
    cells = np.zeros((n + 2, n + 2), np.uint8)
    while not 0.25 < cells[1:-1, 1:-1].mean() < 0.75:
        cells[1:-1, 1:-1] = rng.integers(0, 2, (n, n))
    pick = cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST)[..., None]
    return np.where(pick > 0, np.array(paper, np.float32), np.array(ink, np.float32))


def paste(img, tile, centre=(0.5, 0.5)):
    """Put a square tile on a texture, centred at a fraction of its side."""
    s = tile.shape[0]
    x, y = int(centre[0] * TEX - s / 2), int(centre[1] * TEX - s / 2)
    img[y:y + s, x:x + s] = tile


def letter_h(img, colour, scale):
    """The helipad H, `scale` is its height as a fraction of the side."""
    h, w, t = scale * TEX / 2, scale * TEX * 0.32, scale * TEX * 0.1
    c = TEX / 2
    for x0, y0, x1, y1 in ((-w, -h, -w + 2 * t, h), (w - 2 * t, -h, w, h), (-w, -t, w, t)):
        cv2.rectangle(img, (int(c + x0), int(c + y0)), (int(c + x1), int(c + y1)), colour, -1)


def disc(img, radius, colour, width=-1):
    """A filled disc, or a ring where `width` is positive; radius as a fraction of the side."""
    cv2.circle(img, (TEX // 2, TEX // 2), int(radius * TEX), colour, width if width < 0 else max(2, int(width)), cv2.LINE_AA)


def pad_texture(rng, kind=None):
    """(rgb float, alpha 0..1, round?) of one clear pad; the pad's outline is the square or the disc."""
    kind = kind or str(rng.choice(KINDS, p=[0.27, 0.25, 0.24, 0.12, 0.12]))
    img = np.zeros((TEX, TEX, 3), np.float32)
    alpha = np.ones((TEX, TEX), np.float32)
    light = PAINT[0] if rng.random() < 0.6 else PAINT[rng.integers(len(PAINT))]
    dark = DARK[rng.integers(len(DARK))]
    is_round = False
    if kind == "tag":
        img[:] = PAINT[0] if rng.random() < 0.85 else PAINT[rng.integers(1, 3)]
        paste(img, marker(rng, int(TEX * rng.uniform(0.7, 0.9))))
    elif kind == "board":
        img[:] = PAINT[rng.integers(len(PAINT))] if rng.random() < 0.6 else dark
        if rng.random() < 0.7:
            disc(img, rng.uniform(0.4, 0.49), dark if rng.random() < 0.6 else light)
        if rng.random() < 0.5:
            disc(img, rng.uniform(0.36, 0.46), light, rng.uniform(3, 12))
        side = int(TEX * rng.uniform(0.3, 0.56))
        if rng.random() < 0.6:
            paste(img, np.full((int(side * 1.22),) * 2 + (3,), 236, np.float32))
        paste(img, marker(rng, side))
        if rng.random() < 0.3:
            for c in ((0.12, 0.12), (0.88, 0.12), (0.12, 0.88), (0.88, 0.88)):
                paste(img, marker(rng, int(TEX * 0.15)), c)
    elif kind == "square-h":
        ground, ink = (dark, light) if rng.random() < 0.5 else (PAINT[0], DARK[rng.integers(2)])
        img[:] = ground
        if rng.random() < 0.6:
            cv2.rectangle(img, (8, 8), (TEX - 9, TEX - 9), ink, int(rng.integers(4, 14)))
        letter_h(img, ink, rng.uniform(0.4, 0.66))
    else:
        is_round = rng.random() < 0.65
        img[:] = dark if rng.random() < 0.7 else PAINT[rng.integers(len(PAINT))]
        disc(img, 0.5 if is_round else 0.48, dark if rng.random() < 0.7 else PAINT[rng.integers(1, len(PAINT))])
        disc(img, rng.uniform(0.4, 0.48), light, rng.uniform(5, 18))
        if kind == "helipad":
            letter_h(img, light, rng.uniform(0.36, 0.58))
        else:
            for r in np.arange(rng.uniform(0.26, 0.34), 0.05, -rng.uniform(0.08, 0.14)):
                disc(img, r, light if int(r * 100) % 2 else dark, rng.choice([-1, 8]))
            if rng.random() < 0.5:
                cv2.line(img, (20, 128), (236, 128), light, 6, cv2.LINE_AA)
                cv2.line(img, (128, 20), (128, 236), light, 6, cv2.LINE_AA)
        if rng.random() < 0.3:
            paste(img, marker(rng, int(TEX * rng.uniform(0.14, 0.24))))
        if is_round:
            alpha[:] = 0
            disc(alpha, 0.498, 1.0)
    weather(rng, img, alpha)
    return img, alpha, is_round


def weather(rng, img, alpha):
    """Fading, scuffs and stains that leave a pad legible (still `clear`)."""
    fade = rng.uniform(0, 0.3) * rng.uniform(0.3, 1)
    img[:] = img * (1 - fade) + fade * rng.uniform(90, 170)
    img *= 1 + 0.10 * noise(rng, TEX, 4, 4)[..., None]
    img += speckle(rng, TEX, 2, rng.uniform(2, 9))
    if rng.random() < 0.35:
        worn = np.clip((noise(rng, TEX, 12, 3) - rng.uniform(0.55, 0.9)) * 4, 0, 0.7)
        alpha *= 1 - worn
    np.clip(img, 0, 255, out=img)


COVERS = {"leaves": ((70, 48, 18), (186, 128, 52)), "sand": ((150, 122, 84), (212, 186, 140)),
          "snow": ((206, 214, 222), (250, 250, 252)), "mud": ((48, 36, 26), (96, 76, 56)),
          "grass": ((34, 60, 24), (108, 136, 60))}


def cover_texture(rng, size=TEX, kind=None, amount=None):
    """(rgb, alpha) of snow, sand, mud, grass or leaves that hide `amount` (0.4..0.8) of a pad."""
    kind = kind or str(rng.choice(list(COVERS)))
    amount = amount or rng.uniform(0.42, 0.8)
    field = noise(rng, size, rng.integers(2, 6), 5)
    if kind == "leaves":
        field = 0.35 * field + noise(rng, size, size // 14, 2)
        amount = max(amount, 0.5)
    inner = slice(size // 8, -size // 8)
    level = np.quantile(field[inner, inner], 1 - amount)
    alpha = np.clip((field - level) * rng.uniform(6, 22), 0, 1) * rng.uniform(0.9, 1)
    y, x = np.mgrid[-1:1:size * 1j, -1:1:size * 1j]
    alpha *= np.clip((1 - np.maximum(abs(x), abs(y)) + 0.25 * noise(rng, size, 5, 3)) * 9, 0, 1)
    img = tint(rng, noise(rng, size, size // (10 if kind == "leaves" else 24), 3), *COVERS[kind])
    return np.clip(img + speckle(rng, size, 2, 6), 0, 255), alpha.astype(np.float32)
