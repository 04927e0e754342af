/** Coat colour as a function of a place on the resting dog, so markings stay on it in every pose. */
import { fbm3, hash3, noise3 } from '../noise.js';
import type { Rgb } from '../solid.js';
import { clamp, smoothstep } from '../vector.js';
import type { Coat, Marking } from './identity.js';

/** A place on the coat. */
export class CoatPoint {
  /** On the resting dog, metres: x forward, y up, z to its right. */
  x = 0;
  y = 0;
  z = 0;
  /** In the head's frame, in standard-head metres. */
  hx = 0;
  hy = 0;
  hz = 0;
  /** How much the place belongs to each region, 0..1. */
  head = 0;
  muzzle = 0;
  earLeft = 0;
  earRight = 0;
  tail = 0;
  body = 0;
  neck = 0;
  /** Legs: front left, front right, hind left, hind right. */
  leg0 = 0;
  leg1 = 0;
  leg2 = 0;
  leg3 = 0;
  /** 0 at the root … 1 at the tip of the tail. */
  tailAlong = 0;
}

export interface Shape {
  /** Height of the elbow and of the back on the resting dog, metres. */
  readonly elbow: number;
  readonly back: number;
  readonly chestX: number;
  /** x of the nose's end in head units. */
  readonly muzzleTip: number;
}

/** Fine wobble that makes edges of markings look like fur, not like paint. */
function ragged(p: CoatPoint, seed: number, scale: number): number {
  return fbm3(p.x * scale + seed, p.y * scale, p.z * scale - seed, 3) - 0.5;
}

function coverage(m: Marking, p: CoatPoint, shape: Shape): number {
  const face = p.head + p.muzzle;
  const ears = p.earLeft + p.earRight;
  const trunk = p.body + p.neck;
  const legs = p.leg0 + p.leg1 + p.leg2 + p.leg3;
  switch (m.kind) {
    case 'saddle': {
      const edge = m.low + ragged(p, m.seed, 16) * 0.12 + 0.02 * Math.sin(p.x * 9);
      const on = smoothstep(edge - 0.018, edge + 0.018, p.y);
      return (
        on *
        clamp(trunk + legs * 0.8 + p.tail * (1 - 0.3 * p.tailAlong), 0, 1) *
        (1 - p.neck * 0.25)
      );
    }
    case 'patches': {
      // Head and trunk get their own noise so that a white face can go with a patched body.
      const s = 1 / m.size;
      const wob = ragged(p, m.seed, 30) * 0.14;
      const n = noise3(p.x * s + m.seed * 0.37, p.y * s * 0.9, p.z * s + m.seed * 0.11);
      const n2 = noise3(p.x * s * 1.9 + 7, p.y * s * 1.9 + m.seed * 0.2, p.z * s * 1.9);
      const v = n * 0.72 + n2 * 0.28 + wob;
      const cut = 1 - m.cover;
      const low = smoothstep(shape.elbow - 0.08, shape.elbow + 0.04, p.y);
      return (
        smoothstep(cut - 0.018, cut + 0.018, v) *
        clamp(trunk + p.tail + legs * low, 0, 1) *
        (1 - face - ears < 0 ? 0 : 1 - face - ears)
      );
    }
    case 'spots': {
      const s = 1 / m.size;
      const x = p.x * s + ragged(p, m.seed, 40) * 0.5;
      const y = p.y * s + ragged(p, m.seed + 5, 40) * 0.5;
      const z = p.z * s;
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      const iz = Math.floor(z);
      let best = 0;
      for (let k = -1; k <= 1; k += 1) {
        for (let j = -1; j <= 1; j += 1) {
          for (let i = -1; i <= 1; i += 1) {
            const cx = ix + i;
            const cy = iy + j;
            const cz = iz + k;
            const h = hash3(cx + m.seed, cy, cz);
            const dx = cx + 0.2 + 0.6 * hash3(cx, cy + m.seed, cz) - x;
            const dy = cy + 0.2 + 0.6 * hash3(cx, cy, cz + m.seed) - y;
            const dz = cz + 0.2 + 0.6 * h - z;
            const r = m.radius * (0.55 + 0.75 * h);
            const d = Math.sqrt(dx * dx + dy * dy + dz * dz);
            best = Math.max(best, smoothstep(r, r - 0.12, d));
          }
        }
      }
      return best * (1 - p.muzzle * 0.6);
    }
    case 'brindle': {
      // Streaks that run down the flanks, waver a little and break off.
      const waver =
        fbm3(p.x * 6 + m.seed, p.y * 5, p.z * 6, 2) * 2.6 +
        noise3(p.x * 30, p.y * 18, p.z * 30 + m.seed) * 1.6;
      const wave = Math.sin(
        (p.x + 0.35 * p.y) * 105 + waver * 2 + legs * p.y * 70 + p.hy * face * 40,
      );
      const broken = noise3(p.x * 30 + m.seed, p.y * 11, p.z * 30);
      return (
        m.strength * smoothstep(0.1, 0.8, wave * 0.6 + (broken - 0.5) * 1.5) * (1 - 0.5 * p.muzzle)
      );
    }
    case 'merle': {
      const n = fbm3(p.x * 17 + m.seed, p.y * 17, p.z * 17, 3);
      const coarse = noise3(p.x * 8 - m.seed, p.y * 8, p.z * 8);
      const cut = 1 - m.cover;
      return smoothstep(cut - 0.03, cut + 0.05, n * 0.65 + coarse * 0.35);
    }
    case 'belly': {
      const edge = m.height + ragged(p, 3, 18) * 0.04;
      const under = smoothstep(edge + 0.03, edge - 0.03, p.y) * (trunk + legs);
      const throat = smoothstep(0.005, -0.05, p.hy) * p.muzzle * 0.8;
      return clamp(under + throat, 0, 1);
    }
    case 'socks': {
      const wob = ragged(p, m.seed, 30) * 0.05;
      let on = 0;
      const weights = [p.leg0, p.leg1, p.leg2, p.leg3];
      for (let i = 0; i < 4; i += 1) {
        const top = m.heights[i]!;
        if (top > 0) on += weights[i]! * smoothstep(top + 0.012, top - 0.012, p.y + wob);
      }
      return clamp(on, 0, 1);
    }
    case 'blaze': {
      const z = Math.abs(p.hz - m.shift);
      const wide = m.width * (1 + 0.9 * smoothstep(0.06, 0.15, p.hx)) + ragged(p, 11, 40) * 0.012;
      const height = smoothstep(m.top + 0.012, m.top - 0.012, p.hy + z * 0.4);
      return (
        smoothstep(wide + 0.006, wide - 0.006, z) *
        height *
        smoothstep(-0.02, 0.02, p.hx) *
        clamp(face, 0, 1)
      );
    }
    case 'muzzle': {
      const from = 0.085 + m.reach + ragged(p, 23, 40) * 0.02;
      return (
        smoothstep(from - 0.01, from + 0.012, p.hx - Math.max(0, p.hy) * 0.4) * clamp(face, 0, 1)
      );
    }
    case 'mask': {
      const from = 0.1 - m.reach + ragged(p, 29, 36) * 0.03;
      const around = smoothstep(from - 0.025, from + 0.03, p.hx - p.hy * 0.55);
      return around * clamp(face, 0, 1) * 0.95;
    }
    case 'chest': {
      const dx = p.x - (shape.chestX + 0.15);
      const dy = p.y - (shape.elbow + 0.13);
      const d =
        Math.sqrt(dx * dx * 0.8 + dy * dy * 0.55 + p.z * p.z * 1.5) + ragged(p, 31, 26) * 0.04;
      return smoothstep(m.size + 0.012, m.size - 0.012, d) * clamp(trunk + legs * 0.5, 0, 1);
    }
    case 'collar': {
      const c = p.neck + p.body * 0.35;
      const along =
        p.x -
        shape.chestX -
        0.075 +
        (p.y - shape.elbow - 0.16) * 0.75 +
        ragged(p, m.seed, 20) * 0.05;
      return clamp(c * 1.6, 0, 1) * smoothstep(m.width + 0.012, m.width - 0.012, Math.abs(along));
    }
    case 'tan': {
      const side = Math.abs(p.hz);
      const bx = p.hx - 0.084;
      const by = p.hy - 0.056;
      const bz = side - 0.036;
      const brow = smoothstep(0.021, 0.013, Math.sqrt(bx * bx * 0.5 + by * by + bz * bz)) * p.head;
      const cheek =
        smoothstep(
          -0.02,
          -0.034,
          p.hy + 0.25 * (0.09 - p.hx) + ragged(p, 41, 30) * 0.02 - (side > 0.03 ? 0.012 : 0),
        ) *
        clamp(face, 0, 1) *
        smoothstep(0.012, 0.022, side + (p.hy < -0.05 ? 0.05 : 0));
      const dz = Math.abs(p.z) - 0.045;
      const dx = p.x - shape.chestX - 0.14;
      const dy = p.y - shape.elbow - 0.08;
      const breast = smoothstep(0.06, 0.045, Math.sqrt(dx * dx * 0.6 + dy * dy + dz * dz)) * trunk;
      const legTop = shape.elbow * 0.72 + ragged(p, 43, 24) * 0.06;
      const low = smoothstep(legTop + 0.02, legTop - 0.02, p.y) * legs;
      return clamp(brow + cheek + breast + low, 0, 1);
    }
    case 'eyePatch': {
      const dx = p.hx - 0.075;
      const dy = p.hy - 0.02;
      const dz = p.hz - 0.05 * m.side;
      const d = Math.sqrt(dx * dx * 0.5 + dy * dy + dz * dz) + ragged(p, 47, 36) * 0.02;
      return smoothstep(m.radius + 0.006, m.radius - 0.006, d) * clamp(face, 0, 1);
    }
    case 'ears': {
      if (m.side < 0) return p.earLeft;
      if (m.side > 0) return p.earRight;
      return clamp(ears, 0, 1);
    }
    case 'headCap': {
      const low =
        m.low -
        0.5 * Math.max(0, -p.hx) +
        0.35 * Math.max(0, p.hx - 0.06) +
        ragged(p, m.seed, 30) * 0.03;
      const cap = smoothstep(
        low - 0.01,
        low + 0.01,
        p.hy + 0.35 * Math.max(0, Math.abs(p.hz) - 0.045),
      );
      return (
        cap *
        clamp(face + p.neck * 0.6 * smoothstep(-0.09, -0.03, p.hx), 0, 1) *
        smoothstep(0.14, 0.115, p.hx)
      );
    }
    case 'tailTip':
      return (
        p.tail * smoothstep(m.from - 0.05, m.from + 0.05, p.tailAlong + ragged(p, 53, 30) * 0.15)
      );
  }
}

/** Writes the coat's linear colour at `p` into `out`. */
export function coatColor(
  coat: Coat,
  p: CoatPoint,
  shape: Shape,
  out: { r: number; g: number; b: number },
): void {
  let { r, g, b }: Rgb = coat.base;
  for (const m of coat.markings) {
    const t = coverage(m, p, shape);
    if (t <= 0) continue;
    r += (m.color.r - r) * t;
    g += (m.color.g - g) * t;
    b += (m.color.b - b) * t;
  }
  out.r = r;
  out.g = g;
  out.b = b;
}
