/** What the dog stands on. */
import { fbm2, hash3, noise2 } from '../noise.js';
import { mixRgb, scaleRgb, srgb } from '../solid.js';
import type { Rgb, Surface } from '../solid.js';
import { clamp, smoothstep } from '../vector.js';
import type { Ground } from './place.js';

type Paint = (x: number, z: number, far: number, s: Surface) => void;

/** A plane with painted bumps. */
export class FlatGround implements Ground {
  constructor(
    readonly level: number,
    private readonly painter: Paint,
  ) {}

  intersect(_ox: number, oy: number, _oz: number, _dx: number, dy: number, _dz: number): number {
    if (dy >= -1e-5) return Infinity;
    return (this.level - oy) / dy;
  }

  paint(x: number, _y: number, z: number, far: number, s: Surface): void {
    s.nx = 0;
    s.ny = 1;
    s.nz = 0;
    this.painter(x, z, far, s);
  }
}

export interface GrassLook {
  readonly dark: Rgb;
  readonly light: Rgb;
  readonly height: number;
  /** Share of bare path at a place, 0..1. */
  readonly path?: (x: number, z: number) => number;
  readonly pathColor?: Rgb;
}

/** Blades of grass, one or two to a small cell, marched near the camera and painted far off. */
export class Grass implements Ground {
  readonly level = 0;
  private readonly cell = 0.017;
  private hitHeight = 0;
  private hitX = 0;
  private hitZ = 0;
  private hitTone = 0;
  private hitBlade = false;

  constructor(
    private readonly look: GrassLook,
    private readonly seed: number,
  ) {}

  intersect(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
    if (dy >= -1e-5) return Infinity;
    this.hitBlade = false;
    const flat = -oy / dy;
    const top = this.look.height;
    let t = Math.max((top - oy) / dy, 0);
    if (t > 7) return flat;
    const step = this.cell * 0.55;
    for (let i = 0; i < 64 && t < flat; i += 1) {
      const y = oy + dy * t;
      if (this.blade(ox + dx * t, y, oz + dz * t)) return t;
      t += step * (1 + t * 0.06);
    }
    return flat;
  }

  private blade(x: number, y: number, z: number): boolean {
    const { height, path } = this.look;
    for (let layer = 0; layer < 2; layer += 1) {
      const size = layer === 0 ? this.cell : this.cell * 1.37;
      const ix = Math.floor(x / size + layer * 0.5);
      const iz = Math.floor(z / size + layer * 0.5);
      const h = hash3(ix, iz, this.seed + layer);
      const h2 = hash3(ix, iz, this.seed + 17 + layer);
      const long = height * (0.42 + 0.58 * h);
      if (y >= long) continue;
      if (path !== undefined && path(x, z) > 0.25 + 0.5 * h2) continue;
      const u = y / long;
      const bend = u * u * size * 0.42;
      const a = h2 * 6.283;
      const cx = (ix + 0.5 - layer * 0.5 + (h2 - 0.5) * 0.4) * size + Math.cos(a) * bend;
      const cz = (iz + 0.5 - layer * 0.5 + (h - 0.5) * 0.4) * size + Math.sin(a) * bend;
      const r = size * 0.3 * (1.05 - u);
      const dx = x - cx;
      const dz = z - cz;
      if (dx * dx + dz * dz < r * r) {
        this.hitBlade = true;
        this.hitHeight = u;
        this.hitX = dx / r;
        this.hitZ = dz / r;
        this.hitTone = h2;
        return true;
      }
    }
    return false;
  }

  paint(x: number, y: number, z: number, far: number, s: Surface): void {
    const { dark, light, path, pathColor } = this.look;
    const patch = fbm2(x * 0.9 + 3, z * 0.9, this.seed, 3);
    const bare = path?.(x, z) ?? 0;
    if (this.hitBlade && y > 1e-4) {
      const u = this.hitHeight;
      s.reset(
        mixRgb(
          dark,
          light,
          clamp(0.15 + 0.55 * u + 0.5 * (this.hitTone - 0.5) + 0.5 * (patch - 0.5), 0, 1),
        ),
      );
      s.cavity = 0.3 + 0.7 * u;
      s.wrap = 0.5;
      s.gloss = 0.03;
      s.nx = this.hitX * 0.45;
      s.ny = 1;
      s.nz = this.hitZ * 0.45;
      return;
    }
    s.nx = 0;
    s.ny = 1;
    s.nz = 0;
    const near = smoothstep(9, 5.5, far);
    const fine = noise2(x * 34, z * 34, this.seed + 9);
    s.reset(
      mixRgb(
        dark,
        light,
        clamp(0.32 + 0.5 * (patch - 0.5) * 2 + 0.35 * (fine - 0.5) * clamp(8 / far, 0, 1), 0, 1),
      ),
    );
    s.tint(1 - 0.45 * near * (1 - bare));
    s.wrap = 0.4;
    if (bare > 0 && pathColor !== undefined) {
      const grit = fbm2(x * 30, z * 30, this.seed + 5, 3);
      const pebble = smoothstep(0.66, 0.74, noise2(x * 55, z * 55, this.seed + 7));
      s.blend(scaleRgb(pathColor, 0.72 + 0.5 * grit + 0.2 * pebble), smoothstep(0.3, 0.6, bare));
    }
  }
}

/** Adds a bump normal from a height function h(x, z). */
function bump(
  s: Surface,
  h: (x: number, z: number) => number,
  x: number,
  z: number,
  e: number,
  k: number,
): void {
  const here = h(x, z);
  s.nx = -((h(x + e, z) - here) / e) * k;
  s.ny = 1;
  s.nz = -((h(x, z + e) - here) / e) * k;
}

/** Sand that ends in a sea `shore` metres away along (ax, az). */
export function sand(seed: number, ax: number, az: number, shore: number, tone: Rgb): Ground {
  const dry = tone;
  const wet = mixRgb(scaleRgb(tone, 0.5), srgb(0x6b6f70), 0.25);
  const sea = srgb(0x2f7f93);
  const deep = srgb(0x1f5f80);
  const height = (x: number, z: number): number =>
    0.012 * fbm2(x * 5, z * 5, seed, 3) +
    0.004 * Math.sin((x * 0.8 + z * 0.6) * 45 + 6 * noise2(x * 3, z * 3, seed));
  return new FlatGround(0, (x, z, far, s) => {
    const along =
      x * ax + z * az + 0.35 * Math.sin((x * az - z * ax) * 0.8 + seed) + 0.2 * noise2(x, z, seed);
    if (along < shore) {
      const grain = noise2(x * 260, z * 260, seed + 1);
      s.reset(mixRgb(dry, wet, smoothstep(shore - 1.1, shore - 0.3, along)));
      s.tint(
        0.86 + 0.28 * grain * clamp(4 / far, 0, 1) + 0.14 * (fbm2(x * 2, z * 2, seed, 2) - 0.5),
      );
      if (far < 14) bump(s, height, x, z, 0.01, 1.6);
      s.gloss = 0.25 * smoothstep(shore - 0.9, shore - 0.2, along);
      return;
    }
    const off = along - shore;
    s.reset(mixRgb(sea, deep, clamp(off / 12, 0, 1)));
    const w =
      Math.sin(along * 5.2 + 2 * noise2(x * 0.7, z * 0.7, seed)) * 0.5 +
      fbm2(x * 1.6, z * 1.6, seed + 2, 3);
    const foam =
      smoothstep(0.35, 0.05, off + 0.25 * (noise2(x * 5, z * 5, seed) - 0.5)) +
      0.8 * smoothstep(1.12, 1.3, w) * clamp(1.4 - off / 9, 0, 1);
    s.blend(srgb(0xf4f7f6), clamp(foam, 0, 1));
    s.nx = 0.25 * (noise2(x * 3, z * 3, seed) - 0.5);
    s.nz = 0.25 * (noise2(x * 3 + 40, z * 3, seed) - 0.5);
    s.mirror = 0.4 * (1 - clamp(foam, 0, 1));
    s.gloss = 0.5;
    s.shine = 60;
  });
}

export function snow(seed: number): Ground {
  const height = (x: number, z: number): number =>
    0.06 * fbm2(x * 1.6, z * 1.6, seed, 3) + 0.006 * noise2(x * 28, z * 28, seed);
  const tone = srgb(0xeef3f8);
  return new FlatGround(0, (x, z, far, s) => {
    s.reset(tone);
    const glint = noise2(x * 320, z * 320, seed + 3);
    s.tint(0.95 + 0.07 * glint * clamp(3 / far, 0, 1));
    if (far < 18) bump(s, height, x, z, 0.015, 1.1);
    s.wrap = 0.25;
    s.gloss = 0.1;
  });
}

/** Forest floor: earth, needles and fallen leaves. */
export function leafLitter(seed: number, tones: readonly Rgb[], earth: Rgb): Ground {
  return new FlatGround(0, (x, z, far, s) => {
    s.reset(scaleRgb(earth, 0.6 + 0.8 * fbm2(x * 12, z * 12, seed, 3)));
    s.nx = 0.3 * (noise2(x * 20, z * 20, seed) - 0.5);
    s.nz = 0.3 * (noise2(x * 20 + 9, z * 20, seed) - 0.5);
    const fade = clamp(7 / far, 0.25, 1);
    for (let layer = 0; layer < 3; layer += 1) {
      const size = 0.05 + 0.014 * layer;
      const px = x / size + layer * 0.37;
      const pz = z / size + layer * 0.71;
      const ix = Math.floor(px);
      const iz = Math.floor(pz);
      const h = hash3(ix, iz, seed + layer * 7);
      if (h > 0.72) continue;
      const a = hash3(ix, iz, seed + 50 + layer) * 6.283;
      const u = px - ix - 0.5;
      const v = pz - iz - 0.5;
      const lu = u * Math.cos(a) + v * Math.sin(a);
      const lv = (v * Math.cos(a) - u * Math.sin(a)) * 1.9;
      const d = Math.sqrt(lu * lu + lv * lv);
      const on = smoothstep(0.44, 0.38, d);
      if (on <= 0) continue;
      const tone = tones[Math.floor(h * 97) % tones.length] ?? earth;
      const vein = 1 - 0.25 * smoothstep(0.06, 0.02, Math.abs(lv));
      s.blend(scaleRgb(tone, (0.75 + 0.5 * hash3(ix, iz, seed + 90)) * vein), on * fade);
      s.nx = 0.5 * Math.cos(a) * (h - 0.3);
      s.nz = 0.5 * Math.sin(a) * (h - 0.3);
    }
    s.wrap = 0.25;
  });
}

export function planks(
  seed: number,
  ax: number,
  az: number,
  tone: Rgb,
  rug: Rgb | undefined,
  level = 0,
): Ground {
  const wide = 0.13;
  return new FlatGround(level, (x, z, far, s) => {
    const u = x * ax + z * az;
    const v = x * az - z * ax;
    const row = Math.floor(v / wide);
    const shift = hash3(row, 3, seed) * 1.7;
    const plank = Math.floor((u + shift) / 1.4);
    const h = hash3(row, plank, seed + 1);
    const grain = fbm2(u * 4 + h * 50, v * 70 + h * 9, seed + 2, 3);
    s.reset(scaleRgb(tone, 0.72 + 0.3 * h + 0.4 * (grain - 0.5)));
    const fv = v / wide - row;
    const fu = (u + shift) / 1.4 - plank;
    const seam = Math.min(Math.min(fv, 1 - fv) * wide, Math.min(fu, 1 - fu) * 1.4);
    s.tint(1 - 0.6 * smoothstep(0.0022 + far * 0.0006, 0.0006, seam) * clamp(4 / far, 0.2, 1));
    s.gloss = 0.22;
    s.shine = 24;
    s.mirror = 0.08;
    if (rug === undefined) return;
    const d = Math.sqrt(x * x * 0.75 + z * z);
    if (d < 1.15) {
      s.reset(rug);
      const ring = Math.sin(d * 26);
      s.tint(0.92 + 0.12 * smoothstep(-0.3, 0.3, ring));
      s.tint(0.85 + 0.3 * noise2(x * 150, z * 150, seed));
      if (d > 1.1) s.tint(0.75);
      s.nx = 0.35 * (noise2(x * 130, z * 130, seed + 8) - 0.5);
      s.nz = 0.35 * (noise2(x * 130 + 31, z * 130, seed + 8) - 0.5);
      s.wrap = 0.2;
    }
  });
}

/** Square slabs with joints, for patios and streets. */
export function slabs(
  seed: number,
  ax: number,
  az: number,
  tone: Rgb,
  second: Rgb,
  size: number,
  checker: boolean,
): Ground {
  return new FlatGround(0, (x, z, far, s) => {
    const u = (x * ax + z * az) / size;
    const v = (x * az - z * ax) / size;
    const iv = Math.floor(v);
    const us = checker ? u : u + 0.5 * (iv & 1);
    const iu = Math.floor(us);
    const h = hash3(iu, iv, seed);
    const mixT = checker ? (iu + iv) & 1 : h;
    s.reset(mixRgb(tone, second, mixT));
    s.tint(
      0.85 +
        0.35 * (fbm2(x * 9, z * 9, seed, 3) - 0.3) +
        0.1 * noise2(x * 120, z * 120, seed) * clamp(3 / far, 0, 1),
    );
    const fu = us - iu;
    const fv = v - iv;
    const seam = Math.min(fu, 1 - fu, fv, 1 - fv) * size;
    const line = smoothstep(0.007 + far * 0.0008, 0.003, seam) * clamp(6 / far, 0.2, 1);
    s.tint(1 - 0.5 * line);
    s.nx = 0.12 * (noise2(x * 40, z * 40, seed) - 0.5);
    s.nz = 0.12 * (noise2(x * 40 + 5, z * 40, seed) - 0.5);
    s.gloss = checker ? 0.3 : 0.06;
    s.mirror = checker ? 0.08 : 0;
  });
}
