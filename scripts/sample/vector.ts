/** Vectors and orthonormal frames. World: metres, y up; a dog faces +x and its own right is +z. */

export interface Vec {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Origin and three orthonormal axes. */
export interface Frame {
  readonly o: Vec;
  readonly x: Vec;
  readonly y: Vec;
  readonly z: Vec;
}

export const vec = (x: number, y: number, z: number): Vec => ({ x, y, z });
export const add = (a: Vec, b: Vec): Vec => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z });
export const sub = (a: Vec, b: Vec): Vec => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z });
export const mul = (a: Vec, s: number): Vec => ({ x: a.x * s, y: a.y * s, z: a.z * s });
export const dot = (a: Vec, b: Vec): number => a.x * b.x + a.y * b.y + a.z * b.z;
export const cross = (a: Vec, b: Vec): Vec => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
});
export const length = (a: Vec): number => Math.sqrt(dot(a, a));
export const normalize = (a: Vec): Vec => mul(a, 1 / Math.max(length(a), 1e-12));
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mixVec = (a: Vec, b: Vec, t: number): Vec => add(mul(a, 1 - t), mul(b, t));
export const clamp = (v: number, low: number, high: number): number =>
  v < low ? low : v > high ? high : v;

export function smoothstep(edge0: number, edge1: number, v: number): number {
  const t = clamp((v - edge0) / (edge1 - edge0), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Frame with its y axis from `a` to `b`, its z axis as near to `side` as possible. */
export function boneFrame(a: Vec, b: Vec, side: Vec): Frame {
  const y = normalize(sub(b, a));
  const x = normalize(cross(y, side));
  return { o: a, x, y, z: cross(x, y) };
}

/**
 * Frame that looks along yaw/pitch/roll (radians): at zero it is the world's; positive yaw turns
 * to the dog's right (+z), positive pitch up, positive roll tilts the head to its right.
 */
export function headingFrame(o: Vec, yaw: number, pitch: number, roll: number): Frame {
  const x = vec(Math.cos(yaw) * Math.cos(pitch), Math.sin(pitch), Math.sin(yaw) * Math.cos(pitch));
  const right = vec(-Math.sin(yaw), 0, Math.cos(yaw));
  const up = cross(right, x);
  const c = Math.cos(roll);
  const s = Math.sin(roll);
  return { o, x, y: add(mul(up, c), mul(right, s)), z: sub(mul(right, c), mul(up, s)) };
}

export const toWorld = (f: Frame, x: number, y: number, z: number): Vec => ({
  x: f.o.x + f.x.x * x + f.y.x * y + f.z.x * z,
  y: f.o.y + f.x.y * x + f.y.y * y + f.z.y * z,
  z: f.o.z + f.x.z * x + f.y.z * y + f.z.z * z,
});

export const toLocal = (f: Frame, p: Vec): Vec => {
  const d = sub(p, f.o);
  return { x: dot(d, f.x), y: dot(d, f.y), z: dot(d, f.z) };
};

export const rotate = (f: Frame, x: number, y: number, z: number): Vec => ({
  x: f.x.x * x + f.y.x * y + f.z.x * z,
  y: f.x.y * x + f.y.y * y + f.z.y * z,
  z: f.x.z * x + f.y.z * y + f.z.z * z,
});
