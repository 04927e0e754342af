/** Builds the surroundings of one photo: ground, furniture, sky, light. */
import { fbm2, noise2 } from '../noise.js';
import type { Random } from '../random.js';
import type { Rgb, Solid, Surface } from '../solid.js';
import { mixRgb, scaleRgb, srgb } from '../solid.js';
import { add, clamp, mix, mul, normalize, smoothstep, vec } from '../vector.js';
import type { Vec } from '../vector.js';
import { Grass, leafLitter, planks, sand, slabs, snow } from './ground.js';
import type { GrassLook } from './ground.js';
import type { Ground, Light, Place, PlaceKind, View } from './place.js';
import * as prop from './prop.js';

interface Weather {
  readonly zenith: Rgb;
  readonly horizon: Rgb;
  readonly cloud: Rgb;
  readonly clouds: number;
  readonly hills: readonly Rgb[];
  readonly seed: number;
  readonly treeline: boolean;
}

function outdoorSky(w: Weather): Place['backdrop'] {
  return (dx, dy, dz, out) => {
    const up = clamp(dy, 0, 1);
    let { r, g, b } = mixRgb(w.horizon, w.zenith, Math.pow(up, 0.55));
    if (dy > 0.015) {
      const k = 1 / (dy + 0.12);
      const n = fbm2(dx * k * 1.3 + w.seed, dz * k * 1.3, w.seed, 4);
      const t = smoothstep(1 - w.clouds, 1.25 - w.clouds, n) * smoothstep(0.015, 0.12, dy);
      r += (w.cloud.r - r) * t;
      g += (w.cloud.g - g) * t;
      b += (w.cloud.b - b) * t;
    }
    const a = Math.atan2(dz, dx);
    for (let i = w.hills.length - 1; i >= 0; i -= 1) {
      const ridge = 0.015 + 0.035 * i + 0.05 * (fbm2(a * 3.2 + i * 9, w.seed, w.seed + i, 3) - 0.3);
      const trees = w.treeline && i === 0 ? 0.028 * fbm2(a * 60, 2, w.seed + 3, 3) + 0.02 : 0;
      if (dy < ridge + trees) {
        const hill = w.hills[i]!;
        const n = 0.82 + 0.36 * noise2(a * 70, dy * 60, w.seed + i);
        r = hill.r * n;
        g = hill.g * n;
        b = hill.b * n;
      }
    }
    out[0] = r;
    out[1] = g;
    out[2] = b;
  };
}

const flatBackdrop =
  (c: Rgb): Place['backdrop'] =>
  (_dx, _dy, _dz, out) => {
    out[0] = c.r;
    out[1] = c.g;
    out[2] = c.b;
  };

export interface LightMood {
  /** Angle of the sun round the dog, radians from the camera's direction (0 behind the camera). */
  readonly sunAzimuth: number;
  readonly sunHeight: number;
  /** 0 noon white … 1 low gold. */
  readonly warmth: number;
  /** 0 clear … 1 overcast. */
  readonly cloudy: number;
}

export function randomMood(r: Random, backlit: boolean): LightMood {
  const cloudy = backlit ? 0 : r.chance(0.3) ? r.range(0.6, 1) : r.range(0, 0.3);
  return {
    sunAzimuth: backlit ? Math.PI + r.range(-0.45, 0.45) : r.sign() * r.range(0.25, 1.5),
    sunHeight: backlit ? r.range(0.3, 0.5) : r.range(0.45, 1.1),
    warmth: backlit ? r.range(0.6, 1) : r.chance(0.3) ? r.range(0.5, 1) : r.range(0, 0.4),
    cloudy,
  };
}

function sunDirection(view: View, mood: LightMood): Vec {
  const toCamera = mul(view.away, -1);
  const side = view.right;
  const c = Math.cos(mood.sunAzimuth);
  const s = Math.sin(mood.sunAzimuth);
  const flat = add(mul(toCamera, c), mul(side, s));
  const h = mood.sunHeight;
  return normalize(vec(flat.x * Math.cos(h), Math.sin(h), flat.z * Math.cos(h)));
}

function daylight(view: View, mood: LightMood, bounce: Rgb): Light {
  const sun = mixRgb(srgb(0xfff4e2), srgb(0xffc27a), mood.warmth);
  const strength = mix(2.5, 0.45, mood.cloudy);
  const sky = mixRgb(
    mixRgb(srgb(0x9cc4f2), srgb(0xb4b8d6), mood.warmth * 0.6),
    srgb(0xdfe4ea),
    mood.cloudy,
  );
  return {
    direction: sunDirection(view, mood),
    sun: scaleRgb(sun, strength),
    sky: scaleRgb(sky, mix(0.72, 1.05, mood.cloudy)),
    horizon: scaleRgb(mixRgb(srgb(0xdfe9f2), srgb(0xf2cfa4), mood.warmth), 0.55),
    bounce: scaleRgb(bounce, mix(0.55, 0.35, mood.cloudy)),
    hardness: mix(12, 3, mood.cloudy),
  };
}

function weather(r: Random, mood: LightMood, hills: readonly Rgb[], treeline: boolean): Weather {
  const zenith = mixRgb(
    mixRgb(srgb(0x4f93dc), srgb(0x6a86c2), mood.warmth),
    srgb(0xc3ccd6),
    mood.cloudy * 0.9,
  );
  const horizon = mixRgb(
    mixRgb(srgb(0xcfe4f5), srgb(0xf6d3a6), mood.warmth),
    srgb(0xe2e6ea),
    mood.cloudy,
  );
  return {
    zenith,
    horizon,
    cloud: mixRgb(srgb(0xffffff), srgb(0xffe3c4), mood.warmth),
    clouds: r.range(0.35, 0.6),
    hills,
    seed: r.int(1, 900),
    treeline,
  };
}

const GREEN_DARK = srgb(0x2c5423);
const GREEN_LIGHT = srgb(0x86a944);

interface Site {
  readonly r: Random;
  readonly view: View;
  readonly mood: LightMood;
  /** No furniture nearer to the dog than this, metres. */
  readonly clear: number;
}

type Builder = (site: Site) => Place;

const at = (s: Site, depth: number, side: number, y = 0): Vec =>
  prop.placeAt(s.view.away, s.view.right, depth, side, y);

function outdoors(
  site: Site,
  ground: Ground,
  solids: readonly Solid[],
  bounce: Rgb,
  hills: readonly Rgb[],
  treeline: boolean,
  haze = 0.012,
): Place {
  const { r, mood, view } = site;
  const w = weather(r, mood, hills, treeline);
  return {
    ground,
    solids,
    light: daylight(view, mood, bounce),
    backdrop: outdoorSky(w),
    haze,
    hazeColor: w.horizon,
    exposure: r.range(0.92, 1.08),
  };
}

function grassLook(r: Random): GrassLook {
  const dry = r.next() * 0.5;
  return {
    dark: mixRgb(GREEN_DARK, srgb(0x5d5a26), dry),
    light: mixRgb(GREEN_LIGHT, srgb(0xc0b060), dry),
    height: r.range(0.035, 0.065),
  };
}

const meadow: Builder = (s) => {
  const { r } = s;
  const solids: Solid[] = [];
  const color = srgb(r.pick([0xf4f1ea, 0xf0c43c, 0xd98ac0, 0xe46a4f]));
  solids.push(...prop.flowers(at(s, 0.4, 0), 2.6, r.int(6, 16), color, r, 0.75));
  const count = r.int(0, 2);
  for (let i = 0; i < count; i += 1) {
    solids.push(
      ...prop.broadTree(
        at(s, r.range(9, 17), r.sign() * r.range(1.5, 6)),
        r.range(4.5, 7),
        srgb(0x2f5626),
        srgb(0x7fa043),
        r,
      ),
    );
  }
  if (r.chance(0.5))
    solids.push(
      prop.stone(at(s, r.range(1.2, 3.5), r.sign() * r.range(0.8, 1.8)), r.range(0.25, 0.5), r),
    );
  const hills = [srgb(0x4f7340), srgb(0x7d9a73), srgb(0xa3b7b0)];
  return outdoors(s, new Grass(grassLook(r), r.int(1, 9999)), solids, srgb(0x56722f), hills, true);
};

const park: Builder = (s) => {
  const { r, view } = s;
  const solids: Solid[] = [];
  const autumn = r.chance(0.35);
  const dark = autumn ? srgb(0x8a4a1c) : srgb(0x2d5a28);
  const light = autumn ? srgb(0xe0a13c) : srgb(0x8db04c);
  for (let i = 0; i < 3; i += 1) {
    solids.push(
      ...prop.broadTree(
        at(s, r.range(5.5, 13), (i - 1) * r.range(2, 4) + r.range(-1, 1)),
        r.range(3.6, 6),
        dark,
        light,
        r,
      ),
    );
  }
  const count = r.int(1, 3);
  for (let i = 0; i < count; i += 1) {
    solids.push(
      prop.bush(
        at(s, r.range(2.6, 5.5), r.range(-3, 3)),
        r.range(0.6, 1.2),
        srgb(0x2a5228),
        srgb(0x6f9a45),
        r,
        r.chance(0.4) ? srgb(r.pick([0xe79ab8, 0xf3efe6, 0xd4c04a])) : undefined,
      ),
    );
  }
  const yaw = Math.atan2(view.away.z, view.away.x);
  if (r.chance(0.55))
    solids.push(
      prop.fence(
        at(s, r.range(3.2, 6), 0),
        yaw + r.range(-0.25, 0.25),
        9,
        r.chance(0.5) ? srgb(0xe9e4da) : srgb(0x8a6b4b),
        r.pick(['rail', 'picket']),
      ),
    );
  else if (r.chance(0.6))
    solids.push(
      prop.bench(
        at(s, r.range(2.2, 3.4), r.sign() * r.range(0.7, 1.6)),
        yaw + Math.PI + r.range(-0.3, 0.3),
        srgb(0x9a6a3c),
      ),
    );
  const cut = r.range(-0.6, 0.6);
  const wide = r.range(0.7, 1.1);
  const a = yaw + r.range(-0.7, 0.7);
  const look: GrassLook = {
    ...grassLook(r),
    height: r.range(0.025, 0.04),
    ...(r.chance(0.5)
      ? {
          pathColor: srgb(r.pick([0xb9a07c, 0x9d9184, 0xc4b59a])),
          path: (x: number, z: number): number => {
            const d = Math.abs(
              -x * Math.sin(a) + z * Math.cos(a) - cut + 0.15 * noise2(x * 1.5, z * 1.5, 5),
            );
            return smoothstep(wide + 0.12, wide - 0.12, d);
          },
        }
      : {}),
  };
  return outdoors(
    s,
    new Grass(look, r.int(1, 9999)),
    solids,
    srgb(0x57702f),
    [srgb(0x44663a), srgb(0x7f9a79)],
    true,
  );
};

const beach: Builder = (s) => {
  const { r, view } = s;
  const solids: Solid[] = [];
  if (r.chance(0.45))
    solids.push(
      ...prop.parasol(
        at(s, r.range(2.5, 4), r.sign() * r.range(1.2, 2.4)),
        srgb(r.pick([0xd9534a, 0x2f7fa8, 0xe3a32f])),
        srgb(0xf4efe6),
      ),
    );
  if (r.chance(0.6))
    solids.push(
      prop.stone(at(s, r.range(1, 3), r.sign() * r.range(0.7, 1.6)), r.range(0.2, 0.5), r),
    );
  if (r.chance(0.4))
    solids.push(
      prop.log(
        at(s, r.range(1.2, 2.2), r.range(-0.8, 0.8)),
        Math.atan2(view.away.z, view.away.x) + r.range(-0.6, 0.6),
        1.6,
        0.09,
      ),
    );
  if (r.chance(0.35))
    solids.push(
      prop.ballToy(
        at(s, r.range(0.2, 1), r.sign() * r.range(0.6, 1)),
        0.11,
        srgb(0xd94f3d),
        srgb(0xf5f1e8),
      ),
    );
  const turn = r.range(-0.35, 0.35);
  const dir = add(mul(view.away, Math.cos(turn)), mul(view.right, Math.sin(turn)));
  const ground = sand(
    r.int(1, 9999),
    dir.x,
    dir.z,
    r.range(2.2, 5),
    srgb(r.pick([0xe2cba0, 0xd8c39c, 0xead9b8])),
  );
  const hills = r.chance(0.5) ? [srgb(0x6c8c96)] : [];
  return outdoors(s, ground, solids, srgb(0xc9b48c), hills, false, 0.008);
};

const winter: Builder = (s) => {
  const { r } = s;
  const solids: Solid[] = [];
  const count = r.int(3, 5);
  for (let i = 0; i < count; i += 1) {
    solids.push(
      ...prop.firTree(
        at(s, r.range(4, 12), r.range(-5, 5)),
        r.range(2.4, 5),
        srgb(0x23412f),
        srgb(0x51734f),
        srgb(0xeef2f7),
        r,
      ),
    );
  }
  if (r.chance(0.4))
    solids.push(
      prop.fence(
        at(s, r.range(3, 5), 0),
        Math.atan2(s.view.away.z, s.view.away.x) + r.range(-0.2, 0.2),
        9,
        srgb(0x7a5c42),
        'rail',
      ),
    );
  const place = outdoors(
    s,
    snow(r.int(1, 9999)),
    solids,
    srgb(0xdfe8f2),
    [srgb(0x72868c), srgb(0xa9bccb), srgb(0xcddae5)],
    true,
    0.016,
  );
  return { ...place, exposure: place.exposure * 0.8 };
};

const forest: Builder = (s) => {
  const { r } = s;
  const solids: Solid[] = [];
  const count = r.int(7, 10);
  for (let i = 0; i < count; i += 1) {
    const depth = r.range(1.8, 10);
    const side = r.sign() * r.range(0.6, 0.8 + depth * 0.5);
    solids.push(prop.trunkOnly(at(s, depth, side), 6, r.range(0.1, 0.22), r));
  }
  const autumn = r.chance(0.7);
  const dark = autumn ? srgb(0x7a3f17) : srgb(0x274a20);
  const light = autumn ? srgb(0xd98f2f) : srgb(0x6d9238);
  for (let i = 0; i < 3; i += 1)
    solids.push(
      prop.bush(
        at(s, r.range(2.2, 5), r.sign() * r.range(0.8, 3)),
        r.range(0.4, 0.9),
        dark,
        light,
        r,
      ),
    );
  if (r.chance(0.4))
    solids.push(
      prop.log(
        at(s, r.range(1, 1.8), r.range(-0.7, 0.7)),
        Math.atan2(s.view.away.z, s.view.away.x) + r.range(-0.5, 0.5),
        1.5,
        0.11,
      ),
    );
  const tones = (
    autumn
      ? [0xb5562a, 0xd08a2e, 0x8a4b22, 0xc9a24a, 0x6d3b1e]
      : [0x6b5a34, 0x7d6a3a, 0x56702f, 0x4d4028]
  ).map(srgb);
  const place = outdoors(
    s,
    leafLitter(r.int(1, 9999), tones, srgb(0x4a3a29)),
    solids,
    srgb(0x6e5230),
    [mixRgb(dark, srgb(0xd8cfa8), 0.45), mixRgb(light, srgb(0xe5dfc0), 0.5)],
    true,
    0.03,
  );
  const glade = mixRgb(light, srgb(0xf2ecc8), 0.6);
  const backdrop: Place['backdrop'] = (dx, dy, dz, out) => {
    const a = Math.atan2(dz, dx);
    const n = fbm2(a * 26 + dy * 9, dy * 30 - a * 7, 77, 4);
    const c = mixRgb(mixRgb(dark, light, n), glade, smoothstep(0.42, 0.72, n + dy * 0.5));
    const t =
      smoothstep(0.62, 0.68, noise2(a * 48 + 0.4 * dy, 1, 31)) * smoothstep(0.6, 0.2, dy) * 0.55;
    out[0] = mix(c.r, 0.09, t);
    out[1] = mix(c.g, 0.07, t);
    out[2] = mix(c.b, 0.05, t);
  };
  return { ...place, backdrop, hazeColor: glade };
};

function indoorLight(s: Site, wallTone: Rgb, floor: Rgb): Light {
  const { r, view, mood } = s;
  const warm = r.next();
  const lifted = { ...mood, sunHeight: Math.max(mood.sunHeight, 0.55) };
  return {
    direction: sunDirection(view, lifted),
    sun: scaleRgb(mixRgb(srgb(0xfff6ea), srgb(0xffd6a0), warm), 1.25),
    sky: scaleRgb(mixRgb(wallTone, srgb(0xfff3e0), 0.6), 0.85),
    horizon: scaleRgb(wallTone, 0.7),
    bounce: scaleRgb(floor, 0.5),
    hardness: 4,
  };
}

function roomShell(s: Site, depth: number, tone: Rgb, level = 0): { solids: Solid[]; yaw: number } {
  const { r, view } = s;
  const yaw = Math.atan2(-view.away.z, -view.away.x) + r.range(-0.22, 0.22);
  const low = r.chance(0.4) ? scaleRgb(tone, 0.7) : undefined;
  const stripes = r.chance(0.3);
  const paint = (u: number, v: number, surf: Surface): void => {
    surf.reset(tone);
    if (stripes && v > 0.9) surf.tint(0.96 + 0.05 * smoothstep(-0.2, 0.2, Math.sin(u * 22)));
    if (low !== undefined && v < 0.9) surf.reset(low);
    if (low !== undefined && Math.abs(v - 0.92) < 0.02) surf.reset(srgb(0xf1ece2));
    if (v < 0.1) surf.reset(srgb(0xf1ece2));
    surf.tint(0.97 + 0.05 * noise2(u * 60, v * 60, 7));
  };
  const origin = at(s, depth, 0, level);
  const solids: Solid[] = [prop.wall(origin, yaw, paint)];
  const f = { x: Math.cos(yaw), z: Math.sin(yaw) };
  const along = (u: number, v: number, out: number): Vec =>
    vec(origin.x + -f.z * u + f.x * out, level + v, origin.z + f.x * u + f.z * out);
  const art = r.int(1, 3);
  for (let i = 0; i < art; i += 1) {
    const u = (i - (art - 1) / 2) * 1.05 + r.range(-0.15, 0.15);
    const half = vec(0.012, r.range(0.18, 0.3), r.range(0.16, 0.32));
    const seed = r.int(1, 999);
    const c1 = srgb(r.pick([0xd9705a, 0x4d7ea8, 0xe2b04a, 0x6f9a7c, 0x8b6fa6]));
    const c2 = srgb(r.pick([0xf0e6d2, 0x2f3d4c, 0xe9d7c0]));
    solids.push(
      prop.panel(along(u, 1.25 + r.range(-0.1, 0.15), 0.015), yaw, half, 0.004, (pu, pv, surf) => {
        const edge = Math.max(Math.abs(pu) / half.z, Math.abs(pv) / half.y);
        if (edge > 0.92) surf.reset(srgb(0x5a4331));
        else if (edge > 0.74) surf.reset(srgb(0xf3eee4));
        else
          surf.reset(mixRgb(c1, c2, smoothstep(0.45, 0.55, fbm2(pu * 6 + seed, pv * 6, seed, 3))));
      }),
    );
  }
  return { solids, yaw };
}

const WALLS = [0xe9e0d2, 0xcfd8d3, 0xb8c4c9, 0xe3cfbb, 0xa9b8a2, 0xd9c7c2, 0x8fa3ad];
const SOFAS = [0x5f7488, 0xa95c47, 0x7c8a6a, 0xc9b79c, 0x8a6f8c, 0xcf9a4a, 0x596b63];

const livingRoom: Builder = (s) => {
  const { r } = s;
  const tone = srgb(r.pick(WALLS));
  const depth = Math.max(r.range(2.4, 3.6), s.clear + 1.1);
  const { solids, yaw } = roomShell(s, depth, tone);
  const side = r.sign();
  const near = (u: number, out: number): Vec => {
    const o = at(s, depth, 0);
    return vec(
      o.x - Math.sin(yaw) * u + Math.cos(yaw) * out,
      0,
      o.z + Math.cos(yaw) * u + Math.sin(yaw) * out,
    );
  };
  if (r.chance(0.65))
    solids.push(
      ...prop.sofa(
        near(side * 0.9, 0.6),
        yaw,
        0.42,
        1.8,
        srgb(r.pick(SOFAS)),
        srgb(r.pick(SOFAS)),
        r,
      ),
    );
  else solids.push(...prop.shelf(near(side * 0.9, 0.22), yaw, r));
  const green: readonly [Rgb, Rgb] = [srgb(0x28542c), srgb(0x7aa64d)];
  if (r.chance(0.75))
    solids.push(
      ...prop.pot(
        near(-side * r.range(1, 1.5), 0.5),
        0.6,
        srgb(r.pick([0xc96f4a, 0xe7e1d6, 0x4f6e7c])),
        green,
        r,
      ),
    );
  if (r.chance(0.5)) solids.push(...prop.lamp(near(-side * 0.55, 0.35), 1.35, srgb(0xffe2b0)));
  if (r.chance(0.3))
    solids.push(
      prop.ballToy(
        at(s, r.range(0.2, 0.7), r.sign() * r.range(0.6, 0.9)),
        0.06,
        srgb(0x3f86b5),
        srgb(0xf3d27a),
      ),
    );
  const floor = srgb(r.pick([0xa5743f, 0xc79a63, 0x7b5333, 0xb88a5a]));
  const a = yaw + r.pick([0, Math.PI / 2]) + 0.2;
  const rug = r.chance(0.5) ? srgb(r.pick([0xb7c3c0, 0xd8c9b0, 0xa45a4a, 0x5c738a])) : undefined;
  return {
    ground: planks(r.int(1, 9999), Math.cos(a), Math.sin(a), floor, rug),
    solids,
    light: indoorLight(s, tone, floor),
    backdrop: flatBackdrop(scaleRgb(tone, 0.8)),
    haze: 0,
    hazeColor: tone,
    exposure: r.range(0.9, 1.05),
  };
};

/** The dog lies on a deep sofa: its seat is at y = 0, the floor below. */
const onSofa: Builder = (s) => {
  const { r, view } = s;
  const seat = 0.42;
  const tone = srgb(r.pick(WALLS));
  const { solids, yaw } = roomShell(s, 1.5, tone, -seat);
  const color = srgb(r.pick(SOFAS));
  const facing = Math.atan2(-view.away.z, -view.away.x) + r.range(-0.25, 0.25);
  solids.push(
    ...prop.sofa(at(s, 0.1, 0, -seat), facing, seat, 2.3, color, srgb(r.pick(SOFAS)), r, 0.68),
  );
  if (r.chance(0.5))
    solids.push(...prop.lamp(at(s, 1, r.sign() * 1.55, -seat), 1.6, srgb(0xffe2b0)));
  const floor = srgb(r.pick([0xa5743f, 0xc79a63, 0x7b5333]));
  return {
    ground: planks(r.int(1, 9999), Math.cos(yaw), Math.sin(yaw), floor, undefined, -seat),
    solids,
    light: indoorLight(s, tone, color),
    backdrop: flatBackdrop(scaleRgb(tone, 0.8)),
    haze: 0,
    hazeColor: tone,
    exposure: r.range(0.92, 1.05),
  };
};

const patio: Builder = (s) => {
  const { r, view } = s;
  const yaw = Math.atan2(-view.away.z, -view.away.x) + r.range(-0.25, 0.25);
  const depth = Math.max(r.range(2.2, 3.4), s.clear + 0.9);
  const brick = srgb(r.pick([0xa65f45, 0xcdbfa9, 0x9a8f86]));
  const mortar = srgb(0xd0c8ba);
  const plastered = r.chance(0.4);
  const solids: Solid[] = [
    prop.wall(at(s, depth, 0), yaw, (u, v, surf) => {
      if (plastered) {
        surf.reset(scaleRgb(srgb(0xeadfcb), 0.85 + 0.25 * fbm2(u * 3, v * 3, 4, 3)));
        return;
      }
      const row = Math.floor(v / 0.075);
      const uu = u / 0.22 + 0.5 * (row & 1);
      const seam = Math.min(Math.abs(v / 0.075 - row - 0.5), 0.5);
      const fu = Math.abs(uu - Math.floor(uu) - 0.5);
      surf.reset(scaleRgb(brick, 0.7 + 0.6 * noise2(Math.floor(uu) * 3.7, row * 2.3, 9)));
      if (seam > 0.43 || fu > 0.47) surf.reset(mortar);
    }),
  ];
  const green: readonly [Rgb, Rgb] = [srgb(0x2a5a2c), srgb(0x86b04f)];
  const pots = r.int(2, 3);
  for (let i = 0; i < pots; i += 1) {
    solids.push(
      ...prop.pot(
        at(s, depth - r.range(0.5, 0.9), (i - (pots - 1) / 2) * 1.3 + r.range(-0.3, 0.3)),
        r.range(0.4, 0.7),
        srgb(r.pick([0xc96f4a, 0xb9a58b, 0x56717d])),
        green,
        r,
      ),
    );
  }
  if (r.chance(0.5))
    solids.push(prop.bench(at(s, depth - 0.6, r.sign() * 1.2), yaw, srgb(0x8a6242)));
  const tones = [srgb(0xc9bba3), srgb(0xa8998a), srgb(0xb98a6a), srgb(0xd8d2c4)] as const;
  const floor = r.pick(tones);
  const a = yaw + r.range(-0.4, 0.4);
  return outdoors(
    s,
    slabs(
      r.int(1, 9999),
      Math.cos(a),
      Math.sin(a),
      floor,
      scaleRgb(r.pick(tones), 0.9),
      r.range(0.3, 0.55),
      r.chance(0.25),
    ),
    solids,
    scaleRgb(floor, 0.8),
    [srgb(0x6d8a64)],
    true,
  );
};

const street: Builder = (s) => {
  const { r, view } = s;
  const yaw = Math.atan2(-view.away.z, -view.away.x) + r.range(-0.35, 0.35);
  const solids: Solid[] = [];
  const depth = r.range(5, 7.5);
  const tone = srgb(r.pick([0xd8b48a, 0xb9705a, 0xa9b7bd, 0xe2d3a8, 0x8f9c86]));
  solids.push(
    prop.wall(at(s, depth, 0), yaw, (u, v, surf) => {
      surf.reset(scaleRgb(tone, 0.88 + 0.2 * fbm2(u * 2, v * 2, 3, 3)));
      const cell = u / 1.9 - Math.floor(u / 1.9);
      const window = Math.abs(cell - 0.5) < 0.24 && v > 1.0 && v < 2.5;
      const rim = Math.abs(cell - 0.5) < 0.28 && v > 0.93 && v < 2.57;
      if (rim) surf.reset(srgb(0xece6da));
      if (window) {
        surf.reset(
          mixRgb(
            srgb(0x3d5566),
            srgb(0xa9c3d2),
            smoothstep(1.2, 2.4, v + 0.3 * noise2(u * 2, v, 4)),
          ),
        );
        surf.gloss = 0.3;
        surf.mirror = 0.2;
      }
      if (Math.abs(cell - 0.5) < 0.012 && window) surf.reset(srgb(0xece6da));
      if (v < 0.45) surf.reset(scaleRgb(srgb(0x8d867d), 0.85 + 0.3 * noise2(u * 9, v * 9, 2)));
    }),
  );
  const green: readonly [Rgb, Rgb] = [srgb(0x2a5a2c), srgb(0x86b04f)];
  for (const side of [-1, 1]) {
    if (r.chance(0.6))
      solids.push(
        ...prop.pot(
          at(s, depth - 0.8, side * r.range(0.8, 2)),
          r.range(0.6, 0.8),
          srgb(0x4a5560),
          green,
          r,
        ),
      );
  }
  if (r.chance(0.4))
    solids.push(
      prop.bench(at(s, r.range(2.5, 3.8), r.sign() * r.range(0.9, 1.8)), yaw, srgb(0x8a6242)),
    );
  if (r.chance(0.6))
    solids.push(
      ...prop.broadTree(
        at(s, r.range(3.2, 4.6), r.sign() * r.range(1.6, 3)),
        r.range(3.4, 4.4),
        srgb(0x2f5c2b),
        srgb(0x8ab04c),
        r,
      ),
    );
  if (r.chance(0.3))
    solids.push(
      prop.crate(
        at(s, r.range(1.6, 3), r.sign() * r.range(0.9, 1.6)),
        yaw + r.range(-0.5, 0.5),
        vec(0.22, 0.18, 0.3),
        srgb(0xa67c4e),
      ),
    );
  const floor = srgb(r.pick([0x9a9791, 0xb5aca0, 0x86888c]));
  return outdoors(
    s,
    slabs(
      r.int(1, 9999),
      Math.cos(yaw),
      Math.sin(yaw),
      floor,
      scaleRgb(floor, 0.85),
      r.range(0.35, 0.6),
      false,
    ),
    solids,
    floor,
    [srgb(0x7f93a0)],
    false,
    0.01,
  );
};

const BUILDERS: Readonly<Record<PlaceKind, Builder>> = {
  meadow,
  park,
  beach,
  snow: winter,
  forest,
  livingRoom,
  sofa: onSofa,
  patio,
  street,
};

/**
 * @param clear radius round the origin that stays free of furniture, metres
 */
export function buildPlace(
  kind: PlaceKind,
  view: View,
  mood: LightMood,
  clear: number,
  r: Random,
): Place {
  return BUILDERS[kind]({ r, view, mood, clear });
}
