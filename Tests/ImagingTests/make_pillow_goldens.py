#!/usr/bin/env python3
"""Write PillowGoldens.swift: what Pillow makes of given pixels and JPEG files, for the tests to compare with.

    pip install pillow numpy
    python3 Tests/ImagingTests/make_pillow_goldens.py > Tests/ImagingTests/PillowGoldens.swift
    swift format -i Tests/ImagingTests/PillowGoldens.swift

Pixels come from SplitMix64 (one output for each byte, its lowest 8 bits), which the tests have too; results are kept as FNV-1a hashes.
"""
import io
import numpy as np
import PIL
from PIL import Image, features

MASK = (1 << 64) - 1


def random_bytes(seed, count):
    state, out = seed, bytearray()
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        out.append((z ^ (z >> 31)) & 0xFF)
    return bytes(out)


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


RESIZES = [
    # source, target, box
    ((7, 5), (3, 2), None), ((7, 5), (7, 5), None), ((7, 5), (14, 11), None), ((1, 1), (9, 4), None), ((16, 16), (1, 1), None),
    ((64, 48), (30, 30), None), ((48, 27), (30, 30), None), ((64, 48), (64, 20), None), ((64, 48), (20, 48), None),
    ((101, 67), (32, 32), (10.0, 5.0, 90.0, 60.0)), ((101, 67), (32, 32), (0.5, 0.25, 100.75, 66.5)),
    ((101, 67), (96, 96), (33.125, 20.0625, 40.5, 29.75)), ((101, 67), (5, 3), (1.0, 0.0, 101.0, 67.0)),
    ((101, 67), (101, 67), (1.0, 0.0, 101.0, 67.0)), ((101, 67), (101, 40), (0.0, 13.0, 101.0, 53.0)),
    ((101, 67), (50, 67), (50.0, 0.0, 100.0, 67.0)), ((300, 200), (7, 5), None), ((333, 41), (2, 40), (0.015625, 0.0, 332.984375, 41.0)),
    ((480, 27), (300, 300), None), ((101, 67), (8, 8), (50.0, 30.0, 50.0625, 30.03125)),
    # Rows first, and the cases next to it.
    ((60, 90), (30, 30), None), ((60, 91), (30, 30), None), ((64, 116), (37, 37), None), ((60, 100), (61, 50), None),
    ((60, 120), (30, 30), (3.5, 7.25, 50.0, 87.0)), ((41, 300), (41, 30), None), ((41, 300), (41, 30), (1.0, 0.0, 41.0, 299.5)),
    ((40, 200), (50, 20), (30.0, 100.0, 31.0, 180.0)), ((7, 900), (5, 3), None), ((30, 29), (60, 30), None), ((30, 31), (60, 30), None),
    ((3, 400), (2, 1), None), ((1, 64), (1, 64), (0.0, 1.0, 1.0, 64.0)),
]


def resizes():
    seed = 0
    for size, target, box in RESIZES:
        for channels, mode in ((3, "RGB"), (1, "L")):
            seed += 1
            image = Image.frombytes(mode, size, random_bytes(seed, size[0] * size[1] * channels))
            result = image.resize(target, Image.BILINEAR, box=box)
            corners = "nil" if box is None else "(%s)" % ", ".join(repr(float(v)) for v in box)
            yield "        ResizeGolden(seed: %d, channels: %d, source: (%d, %d), target: (%d, %d), box: %s, hash: 0x%016X)," % (
                (seed, channels) + size + target + (corners, fnv(result.tobytes())))


def luma():
    image = Image.frombytes("RGB", (64, 64), random_bytes(99, 64 * 64 * 3))
    return fnv(image.convert("L").tobytes())


def drawing(width, height, channels):
    """Waves with some noise: compresses to a few hundred bytes and has all frequencies."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [128 + 90 * np.sin(x / (3 + c) + c) * np.cos(y / (5 - c)) for c in range(channels)]
    noise = np.frombuffer(random_bytes(7, width * height * channels), np.uint8).reshape(height, width, channels)
    pixels = np.clip(np.stack(planes, -1) + noise / 16.0, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)


JPEGS = [
    ("colour420", 37, 29, 3, dict(quality=70, subsampling=2)), ("colour422", 37, 29, 3, dict(quality=70, subsampling=1)),
    ("colour444", 26, 19, 3, dict(quality=70, subsampling=0)), ("grey", 37, 29, 1, dict(quality=70)),
    ("progressive", 26, 19, 3, dict(quality=70, subsampling=2, progressive=True)),
    ("restarts", 37, 29, 3, dict(quality=50, subsampling=2, restart_marker_blocks=2)),
    ("keepsRGB", 19, 17, 3, dict(quality=50, keep_rgb=True)),
]


def hexadecimal(data):
    lines = [data[i:i + 60].hex() for i in range(0, len(data), 60)]
    return "\n".join("                " + line + ("\\" if k + 1 < len(lines) else "") for k, line in enumerate(lines))


def jpegs():
    for name, width, height, channels, options in JPEGS:
        file = io.BytesIO()
        drawing(width, height, channels).save(file, "JPEG", **options)
        data = file.getvalue()
        decoded = Image.open(io.BytesIO(data))
        full = fnv(decoded.convert("RGB").tobytes())
        scaled = []
        for scale in (2, 4, 8):
            image = Image.open(io.BytesIO(data))
            size = (-(-width // scale), -(-height // scale))
            image.draft("RGB", (width // scale, height // scale))
            assert image.size == size, (name, image.size, size)
            scaled.append(fnv(image.convert("RGB").tobytes()))
        image = Image.open(io.BytesIO(data))
        image.draft("L", (width, height))
        grey = fnv(image.tobytes()) if image.mode == "L" else 0
        yield ("        JPEGGolden(\n            name: \"%s\", width: %d, height: %d, rgb: 0x%016X, grey: 0x%016X,\n"
               "            half: 0x%016X, quarter: 0x%016X, eighth: 0x%016X,\n            file: \"\"\"\n%s\n                \"\"\"),"
               % ((name, width, height, full, grey) + tuple(scaled) + (hexadecimal(data),)))


def cmyk():
    file = io.BytesIO()
    Image.new("CMYK", (8, 8), (10, 20, 30, 40)).save(file, "JPEG", quality=30)
    return file.getvalue()


print("""// Written by make_pillow_goldens.py with Pillow %s and libjpeg-turbo %s; do not edit.

struct ResizeGolden: Sendable {
    let seed: UInt64
    let channels: Int
    let source: (Int, Int)
    let target: (Int, Int)
    let box: (Float, Float, Float, Float)?
    let hash: UInt64
}

struct JPEGGolden: Sendable {
    let name: String
    let width: Int
    let height: Int
    /// Of the decoded pixels, as RGB.
    let rgb: UInt64
    /// Of the luma alone; 0 when the file holds no luma.
    let grey: UInt64
    let half: UInt64
    let quarter: UInt64
    let eighth: UInt64
    /// The file in hexadecimal.
    let file: String
}

enum PillowGoldens {
    /// `convert("L")` of 64x64 random pixels of seed 99.
    static let luma: UInt64 = 0x%016X

    static let resizes: [ResizeGolden] = [
%s
    ]

    static let jpegs: [JPEGGolden] = [
%s
    ]

    /// A JPEG of four components.
    static let cmyk = \"\"\"
%s
                \"\"\"
}""" % (PIL.__version__, features.version("libjpeg_turbo"), luma(), "\n".join(resizes()), "\n".join(jpegs()), hexadecimal(cmyk())))
