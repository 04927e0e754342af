/** A pinhole camera and the framing of a set of balls in its picture. */
import type { Vec } from './vector.js';
import { add, cross, dot, mul, normalize, sub, vec } from './vector.js';

export interface Camera {
  readonly eye: Vec;
  readonly forward: Vec;
  readonly right: Vec;
  readonly up: Vec;
  /** Half the picture's height at distance 1. */
  readonly slope: number;
  readonly width: number;
  readonly height: number;
}

export interface Ball {
  readonly center: Vec;
  readonly radius: number;
}

function aim(eye: Vec, target: Vec, slope: number, width: number, height: number): Camera {
  const forward = normalize(sub(target, eye));
  const right = normalize(cross(forward, vec(0, 1, 0)));
  return { eye, forward, right, up: cross(right, forward), slope, width, height };
}

/** Pixel position of a world point (may lie outside the picture). */
export function project(c: Camera, p: Vec): { x: number; y: number; depth: number } {
  const d = sub(p, c.eye);
  const depth = Math.max(dot(d, c.forward), 1e-3);
  const scale = c.height / (2 * c.slope * depth);
  return {
    x: c.width / 2 + dot(d, c.right) * scale,
    y: c.height / 2 - dot(d, c.up) * scale,
    depth,
  };
}

export interface Framing {
  /** Direction from the subject to the camera: azimuth (0 in front of the dog, + on its right). */
  readonly azimuth: number;
  /** Camera height above the ground, metres. */
  readonly eyeHeight: number;
  /** Focal length for a 36 mm wide picture (landscape), mm. */
  readonly focal: number;
  /** Share of the picture's width or height that the subject fills, whichever is larger. */
  readonly fill: number;
  /** Where the subject's middle lies, as a share of the picture from its centre. */
  readonly shiftX: number;
  readonly shiftY: number;
  readonly width: number;
  readonly height: number;
}

/** Places the camera so that the balls fill the wanted share of the picture. */
export function frameSubject(balls: readonly Ball[], f: Framing): Camera {
  const long = Math.max(f.width, f.height);
  const slope = (18 / f.focal) * (f.height / long);
  let target = mul(
    balls.reduce((s, b) => add(s, b.center), vec(0, 0, 0)),
    1 / balls.length,
  );
  let distance = 2.5;
  let camera = aim(vec(0, 1, 0), target, slope, f.width, f.height);
  for (let i = 0; i < 14; i += 1) {
    const eye = vec(
      target.x + Math.cos(f.azimuth) * distance,
      Math.max(f.eyeHeight, 0.12),
      target.z + Math.sin(f.azimuth) * distance,
    );
    camera = aim(eye, target, slope, f.width, f.height);
    let x0 = Infinity;
    let y0 = Infinity;
    let x1 = -Infinity;
    let y1 = -Infinity;
    for (const b of balls) {
      const p = project(camera, b.center);
      const r = (b.radius * f.height) / (2 * slope * p.depth);
      x0 = Math.min(x0, p.x - r);
      x1 = Math.max(x1, p.x + r);
      y0 = Math.min(y0, p.y - r);
      y1 = Math.max(y1, p.y + r);
    }
    const fill = Math.max((x1 - x0) / f.width, (y1 - y0) / f.height);
    const wantX = f.width * (0.5 + f.shiftX);
    const wantY = f.height * (0.5 + f.shiftY);
    const perPixel = (2 * slope * distance) / f.height;
    target = add(target, mul(camera.right, ((x0 + x1) / 2 - wantX) * perPixel));
    target = add(target, mul(camera.up, (wantY - (y0 + y1) / 2) * perPixel));
    distance *= Math.min(2, Math.max(0.5, fill / f.fill));
    distance = Math.max(distance, 0.5);
  }
  return camera;
}
