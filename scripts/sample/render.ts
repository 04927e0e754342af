/** The ray marcher: one picture of one scene, and what can be seen of the dog in it. */
import type { Camera } from './camera.js';
import type { Dog } from './dog/dog.js';
import { Random } from './random.js';
import type { Place } from './scene/place.js';
import { Surface } from './solid.js';
import type { Solid } from './solid.js';
import type { Vec } from './vector.js';
import { add, clamp, dot, length, mul, normalize, sub } from './vector.js';

const NOTHING = -1;
const GROUND = -2;

export interface Scene {
  readonly place: Place;
  readonly dog: Dog | null;
  readonly camera: Camera;
  /** Distance that is in focus, metres, and the aperture (0: everything is sharp). */
  readonly focus: number;
  readonly aperture: number;
  readonly seed: number;
  /** Fewer samples where contrast is low (training renders). */
  readonly draft: boolean;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** HWC, 8 bit sRGB. */
  readonly rgb: Uint8Array;
  /** Share of each pixel that the dog covers, 0..1. */
  readonly dogMask: Float32Array;
}

/** Entry and exit of a ray through a box, or entry > exit when it misses. */
const span = { enter: 0, leave: 0 };

function clip(
  s: Solid,
  ox: number,
  oy: number,
  oz: number,
  ix: number,
  iy: number,
  iz: number,
): boolean {
  const { min, max } = s.bounds;
  let a = (min.x - ox) * ix;
  let b = (max.x - ox) * ix;
  let t0 = a < b ? a : b;
  let t1 = a < b ? b : a;
  a = (min.y - oy) * iy;
  b = (max.y - oy) * iy;
  t0 = Math.max(t0, a < b ? a : b);
  t1 = Math.min(t1, a < b ? b : a);
  a = (min.z - oz) * iz;
  b = (max.z - oz) * iz;
  t0 = Math.max(t0, a < b ? a : b);
  t1 = Math.min(t1, a < b ? b : a);
  span.enter = t0 > 0 ? t0 : 0;
  span.leave = t1;
  return t1 > span.enter;
}

/** Horizontal distance from the origin, where the subject is, to a solid's box, metres. */
function distanceTo(s: Solid): number {
  const { min, max } = s.bounds;
  return Math.hypot(Math.max(min.x, -max.x, 0), Math.max(min.z, -max.z, 0));
}

const safeInverse = (v: number): number => 1 / (Math.abs(v) < 1e-9 ? (v < 0 ? -1e-9 : 1e-9) : v);

export class Renderer {
  private readonly solids: readonly Solid[];
  /** Solids whose shadows are followed. */
  private readonly casters: readonly Solid[];
  private readonly surface = new Surface();
  private readonly sky = new Float64Array(3);
  /** Distance that counts as touching, per metre of ray: a fifth of a pixel. */
  private readonly pixel: number;
  /** Direction of the catchlight's window: beside and above the camera. */
  private readonly keyLight: Vec;
  private hitId = NOTHING;
  private hitT = Infinity;
  private readonly out = new Float64Array(3);

  constructor(private readonly scene: Scene) {
    const { forward, right, up } = scene.camera;
    const side = dot(scene.place.light.direction, right) < 0 ? -0.45 : 0.45;
    this.keyLight = normalize(add(add(mul(forward, -1), mul(up, 0.75)), mul(right, side)));
    this.pixel = (0.4 * scene.camera.slope) / scene.camera.height;
    this.solids = scene.dog === null ? scene.place.solids : [scene.dog, ...scene.place.solids];
    this.casters = scene.draft ? this.solids.filter((s) => distanceTo(s) < 3) : this.solids;
  }

  /** Nearest hit along a ray: sets `hitId` (index of a solid, GROUND or NOTHING) and `hitT`. */
  private trace(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
    const ground = this.scene.place.ground.intersect(ox, oy, oz, dx, dy, dz);
    this.hitT = ground;
    this.hitId = ground < Infinity ? GROUND : NOTHING;
    const ix = safeInverse(dx);
    const iy = safeInverse(dy);
    const iz = safeInverse(dz);
    const solids = this.solids;
    for (let i = 0; i < solids.length; i += 1) {
      const s = solids[i]!;
      if (!clip(s, ox, oy, oz, ix, iy, iz)) continue;
      let t = span.enter;
      const end = Math.min(span.leave, this.hitT);
      for (let n = 0; n < 140 && t < end; n += 1) {
        const d = s.distance(ox + dx * t, oy + dy * t, oz + dz * t);
        if (d < this.pixel * t) {
          this.hitT = t;
          this.hitId = i;
          break;
        }
        t += d * s.stride;
      }
    }
  }

  /** Share of light that reaches a point along a direction. */
  private shadow(px: number, py: number, pz: number, d: Vec, hardness: number): number {
    let lit = 1;
    const least = this.scene.draft ? 0.02 : 0.008;
    const most = this.scene.draft ? 26 : 44;
    const ix = safeInverse(d.x);
    const iy = safeInverse(d.y);
    const iz = safeInverse(d.z);
    for (const s of this.casters) {
      if (!clip(s, px, py, pz, ix, iy, iz)) continue;
      let t = Math.max(span.enter, 0.006);
      const end = Math.min(span.leave, 14);
      for (let n = 0; n < most && t < end; n += 1) {
        const h = s.distance(px + d.x * t, py + d.y * t, pz + d.z * t);
        const r = 0.5 + (0.5 * hardness * h) / t;
        if (r < lit) lit = r;
        if (lit < 0.02) return 0;
        t += clamp(h * s.stride, least + t * 0.02, 0.4);
      }
    }
    lit = clamp(lit, 0, 1);
    return lit * lit * (3 - 2 * lit);
  }

  private occlusion(
    px: number,
    py: number,
    pz: number,
    nx: number,
    ny: number,
    nz: number,
  ): number {
    let closed = 0;
    let weight = 1;
    const level = this.scene.place.ground.level;
    for (const h of this.scene.draft ? AO_DRAFT : AO_STEPS) {
      const x = px + nx * h;
      const y = py + ny * h;
      const z = pz + nz * h;
      let d = Math.min(h, y - level);
      for (const s of this.solids) {
        const { min, max } = s.bounds;
        if (
          x < min.x - h ||
          y < min.y - h ||
          z < min.z - h ||
          x > max.x + h ||
          y > max.y + h ||
          z > max.z + h
        )
          continue;
        const v = s.distance(x, y, z);
        if (v < d) d = v;
      }
      closed += weight * Math.max(0, 1 - d / h);
      weight *= 0.72;
    }
    return clamp(1 - closed / (this.scene.draft ? 2.05 : 2.6), 0, 1);
  }

  /** Radiance along a ray into `out`; sets `hitId` and `hitT`. */
  private shade(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): void {
    const { place } = this.scene;
    this.trace(ox, oy, oz, dx, dy, dz);
    const id = this.hitId;
    const t = this.hitT;
    const out = this.out;
    if (id === NOTHING) {
      place.backdrop(dx, dy, dz, out);
      return;
    }
    const x = ox + dx * t;
    const y = oy + dy * t;
    const z = oz + dz * t;
    const s = this.surface;
    let solid: Solid | undefined;
    let gx = 0;
    let gy = 1;
    let gz = 0;
    if (id === GROUND) {
      place.ground.paint(x, y, z, t, s);
    } else {
      solid = this.solids[id]!;
      const e = solid.fine + t * 0.0002;
      const a = solid.distance(x + e, y - e, z - e);
      const b = solid.distance(x - e, y - e, z + e);
      const c = solid.distance(x - e, y + e, z - e);
      const d = solid.distance(x + e, y + e, z + e);
      gx = a - b - c + d;
      gy = -a - b + c + d;
      gz = -a + b - c + d;
      const l = 1 / Math.max(Math.sqrt(gx * gx + gy * gy + gz * gz), 1e-12);
      gx *= l;
      gy *= l;
      gz *= l;
      s.nx = gx;
      s.ny = gy;
      s.nz = gz;
      solid.paint(x, y, z, t, s);
    }
    const nl = 1 / Math.max(Math.sqrt(s.nx * s.nx + s.ny * s.ny + s.nz * s.nz), 1e-9);
    const nx = s.nx * nl;
    const ny = s.ny * nl;
    const nz = s.nz * nl;
    const { light } = place;
    const L = light.direction;
    const ao = this.occlusion(x, y, z, gx, gy, gz) * s.cavity;
    const ndl = nx * L.x + ny * L.y + nz * L.z;
    const geo = gx * L.x + gy * L.y + gz * L.z;
    const wrapped = clamp((ndl + s.wrap) / (1 + s.wrap), 0, 1);
    let lit = 0;
    if (wrapped > 0 && geo > -s.wrap - 0.1) {
      lit = this.shadow(x + gx * 0.006, y + gy * 0.006, z + gz * 0.006, L, light.hardness);
    }
    const sunK = wrapped * lit * (0.35 + 0.65 * Math.min(1, s.cavity));
    const up = 0.5 + 0.5 * ny;
    const facing = clamp(-(nx * dx + ny * dy + nz * dz), 0, 1);
    // A little light from the camera's side keeps faces readable.
    const fill = 0.16 * facing * ao;
    const side = 1 - Math.abs(ny);
    const ar =
      (light.bounce.r * (1 - up) + light.sky.r * up + light.horizon.r * side * 0.35) * ao +
      light.horizon.r * fill;
    const ag =
      (light.bounce.g * (1 - up) + light.sky.g * up + light.horizon.g * side * 0.35) * ao +
      light.horizon.g * fill;
    const ab =
      (light.bounce.b * (1 - up) + light.sky.b * up + light.horizon.b * side * 0.35) * ao +
      light.horizon.b * fill;
    let r = s.r * (light.sun.r * sunK + ar);
    let g = s.g * (light.sun.g * sunK + ag);
    let b = s.b * (light.sun.b * sunK + ab);
    const rim = 1 - facing;
    const rim3 = rim * rim * rim;
    if (s.sheen > 0) {
      const k = s.sheen * rim3;
      const back = 0.6 + 1.6 * lit * clamp(0.6 + geo, 0, 1);
      r += k * (0.35 + s.r) * (ar * 0.7 + light.sun.r * 0.28 * back * lit);
      g += k * (0.35 + s.g) * (ag * 0.7 + light.sun.g * 0.28 * back * lit);
      b += k * (0.35 + s.b) * (ab * 0.7 + light.sun.b * 0.28 * back * lit);
    }
    if (s.gloss > 0) {
      const hx = L.x - dx;
      const hy = L.y - dy;
      const hz = L.z - dz;
      const hl = 1 / Math.max(Math.sqrt(hx * hx + hy * hy + hz * hz), 1e-9);
      const spec = Math.pow(clamp((nx * hx + ny * hy + nz * hz) * hl, 0, 1), s.shine) * s.gloss;
      // The eye's catchlight must not vanish in shade.
      const k = spec * (s.shine > 200 ? 0.45 + 0.55 * lit : lit * clamp(geo * 4 + 0.4, 0, 1));
      r += light.sun.r * k;
      g += light.sun.g * k;
      b += light.sun.b * k;
    }
    if (s.mirror > 0) {
      const dn = 2 * (dx * nx + dy * ny + dz * nz);
      const rx = dx - nx * dn;
      const ry = dy - ny * dn;
      const rz = dz - nz * dn;
      const fresnel = s.mirror * (0.35 + 0.65 * rim3) * (0.4 + 0.6 * ao);
      if (id === GROUND) {
        place.backdrop(rx, Math.abs(ry), rz, this.sky);
        r += this.sky[0]! * fresnel;
        g += this.sky[1]! * fresnel;
        b += this.sky[2]! * fresnel;
      } else {
        // A soft bright sky over a dark ground, with a window for a second catchlight.
        const u = clamp(0.5 + ry * 1.4, 0, 1);
        const pane = clamp((ry - 0.35) * 8, 0, 1) * clamp((0.8 - ry) * 8, 0, 1);
        const k = fresnel * (0.25 + 1.3 * u * u + 1.1 * pane);
        r += light.sky.r * k;
        g += light.sky.g * k;
        b += light.sky.b * k;
        if (s.catchlight > 0) {
          const c = this.keyLight;
          const near = clamp((rx * c.x + ry * c.y + rz * c.z - 0.86) * 14, 0, 1);
          const w = s.catchlight * near * near * 1.1;
          r += w;
          g += w;
          b += w;
        }
      }
    }
    if (s.glow > 0) {
      r += s.r * s.glow;
      g += s.g * s.glow;
      b += s.b * s.glow;
    }
    if (place.haze > 0) {
      const h = 0.6 * (1 - Math.exp(-Math.max(0, t - 2) * place.haze * 1.4));
      r += (place.hazeColor.r - r) * h;
      g += (place.hazeColor.g - g) * h;
      b += (place.hazeColor.b - b) * h;
    }
    out[0] = r;
    out[1] = g;
    out[2] = b;
  }

  /** Whether the camera sees a point of the dog's surface: nothing lies nearer than `slack` before it. */
  sees(p: Vec, slack: number): boolean {
    const { eye } = this.scene.camera;
    const d = sub(p, eye);
    const l = length(d);
    this.trace(eye.x, eye.y, eye.z, d.x / l, d.y / l, d.z / l);
    return this.hitT > l - slack;
  }

  /** Radius of the circle of confusion at a depth, pixels. */
  private blur(depth: number): number {
    const { aperture, focus, camera } = this.scene;
    return aperture * Math.abs(1 / focus - 1 / depth) * camera.height;
  }

  render(): Picture {
    const { camera, aperture, seed, place } = this.scene;
    const { width, height, eye, forward, right, up, slope } = camera;
    const n = width * height;
    const near = new Float32Array(n * 3);
    const cover = new Float32Array(n);
    const far = new Float32Array(n * 3);
    const farDepth = new Float32Array(n);
    const first = new Float32Array(n * 3);
    const ids = new Int16Array(n);
    const depths = new Float32Array(n);
    const aspect = width / height;
    const ray = (px: number, py: number): void => {
      const u = ((px / width) * 2 - 1) * slope * aspect;
      const v = (1 - (py / height) * 2) * slope;
      let dx = forward.x + right.x * u + up.x * v;
      let dy = forward.y + right.y * u + up.y * v;
      let dz = forward.z + right.z * u + up.z * v;
      const l = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
      dx *= l;
      dy *= l;
      dz *= l;
      this.shade(eye.x, eye.y, eye.z, dx, dy, dz);
    };
    const dogId = this.scene.dog === null ? -99 : 0;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const i = y * width + x;
        ray(x + 0.5, y + 0.5);
        first[i * 3] = this.out[0]!;
        first[i * 3 + 1] = this.out[1]!;
        first[i * 3 + 2] = this.out[2]!;
        ids[i] = this.hitId;
        depths[i] = Math.min(this.hitT, 1000);
      }
    }
    const lum = new Float32Array(n);
    for (let i = 0; i < n; i += 1) {
      lum[i] = Math.sqrt(
        Math.min(1, first[i * 3]! * 0.3 + first[i * 3 + 1]! * 0.6 + first[i * 3 + 2]! * 0.1),
      );
    }
    const contrast = this.scene.draft ? 0.2 : 0.07;
    const samples = this.scene.draft ? 2 : 4;
    // Two samples of an edge: first and last of the four lie on a diagonal.
    const stepOver = this.scene.draft ? 3 : 1;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const i = y * width + x;
        const isDog = ids[i] === dogId;
        const blurred = !isDog && this.blur(depths[i]!) > 1.2;
        let edge = false;
        for (let side = 0; side < 4 && !edge; side += 1) {
          const nx = x + (side === 0 ? -1 : side === 1 ? 1 : 0);
          const ny = y + (side === 2 ? -1 : side === 3 ? 1 : 0);
          if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
          const j = ny * width + nx;
          edge =
            (ids[j] === dogId) !== isDog ||
            (!blurred && (ids[j] !== ids[i] || Math.abs(lum[j]! - lum[i]!) > contrast));
        }
        let fw = 0;
        let bw = 0;
        let depth = 0;
        for (let k = 0; k < (edge ? samples : 1); k += 1) {
          let r = first[i * 3]!;
          let g = first[i * 3 + 1]!;
          let b = first[i * 3 + 2]!;
          let id = ids[i]!;
          let t = depths[i]!;
          if (edge) {
            const j = k * stepOver;
            ray(x + JITTER_X[j]!, y + JITTER_Y[j]!);
            r = Math.min(this.out[0]!, 6);
            g = Math.min(this.out[1]!, 6);
            b = Math.min(this.out[2]!, 6);
            id = this.hitId;
            t = this.hitT;
          }
          if (id === dogId) {
            near[i * 3]! += r;
            near[i * 3 + 1]! += g;
            near[i * 3 + 2]! += b;
            fw += 1;
          } else {
            far[i * 3]! += r;
            far[i * 3 + 1]! += g;
            far[i * 3 + 2]! += b;
            bw += 1;
            depth = Math.max(depth, t);
          }
        }
        cover[i] = fw / (fw + bw);
        for (let ch = 0; ch < 3; ch += 1) {
          if (fw > 0) near[i * 3 + ch]! /= fw;
          if (bw > 0) far[i * 3 + ch]! /= bw;
        }
        farDepth[i] = bw > 0 ? Math.min(depth, 1000) : -1;
      }
    }
    const rgb = new Uint8Array(n * 3);
    const taps = spiral(this.scene.draft ? 20 : 44);
    const r = new Random(seed);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const i = y * width + x;
        let br = far[i * 3]!;
        let bg = far[i * 3 + 1]!;
        let bb = far[i * 3 + 2]!;
        const c = cover[i]!;
        if (c < 1 && aperture > 0) {
          const own = this.blur(farDepth[i]!);
          if (own > 0.6) {
            let sr = br;
            let sg = bg;
            let sb = bb;
            let sw = 1;
            const reach = Math.min(own, height * 0.03);
            for (const [tx, ty] of taps) {
              const qx = Math.round(x + tx * reach);
              const qy = Math.round(y + ty * reach);
              if (qx < 0 || qy < 0 || qx >= width || qy >= height) continue;
              const j = qy * width + qx;
              const dj = farDepth[j]!;
              if (dj < 0) continue;
              // A sharp thing in front must not bleed into the blur behind it.
              const w = dj < farDepth[i]! * 0.8 ? clamp(this.blur(dj) / own, 0, 1) : 1;
              sr += far[j * 3]! * w;
              sg += far[j * 3 + 1]! * w;
              sb += far[j * 3 + 2]! * w;
              sw += w;
            }
            br = sr / sw;
            bg = sg / sw;
            bb = sb / sw;
          }
        }
        const vx = (x + 0.5) / width - 0.5;
        const vy = (y + 0.5) / height - 0.5;
        const k = place.exposure * (1 - 0.35 * (vx * vx + vy * vy));
        const dither = (r.next() - 0.5) * 0.8;
        for (let ch = 0; ch < 3; ch += 1) {
          const b = ch === 0 ? br : ch === 1 ? bg : bb;
          const v = (near[i * 3 + ch]! * c + b * (1 - c)) * k;
          rgb[i * 3 + ch] = clamp(Math.round(tone(v) * 255 + dither), 0, 255);
        }
      }
    }
    return { width, height, rgb, dogMask: cover };
  }
}

/** Heights above the surface where occlusion is felt, metres. */
const AO_STEPS = [0.015, 0.05, 0.11, 0.2] as const;
const AO_DRAFT = [0.02, 0.07, 0.17] as const;

/** Sub-pixel positions of the four samples of an edge pixel (rotated grid). */
const JITTER_X = [0.125, 0.375, 0.625, 0.875] as const;
const JITTER_Y = [0.375, 0.875, 0.125, 0.625] as const;

/** Filmic curve (Narkowicz's fit of ACES, softened) and the sRGB transfer, 0..1. */
function tone(v: number): number {
  const x = Math.max(v, 0) * 0.78;
  const c = clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0, 1);
  return c <= 0.0031308 ? 12.92 * c : 1.055 * Math.pow(c, 1 / 2.4) - 0.055;
}

/** Points spread evenly over the unit disc. */
function spiral(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) => {
    const r = Math.sqrt((i + 0.5) / count);
    const a = i * 2.399963;
    return [r * Math.cos(a), r * Math.sin(a)] as const;
  });
}
