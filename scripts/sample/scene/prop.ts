/** Furniture of the scenes: solids made of bricks with a painter. */
import { fbm2, fbm3, hash3, noise3 } from '../noise.js';
import { Prim, PrimField, boundsOf, union } from '../primitives.js';
import type { Random } from '../random.js';
import type { Bounds, Rgb, Solid, Surface } from '../solid.js';
import { mixRgb, scaleRgb, srgb } from '../solid.js';
import type { Frame, Vec } from '../vector.js';
import { add, boneFrame, headingFrame, mul, smoothstep, toWorld, vec } from '../vector.js';

type Painter = (x: number, y: number, z: number, s: Surface, top: Prim, far: number) => void;

interface Rough {
  /** Height and frequency of the bumps, metres and 1/metres. */
  readonly height: number;
  readonly frequency: number;
  readonly fine?: boolean;
}

class Prop implements Solid {
  readonly bounds: Bounds;
  readonly stride: number;
  readonly fine: number;
  private readonly field: PrimField | undefined;

  constructor(
    private readonly prims: readonly Prim[],
    private readonly painter: Painter,
    private readonly rough?: Rough,
  ) {
    const margin = (rough?.height ?? 0) + 0.02;
    this.bounds = boundsOf(prims, margin);
    this.stride = rough === undefined ? 0.95 : 0.62;
    this.fine = rough === undefined ? 0.001 : Math.min(0.02, 0.2 / rough.frequency);
    if (prims.length > 6) {
      const { min, max } = this.bounds;
      const span = Math.max(max.x - min.x, max.y - min.y, max.z - min.z);
      this.field = new PrimField(prims, span / 26, Math.max(margin, 0.2));
    }
  }

  distance(x: number, y: number, z: number): number {
    const d = this.field === undefined ? union(this.prims, x, y, z) : this.field.distance(x, y, z);
    const rough = this.rough;
    if (rough === undefined) return d;
    if (d > rough.height * 2.5) return d - rough.height;
    const f = rough.frequency;
    let n = noise3(x * f, y * f, z * f);
    if (rough.fine === true) n = n * 0.6 + 0.4 * noise3(x * f * 3.1, y * f * 3.1, z * f * 3.1);
    return d - rough.height * (2 * n - 1);
  }

  paint(x: number, y: number, z: number, far: number, s: Surface): void {
    let best = this.prims[0]!;
    let nearest = Infinity;
    for (const p of this.field?.near(x, y, z) ?? this.prims) {
      const d = p.distance(x, y, z);
      if (d < nearest) {
        nearest = d;
        best = p;
      }
    }
    this.painter(x, y, z, s, best, far);
  }
}

const UP = vec(0, 1, 0);
const SIDE = vec(0, 0, 1);

const cone = (a: Vec, b: Vec, r1: number, r2: number, blend = 0, part = 0): Prim => {
  const frame = boneFrame(
    a,
    b,
    Math.abs(b.z - a.z) > 0.9 * Math.hypot(b.x - a.x, b.y - a.y, b.z - a.z) ? UP : SIDE,
  );
  return new Prim(
    'cone',
    frame,
    Math.hypot(b.x - a.x, b.y - a.y, b.z - a.z),
    r1,
    r2,
    0,
    0,
    blend,
    part,
    0,
  );
};
const ball = (f: Frame, at: Vec, r: Vec, blend = 0, part = 0): Prim =>
  new Prim(
    'ellipsoid',
    { ...f, o: toWorld(f, at.x, at.y, at.z) },
    r.x,
    r.y,
    r.z,
    0,
    0,
    blend,
    part,
    0,
  );
/** Rounded box by centre and full half extents (rounding included). */
const box = (f: Frame, at: Vec, half: Vec, round: number, part = 0, blend = 0): Prim =>
  new Prim(
    'box',
    { ...f, o: toWorld(f, at.x, at.y, at.z) },
    half.x - round,
    half.y - round,
    half.z - round,
    round,
    0,
    blend,
    part,
    0,
  );
const standing = (at: Vec, yaw: number): Frame => headingFrame(at, yaw, 0, 0);

const plain =
  (color: Rgb, gloss = 0.05, shine = 20, mirror = 0): Painter =>
  (_x, _y, _z, s) => {
    s.reset(color);
    s.gloss = gloss;
    s.shine = shine;
    s.mirror = mirror;
  };

function leaves(dark: Rgb, light: Rgb, scale: number, cap?: Rgb): Painter {
  return (x, y, z, s) => {
    const n = noise3(x * scale, y * scale, z * scale);
    const m = noise3(x * scale * 0.23, y * scale * 0.23, z * scale * 0.23);
    s.reset(mixRgb(dark, light, n * 0.65 + m * 0.35));
    s.wrap = 0.4;
    s.cavity = 0.45 + 0.75 * n;
    s.gloss = 0.04;
    if (cap !== undefined) s.blend(cap, smoothstep(0.25, 0.6, s.ny + 0.3 * (n - 0.5)));
  };
}

const BARK = srgb(0x5d4a3a);
const barkPainter = (x: number, y: number, z: number, s: Surface): void => {
  const n = fbm3(x * 22, y * 5, z * 22, 2);
  s.reset(scaleRgb(BARK, 0.5 + n));
  s.cavity = 0.5 + 0.6 * n;
};

export function broadTree(at: Vec, height: number, dark: Rgb, light: Rgb, r: Random): Solid[] {
  const trunk = new Prop(
    [
      cone(
        at,
        add(at, vec(r.range(-0.1, 0.1), height * 0.55, r.range(-0.1, 0.1))),
        0.05 * height,
        0.032 * height,
      ),
      cone(
        add(at, vec(0, -0.03, 0)),
        add(at, vec(0, 0.25, 0)),
        0.075 * height,
        0.045 * height,
        0.1,
      ),
    ],
    barkPainter,
    { height: 0.012, frequency: 18 },
  );
  const crown: Prim[] = [];
  const count = r.int(5, 7);
  const f = standing(at, 0);
  for (let i = 0; i < count; i += 1) {
    const a = (i / count) * Math.PI * 2 + r.range(-0.3, 0.3);
    const w = r.range(0.1, 0.22) * height;
    const size = r.range(0.17, 0.24) * height;
    crown.push(
      ball(
        f,
        vec(Math.cos(a) * w, height * r.range(0.6, 0.84), Math.sin(a) * w),
        vec(size, size * 0.85, size),
        0.08 * height,
      ),
    );
  }
  crown.push(
    ball(
      f,
      vec(0, height * 0.82, 0),
      vec(0.2 * height, 0.18 * height, 0.2 * height),
      0.08 * height,
    ),
  );
  return [
    trunk,
    new Prop(crown, leaves(dark, light, 9), {
      height: 0.055 * height,
      frequency: 16 / height,
      fine: true,
    }),
  ];
}

export function firTree(
  at: Vec,
  height: number,
  dark: Rgb,
  light: Rgb,
  snow: Rgb | undefined,
  r: Random,
): Solid[] {
  const prims: Prim[] = [];
  const tiers = 5;
  for (let i = 0; i < tiers; i += 1) {
    const y0 = height * (0.12 + 0.165 * i);
    const r0 = height * (0.235 - 0.041 * i) * r.range(0.92, 1.08);
    prims.push(
      cone(
        add(at, vec(0, y0, 0)),
        add(at, vec(0, y0 + height * 0.2, 0)),
        r0 * 0.72,
        0.02 * height,
        0.02 * height,
      ),
    );
  }
  return [
    new Prop(
      [cone(at, add(at, vec(0, height * 0.3, 0)), 0.035 * height, 0.03 * height)],
      barkPainter,
    ),
    new Prop(prims, leaves(dark, light, 10, snow), {
      height: 0.035 * height,
      frequency: 22 / height,
      fine: true,
    }),
  ];
}

export function trunkOnly(at: Vec, height: number, radius: number, r: Random): Solid {
  return new Prop(
    [
      cone(at, add(at, vec(r.range(-0.2, 0.2), height, r.range(-0.2, 0.2))), radius, radius * 0.8),
      cone(add(at, vec(0, -0.05, 0)), add(at, vec(0, 0.3, 0)), radius * 1.6, radius * 0.9, 0.15),
    ],
    barkPainter,
    { height: 0.014, frequency: 16 },
  );
}

export function bush(
  at: Vec,
  size: number,
  dark: Rgb,
  light: Rgb,
  r: Random,
  blossom?: Rgb,
): Solid {
  const f = standing(at, 0);
  const prims: Prim[] = [];
  const count = r.int(4, 6);
  for (let i = 0; i < count; i += 1) {
    const a = (i / count) * Math.PI * 2 + r.range(-0.4, 0.4);
    const d = size * r.range(0.25, 0.5);
    const q = size * r.range(0.36, 0.52);
    prims.push(
      ball(
        f,
        vec(Math.cos(a) * d, q * 0.8, Math.sin(a) * d),
        vec(q, q * r.range(0.85, 1.1), q),
        0.1 * size,
      ),
    );
  }
  prims.push(ball(f, vec(0, size * 0.55, 0), vec(size * 0.5, size * 0.5, size * 0.5), 0.1 * size));
  const base = leaves(dark, light, 26 / Math.max(size, 0.5));
  const painter: Painter = (x, y, z, s, top, far) => {
    base(x, y, z, s, top, far);
    if (blossom === undefined) return;
    const n = noise3(x * 30, y * 30, z * 30);
    s.blend(blossom, smoothstep(0.72, 0.8, n));
  };
  return new Prop(prims, painter, { height: 0.09 * size, frequency: 11 / size, fine: true });
}

export function stone(at: Vec, size: number, r: Random): Solid {
  const f = standing(at, r.range(0, 3));
  const tone = mixRgb(srgb(0x8c8a86), srgb(0x6f675d), r.next());
  return new Prop(
    [
      ball(f, vec(0, size * 0.3, 0), vec(size * 0.8, size * 0.5, size * 0.6)),
      ball(
        f,
        vec(size * 0.3, size * 0.22, size * 0.25),
        vec(size * 0.5, size * 0.36, size * 0.45),
        0.15 * size,
      ),
    ],
    (x, y, z, s) => {
      const n = fbm3(x * 14, y * 14, z * 14, 3);
      s.reset(scaleRgb(tone, 0.6 + 0.8 * n));
      s.blend(srgb(0x5e6b3c), smoothstep(0.55, 0.7, n) * smoothstep(0.2, 0.8, s.ny) * 0.7);
      s.cavity = 0.7 + 0.4 * n;
    },
    { height: 0.035 * size, frequency: 5 / size, fine: true },
  );
}

export function fence(
  center: Vec,
  yaw: number,
  long: number,
  color: Rgb,
  style: 'rail' | 'picket',
): Solid {
  const f = standing(center, yaw);
  const prims: Prim[] = [];
  const posts = style === 'picket' ? Math.round(long / 0.22) : Math.round(long / 1.6);
  for (let i = 0; i <= posts; i += 1) {
    const z = -long / 2 + (long * i) / posts;
    prims.push(
      style === 'picket'
        ? box(f, vec(0, 0.42, z), vec(0.014, 0.45, 0.045), 0.012)
        : box(f, vec(0, 0.5, z), vec(0.055, 0.55, 0.055), 0.015),
    );
  }
  for (const y of style === 'picket' ? [0.25, 0.65] : [0.3, 0.6, 0.9]) {
    prims.push(box(f, vec(0.03, y, 0), vec(0.018, 0.045, long / 2), 0.012));
  }
  return new Prop(prims, (x, y, z, s) => {
    const n = fbm3(x * 30, y * 8, z * 8, 2);
    s.reset(scaleRgb(color, 0.75 + 0.45 * n));
  });
}

export function bench(at: Vec, yaw: number, color: Rgb): Solid {
  const f = standing(at, yaw);
  const prims: Prim[] = [];
  for (let i = 0; i < 4; i += 1)
    prims.push(box(f, vec(-0.17 + i * 0.115, 0.45, 0), vec(0.05, 0.016, 0.75), 0.012));
  for (let i = 0; i < 3; i += 1)
    prims.push(box(f, vec(-0.26 - i * 0.025, 0.58 + i * 0.12, 0), vec(0.014, 0.048, 0.75), 0.012));
  for (const z of [-0.6, 0.6]) {
    prims.push(box(f, vec(0.15, 0.22, z), vec(0.025, 0.22, 0.03), 0.01, 1));
    prims.push(box(f, vec(-0.22, 0.44, z), vec(0.025, 0.44, 0.03), 0.01, 1));
    prims.push(box(f, vec(-0.03, 0.41, z), vec(0.22, 0.02, 0.03), 0.01, 1));
  }
  return new Prop(prims, (x, y, z, s, top) => {
    if (top.part === 1) {
      s.reset(srgb(0x2e3233));
      s.gloss = 0.25;
      return;
    }
    s.reset(scaleRgb(color, 0.75 + 0.5 * fbm3(x * 12, y * 40, z * 12, 2)));
    s.gloss = 0.08;
  });
}

export function ballToy(at: Vec, radius: number, color: Rgb, stripe: Rgb): Solid {
  const f = headingFrame(add(at, vec(0, radius, 0)), 0.7, 0.5, 0.4);
  return new Prop([ball(f, vec(0, 0, 0), vec(radius, radius, radius))], (x, y, z, s) => {
    const ly = (x - f.o.x) * f.y.x + (y - f.o.y) * f.y.y + (z - f.o.z) * f.y.z;
    const lz = (x - f.o.x) * f.z.x + (y - f.o.y) * f.z.y + (z - f.o.z) * f.z.z;
    s.reset(color);
    s.blend(stripe, smoothstep(0.24, 0.21, Math.abs(ly) / radius));
    s.blend(stripe, smoothstep(0.14, 0.11, Math.abs(lz) / radius));
    s.gloss = 0.5;
    s.shine = 60;
    s.mirror = 0.06;
  });
}

/** A turned vessel: flower pot, vase or bucket, with a plant in it when leaves are given. */
export function pot(
  at: Vec,
  size: number,
  color: Rgb,
  plant: readonly [Rgb, Rgb] | undefined,
  r: Random,
): Solid[] {
  const f = standing(at, 0);
  const up = (y: number): Vec => add(at, vec(0, y * size, 0));
  const round = r.chance(0.5);
  const body = round
    ? [
        ball(f, vec(0, 0.36 * size, 0), vec(0.32 * size, 0.36 * size, 0.32 * size)),
        cone(up(0.62), up(0.78), 0.17 * size, 0.2 * size, 0.05 * size),
      ]
    : [
        cone(up(0.18), up(0.6), 0.19 * size, 0.27 * size),
        cone(up(0.66), up(0.68), 0.29 * size, 0.29 * size, 0.01),
      ];
  const out: Solid[] = [
    new Prop(body, (x, y, z, s) => {
      s.reset(scaleRgb(color, 0.85 + 0.3 * noise3(x * 9, y * 9, z * 9)));
      const ring = Math.abs(((y - at.y) / size - 0.45) % 1);
      s.blend(scaleRgb(color, 0.55), smoothstep(0.035, 0.025, ring));
      s.gloss = 0.35;
      s.shine = 40;
      s.mirror = 0.04;
    }),
  ];
  if (plant !== undefined) {
    const prims: Prim[] = [];
    const count = r.int(9, 13);
    for (let i = 0; i < count; i += 1) {
      const a = (i / count) * Math.PI * 2 + r.range(-0.2, 0.2);
      const tilt = r.range(0.25, 1.05);
      const dir = vec(Math.cos(a) * Math.sin(tilt), Math.cos(tilt), Math.sin(a) * Math.sin(tilt));
      const l = size * r.range(0.6, 1.05);
      const a0 = up(0.6);
      const frame = boneFrame(a0, add(a0, dir), vec(-Math.sin(a), 0.01, Math.cos(a)));
      const turned: Frame = { o: frame.o, x: frame.z, y: frame.y, z: frame.x };
      prims.push(
        new Prim(
          'blade',
          turned,
          l,
          0.035 * size,
          0.012 * size + 0.05 * size * r.next(),
          0.2,
          0,
          0,
          0,
          0,
        ),
      );
    }
    const [dark, light] = plant;
    out.push(
      new Prop(prims, (_x, y, _z, s, top) => {
        const t = hash3(Math.round(top.yx * 1000), Math.round(top.yz * 1000), 3);
        s.reset(mixRgb(dark, light, 0.3 * t + 0.7 * smoothstep(0.5 * size, 1.5 * size, y - at.y)));
        s.wrap = 0.35;
        s.gloss = 0.2;
      }),
    );
  }
  return out;
}

export function flowers(
  center: Vec,
  spread: number,
  count: number,
  color: Rgb,
  r: Random,
  keepOff: number,
): Solid[] {
  const prims: Prim[] = [];
  for (let i = 0; i < count; i += 1) {
    const a = r.range(0, Math.PI * 2);
    const d = keepOff + spread * Math.sqrt(r.next());
    const at = add(center, vec(Math.cos(a) * d, 0, Math.sin(a) * d));
    const h = r.range(0.07, 0.15);
    const top = add(at, vec(r.range(-0.02, 0.02), h, r.range(-0.02, 0.02)));
    const f = headingFrame(top, r.range(0, 6), r.range(-0.3, 0.3), r.range(-0.3, 0.3));
    const q = r.range(0.012, 0.02);
    prims.push(ball(f, vec(0, 0, 0), vec(q, q * 0.4, q), 0, 0));
    prims.push(ball(f, vec(0, q * 0.3, 0), vec(q * 0.4, q * 0.35, q * 0.4), 0, 1));
    prims.push(cone(at, top, 0.002, 0.002, 0, 2));
  }
  // One solid per flower keeps the boxes small.
  const out: Solid[] = [];
  for (let i = 0; i < prims.length; i += 3) {
    out.push(
      new Prop(prims.slice(i, i + 3), (_x, _y, _z, s, top) => {
        s.reset(top.part === 0 ? color : top.part === 1 ? srgb(0xe7b92f) : srgb(0x4f7a2d));
        s.wrap = 0.4;
      }),
    );
  }
  return out;
}

export function log(at: Vec, yaw: number, long: number, radius: number): Solid {
  const f = standing(add(at, vec(0, radius * 0.9, 0)), yaw);
  return new Prop(
    [cone(toWorld(f, 0, 0, -long / 2), toWorld(f, 0, 0.02, long / 2), radius, radius * 0.9)],
    barkPainter,
    { height: 0.012, frequency: 20 },
  );
}

/** Sofa whose front faces the frame's +x; `seat` is the height of the cushions, metres. */
export function sofa(
  at: Vec,
  yaw: number,
  seat: number,
  wide: number,
  color: Rgb,
  cushion: Rgb,
  r: Random,
  deep = 0.43,
): Solid[] {
  const f = standing(at, yaw);
  const half = wide / 2;
  const prims: Prim[] = [
    box(f, vec(-0.05, seat * 0.42, 0), vec(deep + 0.05, seat * 0.34, half), 0.04),
    box(f, vec(-deep, seat + 0.14, 0), vec(0.13, seat * 0.5 + 0.3, half), 0.09),
    box(f, vec(-0.03, seat * 0.62, -half - 0.02), vec(deep + 0.07, seat * 0.62, 0.11), 0.08),
    box(f, vec(-0.03, seat * 0.62, half + 0.02), vec(deep + 0.07, seat * 0.62, 0.11), 0.08),
  ];
  const seats = Math.max(1, Math.round(wide / 0.85));
  for (let i = 0; i < seats; i += 1) {
    const z = -half + (wide * (i + 0.5)) / seats;
    prims.push(
      box(f, vec(0.02, seat - 0.085, z), vec(deep, 0.085, wide / seats / 2 - 0.008), 0.06),
    );
  }
  const weave: Painter = (x, y, z, s) => {
    const n = noise3(x * 160, y * 160, z * 160) * 0.5 + noise3(x * 40, y * 40, z * 40) * 0.5;
    s.reset(scaleRgb(color, 0.82 + 0.36 * n));
    s.wrap = 0.2;
    s.sheen = 0.08;
  };
  const out: Solid[] = [new Prop(prims, weave)];
  const side = r.sign();
  const cf = headingFrame(
    toWorld(f, 0.25 - deep, seat + 0.2, side * (half - 0.22)),
    yaw + r.range(-0.3, 0.3),
    0.35,
    r.range(-0.2, 0.2),
  );
  out.push(
    new Prop(
      [
        ball(cf, vec(0, 0, 0), vec(0.09, 0.2, 0.2)),
        box(cf, vec(0, 0, 0), vec(0.03, 0.19, 0.19), 0.025, 0, 0.08),
      ],
      (x, y, z, s) => {
        s.reset(cushion);
        const u = Math.sin((y - cf.o.y) * 60) * Math.sin((z * cf.z.z + x * cf.z.x) * 60);
        s.tint(0.9 + 0.15 * u);
        s.wrap = 0.2;
      },
    ),
  );
  return out;
}

/** A flat standing wall whose face looks along the frame's +x. */
export function wall(
  at: Vec,
  yaw: number,
  paint: (u: number, v: number, s: Surface) => void,
): Solid {
  const f = standing(at, yaw);
  return new Prop([box(f, vec(-0.1, 2, 0), vec(0.1, 2.2, 9), 0)], (x, y, z, s) => {
    const u = (x - at.x) * f.z.x + (z - at.z) * f.z.z;
    paint(u, y - at.y, s);
  });
}

/** Something flat on a wall: picture, window, skirting. */
export function panel(
  at: Vec,
  yaw: number,
  half: Vec,
  round: number,
  painter: (u: number, v: number, s: Surface) => void,
): Solid {
  const f = standing(at, yaw);
  return new Prop([box(f, vec(0, 0, 0), half, round)], (x, y, z, s) => {
    painter((x - at.x) * f.z.x + (z - at.z) * f.z.z, y - at.y, s);
  });
}

export function shelf(at: Vec, yaw: number, r: Random): Solid[] {
  const f = standing(at, yaw);
  const wood = mixRgb(srgb(0x9a6b40), srgb(0xe6e0d6), r.next());
  const frame: Prim[] = [
    box(f, vec(0, 0.9, -0.5), vec(0.17, 0.9, 0.018), 0.006),
    box(f, vec(0, 0.9, 0.5), vec(0.17, 0.9, 0.018), 0.006),
    box(f, vec(-0.16, 0.9, 0), vec(0.01, 0.9, 0.5), 0.004),
  ];
  for (let i = 0; i < 5; i += 1)
    frame.push(box(f, vec(0, 0.06 + i * 0.42, 0), vec(0.17, 0.014, 0.5), 0.006));
  const books: Prim[] = [];
  for (let i = 0; i < 4; i += 1) {
    let z = -0.45;
    while (z < 0.42) {
      const t = r.range(0.016, 0.04);
      const h = r.range(0.11, 0.16);
      if (r.chance(0.85))
        books.push(
          box(
            f,
            vec(-0.02, 0.076 + i * 0.42 + h, z + t),
            vec(0.11, h, t * 0.94),
            0.004,
            r.int(0, 6),
          ),
        );
      z += t * 2;
    }
  }
  const spines = [0x8c2f2a, 0x2f5d7c, 0xd9b25f, 0x3f6b4f, 0xe8dfd0, 0x47405c, 0xc4703d].map(srgb);
  return [
    new Prop(frame, plain(wood, 0.1)),
    new Prop(books, (_x, _y, _z, s, top) => {
      s.reset(spines[top.part] ?? wood);
      s.gloss = 0.08;
    }),
  ];
}

export function lamp(at: Vec, height: number, shade: Rgb): Solid[] {
  const up = (y: number): Vec => add(at, vec(0, y, 0));
  return [
    new Prop(
      [cone(up(0.02), up(height), 0.012, 0.012), cone(up(0.01), up(0.02), 0.14, 0.14)],
      plain(srgb(0x3a3a3c), 0.4),
    ),
    new Prop([cone(up(height), up(height + 0.26), 0.19, 0.12)], (_x, _y, _z, s) => {
      s.reset(shade);
      s.glow = 0.9;
    }),
  ];
}

export function crate(at: Vec, yaw: number, half: Vec, color: Rgb): Solid {
  const f = standing(at, yaw);
  return new Prop([box(f, vec(0, half.y, 0), half, 0.012)], (x, y, z, s) => {
    s.reset(scaleRgb(color, 0.7 + 0.5 * fbm3(x * 10, y * 45, z * 10, 2)));
    const band = Math.abs((((y - at.y) / half.y) * 1.5) % 1);
    s.tint(1 - 0.45 * smoothstep(0.05, 0.02, band));
  });
}

export function parasol(at: Vec, color: Rgb, second: Rgb): Solid[] {
  const up = (y: number): Vec => add(at, vec(0.1 * y, y, 0.05 * y));
  const top = up(1.9);
  return [
    new Prop([cone(at, top, 0.02, 0.018)], plain(srgb(0xe8e2d6), 0.2)),
    new Prop(
      [
        new Prim(
          'lid',
          boneFrame(add(top, vec(0, -0.85, 0)), top, SIDE),
          0.95,
          0.52,
          0,
          0,
          0,
          0,
          0,
          0,
        ),
      ],
      (x, _y, z, s) => {
        const a = Math.atan2(z - top.z, x - top.x);
        s.reset(Math.floor(((a + Math.PI) / (Math.PI * 2)) * 10) % 2 === 0 ? color : second);
        s.wrap = 0.4;
      },
    ),
  ];
}

/** Point of the scene `depth` metres behind the dog and `side` metres to image right. */
export const placeAt = (away: Vec, right: Vec, depth: number, side: number, y = 0): Vec =>
  add(add(mul(away, depth), mul(right, side)), vec(0, y, 0));

export const speckle = (u: number, v: number, seed: number): number => fbm2(u, v, seed, 2);
