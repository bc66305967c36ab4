"""A small painter's-algorithm renderer: pinhole camera, ground plane, flat pads, extruded objects, shadows."""
from dataclasses import dataclass, field

import cv2
import numpy as np

from pads import TEX

SS = 2  # supersampling factor


@dataclass
class Camera:
    """Pinhole camera above the ground: position in metres, yaw, tilt from straight down and roll in degrees."""
    x: float
    y: float
    height: float
    yaw: float = 0.0
    tilt: float = 0.0
    roll: float = 0.0
    focal: float = 1.0  # in image widths
    size: tuple = (320, 240)

    def matrix(self):
        """3x4 projection matrix to output pixels."""
        w, h = self.size
        a, t, r = np.radians([self.yaw, -self.tilt, self.roll])
        rz = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
        down = np.diag([1.0, -1.0, -1.0])
        rx = np.array([[1, 0, 0], [0, np.cos(t), -np.sin(t)], [0, np.sin(t), np.cos(t)]])
        ry = np.array([[np.cos(r), 0, np.sin(r)], [0, 1, 0], [-np.sin(r), 0, np.cos(r)]])
        rot = ry @ rx @ down @ rz
        k = np.array([[self.focal * w, 0, w / 2], [0, self.focal * w, h / 2], [0, 0, 1]])
        return k @ np.hstack([rot, (rot @ -np.array([self.x, self.y, self.height]))[:, None]])


def project(matrix, points):
    """Project Nx3 world points to Nx2 pixels."""
    p = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    return p[:, :2] / np.maximum(p[:, 2:], 1e-3)


@dataclass
class Prism:
    """A vertical extrusion of a convex footprint (Nx2 metres) from z0 to z1."""
    foot: np.ndarray
    z0: float
    z1: float
    colour: tuple


@dataclass
class Pad:
    """A pad of `side` metres at (x, y), with its texture and, where it is covered, a cover texture."""
    x: float
    y: float
    side: float
    angle: float
    texture: tuple
    state: str = "clear"
    cover: tuple = None

    def corners(self, scale=1.0):
        """The four corners on the ground, in metres."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        q = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * self.side / 2 * scale
        return q @ np.array([[c, s], [-s, c]]) + (self.x, self.y)

    def outline(self):
        """Points of the outline on the ground: a circle for round pads."""
        if not self.texture[2]:
            return self.corners()
        a = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        return np.stack([np.cos(a), np.sin(a)], 1) * self.side / 2 + (self.x, self.y)


@dataclass
class Scene:
    """Everything that is drawn into one picture."""
    ground: np.ndarray
    metres: float  # width of the ground texture, which is centred at the origin
    pads: list = field(default_factory=list)
    prisms: list = field(default_factory=list)
    sun: tuple = (0.5, 0.3)  # shadow offset in metres per metre of height
    shadow: float = 0.5


def warp_onto(img, rgb, alpha, quad):
    """Blend a square texture onto the picture through the homography to `quad` (4x2 pixels)."""
    h, w = img.shape[:2]
    n = rgb.shape[0]
    x0, y0 = np.maximum(np.floor(quad.min(0)) - 1, 0).astype(int)
    x1, y1 = np.minimum(np.ceil(quad.max(0)) + 2, (w, h)).astype(int)
    if x1 <= x0 or y1 <= y0:
        return
    extent = max(np.ptp(quad, 0))
    while n > 2.2 * extent and n > 16:  # avoid aliasing of small pads
        n //= 2
    if n != rgb.shape[0]:
        rgb, alpha = (cv2.resize(t, (n, n), interpolation=cv2.INTER_AREA) for t in (rgb, alpha))
    src = np.array([[0, 0], [n, 0], [n, n], [0, n]], np.float32)
    m = cv2.getPerspectiveTransform(src, (quad - (x0, y0)).astype(np.float32))
    size = (int(x1 - x0), int(y1 - y0))
    mask = cv2.warpPerspective(alpha, m, size)[..., None]
    colour = cv2.warpPerspective(rgb, m, size, borderMode=cv2.BORDER_REPLICATE)
    part = img[y0:y1, x0:x1]
    part[:] = part * (1 - mask) + colour * mask


def draw_prism(img, matrix, prism, sun):
    """Side faces turned to the camera, lit by the sun, then the top."""
    n = len(prism.foot)
    low = project(matrix, np.c_[prism.foot, np.full(n, prism.z0)])
    top = project(matrix, np.c_[prism.foot, np.full(n, prism.z1)])
    colour = np.array(prism.colour, float)
    sun = np.array(sun) / (np.hypot(*sun) + 1e-6)
    for i in range(n):
        j = (i + 1) % n
        quad = np.array([low[i], low[j], top[j], top[i]])
        x, y = quad.T
        area = np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))
        edge = prism.foot[j] - prism.foot[i]
        normal = np.array([edge[1], -edge[0]]) / (np.hypot(*edge) + 1e-6)
        if area > 0:
            continue
        shade = 0.62 - 0.25 * float(normal @ sun)
        cv2.fillPoly(img, [np.round(quad * 8).astype(np.int32)], tuple(colour * shade), cv2.LINE_AA, 3)
    cv2.fillPoly(img, [np.round(top * 8).astype(np.int32)], tuple(colour), cv2.LINE_AA, 3)


def shadow_mask(shape, matrix, prisms, sun):
    """Coverage of the shadows on the ground: hull of each footprint and its shifted top."""
    mask = np.zeros(shape[:2], np.float32)
    for p in prisms:
        pts = np.vstack([p.foot + np.array(sun) * p.z0, p.foot + np.array(sun) * p.z1])
        pix = project(matrix, np.c_[pts, np.zeros(len(pts))]).astype(np.float32)
        hull = cv2.convexHull(pix)
        cv2.fillPoly(mask, [np.round(hull * 8).astype(np.int32)], 1.0, cv2.LINE_AA, 3)
    return cv2.GaussianBlur(mask, (0, 0), 1.2 * SS)


def draw(scene, camera):
    """Render to a float RGB picture of the camera's size (no lens or sensor effects yet)."""
    w, h = camera.size
    matrix = np.diag([SS, SS, 1.0]) @ camera.matrix()
    rows, columns = scene.ground.shape[:2]
    m = scene.metres / columns
    to_world = np.array([[m, 0, -m * columns / 2], [0, m, -m * rows / 2], [0, 0, 1]])
    img = cv2.warpPerspective(scene.ground, matrix[:, [0, 1, 3]] @ to_world, (w * SS, h * SS),
                              flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    for pad in scene.pads:
        quad = project(matrix, np.c_[pad.corners(), np.zeros(4)])
        warp_onto(img, pad.texture[0], pad.texture[1], quad)
        if pad.cover is not None:
            warp_onto(img, *pad.cover, project(matrix, np.c_[pad.corners(1.5), np.zeros(4)]))
    if scene.prisms:
        dark = shadow_mask(img.shape, matrix, scene.prisms, scene.sun)
        img *= (1 - scene.shadow * dark)[..., None] * (1, 1, 1) + dark[..., None] * (0, 0, 0.02)
    eye = np.array([camera.x, camera.y])
    order = sorted(scene.prisms, key=lambda p: (round(p.z0, 2), -np.hypot(*(p.foot.mean(0) - eye))))
    for prism in order:
        draw_prism(img, matrix, prism, scene.sun)
    return cv2.resize(img.astype(np.float32), (w, h), interpolation=cv2.INTER_AREA)


def pad_box(pad, camera):
    """((x0, y0, x1, y1) clipped to the picture as fractions, visible fraction, side in pixels)."""
    pix = project(camera.matrix(), np.c_[pad.outline(), np.zeros(len(pad.outline()))])
    size = np.array(camera.size)
    full = np.concatenate([pix.min(0), pix.max(0)])
    box = np.concatenate([np.clip(pix.min(0), 0, size), np.clip(pix.max(0), 0, size)])
    area = np.prod(full[2:] - full[:2])
    side = box[2:] - box[:2]
    return box / np.tile(size, 2), float(np.prod(np.maximum(side, 0)) / area), float(side.min())
