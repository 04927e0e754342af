/** What a ray can hit, and what a hit looks like. */
import type { Vec } from './vector.js';

/** Linear RGB, 0..1. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** Linear RGB from an sRGB hex number (0xrrggbb). */
export function srgb(hex: number): Rgb {
  const lin = (v: number): number => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  };
  return { r: lin((hex >> 16) & 255), g: lin((hex >> 8) & 255), b: lin(hex & 255) };
}

export const mixRgb = (a: Rgb, b: Rgb, t: number): Rgb => ({
  r: a.r + (b.r - a.r) * t,
  g: a.g + (b.g - a.g) * t,
  b: a.b + (b.b - a.b) * t,
});
export const scaleRgb = (a: Rgb, s: number): Rgb => ({ r: a.r * s, g: a.g * s, b: a.b * s });

/** The surface at a hit; reused between rays, so every painter sets every field through `reset`. */
export class Surface {
  r = 0;
  g = 0;
  b = 0;
  nx = 0;
  ny = 1;
  nz = 0;
  /** Strength and exponent of the highlight. */
  gloss = 0;
  shine = 20;
  /** Mirror-like reflection of the sky (eyes, nose). */
  mirror = 0;
  /** How far light wraps round the terminator (fur, leaves). */
  wrap = 0;
  /** Soft bright rim of fur seen edge-on. */
  sheen = 0;
  /** Darkening known to the painter (creases, roots of the grass). */
  cavity = 1;
  /** Reflection of a soft window near the camera (eyes, nose). */
  catchlight = 0;
  /** Own light, for windows and lamps. */
  glow = 0;

  reset(color: Rgb): void {
    this.r = color.r;
    this.g = color.g;
    this.b = color.b;
    this.gloss = 0;
    this.shine = 20;
    this.mirror = 0;
    this.wrap = 0;
    this.sheen = 0;
    this.cavity = 1;
    this.glow = 0;
    this.catchlight = 0;
  }

  blend(color: Rgb, t: number): void {
    this.r += (color.r - this.r) * t;
    this.g += (color.g - this.g) * t;
    this.b += (color.b - this.b) * t;
  }

  tint(s: number): void {
    this.r *= s;
    this.g *= s;
    this.b *= s;
  }
}

export interface Bounds {
  readonly min: Vec;
  readonly max: Vec;
}

/** One object of the scene: marched on its own inside its bounds. */
export interface Solid {
  readonly bounds: Bounds;
  /** Fraction of the distance that a march may go (below 1 where noise bends the field). */
  readonly stride: number;
  /** Step for normals, metres. */
  readonly fine: number;
  /** Lower bound of the distance to the surface, metres; exact near it. */
  distance(x: number, y: number, z: number): number;
  /** Sets the surface at a hit; the geometric normal is already in `s`. `far` is the ray's length. */
  paint(x: number, y: number, z: number, far: number, s: Surface): void;
}
