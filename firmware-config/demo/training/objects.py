"""Things that stand on or beside a pad, built of extruded footprints (dimensions in metres before scaling)."""
import numpy as np

from scene import Prism

ON_PAD = ("car", "van", "person", "box", "crates", "drone", "cone", "bush")


def rectangle(w, l, bevel=0.0):
    """A rectangle w x l around the origin, with bevelled corners."""
    x, y, b = w / 2, l / 2, min(bevel, w / 3, l / 3)
    if b <= 0:
        return np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    return np.array([[-x + b, -y], [x - b, -y], [x, -y + b], [x, y - b], [x - b, y], [-x + b, y], [-x, y - b], [-x, -y + b]])


def ellipse(w, l, n=12):
    """A convex polygon close to an ellipse."""
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.stack([np.cos(a) * w / 2, np.sin(a) * l / 2], 1)


def colour(rng, low=20, high=245, spread=45):
    """A random paint colour."""
    return tuple(float(v) for v in np.clip(rng.uniform(low, high) + rng.normal(0, spread, 3), 8, 250))


def shade(c, k):
    """The same colour, darker or lighter."""
    return tuple(min(255.0, v * k) for v in c)


def car(rng):
    """Body, glass house and roof."""
    c, w, l = colour(rng), rng.uniform(1.6, 1.9), rng.uniform(3.6, 4.8)
    glass = (38.0, 46.0, 54.0)
    back = rng.uniform(-0.6, 0.0)
    return [(rectangle(w, l, 0.35), 0.2, 0.85, c), (rectangle(w * .92, l * .3, 0.2) + (0, l * .33), .85, .9, shade(c, 1.12)),
            (rectangle(w * .88, l * .56, .3) + (0, back), .85, 1.25, glass), (rectangle(w * .78, l * .36, .2) + (0, back), 1.25, 1.5, shade(c, 1.06))]


def van(rng):
    """A box body with a cab in front."""
    c, w, l = colour(rng, 120, 250, 30), rng.uniform(1.9, 2.3), rng.uniform(4.6, 6.5)
    return [(rectangle(w, l, .2), .3, 1.0, shade(c, .8)), (rectangle(w, l * .68, .1) + (0, -l * .14), 1.0, 2.3, c),
            (rectangle(w * .9, l * .12, .1) + (0, l * .29), 1.0, 1.6, (40.0, 48.0, 56.0)), (rectangle(w * .9, l * .16, .2) + (0, l * .41), 1.0, 1.1, colour(rng))]


def person(rng, stride=None, cloth=None):
    """Two legs, shoulders and a head."""
    clothes, legs, skin = colour(rng), colour(rng, 20, 110, 20), (rng.uniform(90, 225), rng.uniform(70, 170), rng.uniform(55, 130))
    s = rng.uniform(-0.25, 0.25) if stride is None else stride
    cloth = cloth or clothes
    hair = colour(rng, 20, 120, 20)
    return [(ellipse(.18, .3, 8) + (-.11, s), 0, .85, legs), (ellipse(.18, .3, 8) + (.11, -s), 0, .85, legs),
            (ellipse(.5, .3), .8, 1.45, cloth), (ellipse(.12, .5, 8) + (-.28, s * .8), .9, 1.35, shade(cloth, .9)),
            (ellipse(.12, .5, 8) + (.28, -s * .8), .9, 1.35, shade(cloth, .9)), (ellipse(.2, .22), 1.5, 1.68, skin), (ellipse(.22, .24), 1.68, 1.76, hair)]


def box(rng):
    """A parcel with tape."""
    w, l, h = rng.uniform(.4, .9), rng.uniform(.4, 1.1), rng.uniform(.25, .7)
    c = (rng.uniform(150, 205), rng.uniform(110, 160), rng.uniform(60, 110)) if rng.random() < .6 else colour(rng)
    return [(rectangle(w, l), 0, h, c), (rectangle(w * .12, l), h, h + .005, shade(c, rng.choice([.75, 1.25])))]


def crates(rng):
    """A pallet with some boxes on it."""
    parts = [(rectangle(1.2, 1.0), 0, .15, (150.0, 115.0, 72.0))]
    for x in (-.3, .3):
        for y in (-.25, .25):
            if rng.random() < .75:
                parts.append((rectangle(.55, .45) + (x, y), .15, .15 + rng.uniform(.2, .8), colour(rng)))
    return parts


def drone(rng):
    """A parked quadcopter."""
    c = colour(rng, 15, 90, 12) if rng.random() < .6 else colour(rng)
    parts = [(rectangle(.09, 1.3) @ rot(np.pi / 4 * k), .2, .25, shade(c, .8)) for k in (1, 3)]
    parts += [(ellipse(.1, .1, 8) + (x, y), .25, .32, (60.0, 60.0, 62.0)) for x in (-.46, .46) for y in (-.46, .46)]
    parts += [(rectangle(.62, .06) @ rot(rng.uniform(0, 3)) + (x, y), .32, .33, shade(c, 1.5)) for x in (-.46, .46) for y in (-.46, .46)]
    return parts + [(rectangle(.34, .5, .1), .1, .42, c)]


def cone(rng):
    """A traffic cone: a base and shrinking rings."""
    o, w = (232.0, 92.0, 24.0), (238.0, 238.0, 236.0)
    return [(rectangle(.5, .5, .06), 0, .05, shade(o, .8))] + [(ellipse(d, d, 10), z, z + .15, c) for d, z, c in
            ((.36, .05, o), (.29, .2, w), (.22, .35, o), (.15, .5, w), (.09, .65, o))]


def bush(rng):
    """Stacked irregular blobs of foliage."""
    parts, base = [], np.array([rng.uniform(30, 90), rng.uniform(70, 125), rng.uniform(20, 60)])
    for k in range(7):
        r = rng.uniform(.3, .7) * (1 - .06 * k)
        c = tuple(np.clip(base * rng.uniform(.6, 1.35), 0, 255))
        parts.append((ellipse(r * 2, r * 2, 9) * rng.uniform(.8, 1.15, (9, 1)) + rng.uniform(-.5, .5, 2), .1 * k, .2 + .15 * k, c))
    return parts


def rot(a):
    """2x2 rotation for row vectors."""
    return np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


def place(rng, kind, x, y, angle, scale=1.0, **options):
    """The prisms of one object at (x, y), turned and scaled."""
    return [Prism(foot @ rot(angle) * scale + (x, y), z0 * scale, z1 * scale, c) for foot, z0, z1, c in globals()[kind](rng, **options)]


def plan_area(kind):
    """Rough footprint area in square metres, to scale an object to a pad."""
    return {"car": 7.5, "van": 11, "person": .3, "box": .5, "crates": 1.2, "drone": .9, "cone": .2, "bush": 1.6}[kind]


def occupant(rng, pad, kind=None):
    """An object on the pad that covers about 8..50 % of it, its footprint inside."""
    kind = kind or str(rng.choice(ON_PAD, p=[.2, .12, .18, .15, .1, .13, .05, .07]))
    share = rng.uniform(.07, .16) if kind in ("person", "cone") else rng.uniform(.13, .5)
    scale = np.sqrt(share * pad.side ** 2 / plan_area(kind))
    reach = pad.side * .5 * (1 - np.sqrt(share)) * .8
    x, y = np.array([pad.x, pad.y]) + rng.uniform(-reach, reach, 2)
    return place(rng, kind, x, y, rng.uniform(0, 2 * np.pi), scale)
