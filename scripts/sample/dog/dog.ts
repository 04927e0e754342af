/** A dog as something a ray can hit: bricks, a breath of fur on top, coat, eyes, nose. */
import { noise3 } from '../noise.js';
import { PrimField, boundsOf } from '../primitives.js';
import type { Prim } from '../primitives.js';
import type { Bounds, Rgb, Solid, Surface } from '../solid.js';
import { srgb } from '../solid.js';
import type { Frame, Vec } from '../vector.js';
import { clamp, smoothstep } from '../vector.js';
import { MATERIAL, PART, buildAnatomy } from './anatomy.js';
import type { Anatomy } from './anatomy.js';
import type { DogIdentity } from './identity.js';
import { CoatPoint, coatColor } from './markings.js';
import type { Shape } from './markings.js';
import { REST } from './pose.js';
import type { Pose } from './pose.js';

const TONGUE = srgb(0xd0656b);
const MOUTH = srgb(0x3a1618);
const LINER = srgb(0x17120f);
const PUPIL = srgb(0x060505);
const EYE_RIM = srgb(0x35261f);

/** Maps a place on the posed dog to the resting dog by blending the bricks near it. */
interface RestBone {
  readonly frame: Frame;
  /** Rest length over posed length along the brick's y. */
  readonly stretch: number;
}

export class Dog implements Solid {
  readonly bounds: Bounds;
  readonly stride = 0.86;
  readonly fine = 0.0011;
  readonly anatomy: Anatomy;
  private readonly field: PrimField;
  private readonly rest: readonly RestBone[];
  private readonly index = new Map<Prim, number>();
  private readonly restHead: Frame;
  private readonly shape: Shape;
  private readonly tailFirst: number;
  private readonly tailCount: number;
  private readonly furDepth: number;
  private readonly p = new CoatPoint();
  private readonly tone = { r: 0, g: 0, b: 0 };

  constructor(
    readonly identity: DogIdentity,
    pose: Pose,
  ) {
    this.anatomy = buildAnatomy(identity, pose);
    const rest = buildAnatomy(identity, REST);
    this.field = new PrimField(this.anatomy.prims, 0.026, 0.2);
    this.bounds = boundsOf(this.anatomy.prims, 0.015);
    this.rest = rest.prims.map((p, i) => {
      const posed = this.anatomy.prims[i]!;
      const long = p.kind === 0 || p.kind === 2;
      return { frame: p.frame, stretch: long ? p.a / Math.max(posed.a, 1e-4) : 1 };
    });
    this.anatomy.prims.forEach((p, i) => this.index.set(p, i));
    this.restHead = rest.head;
    this.tailFirst = rest.prims.findIndex((p) => p.part === PART.tail);
    this.tailCount = rest.prims.filter((p) => p.part === PART.tail).length;
    const { leg, body, girth, fluff } = identity.build;
    this.furDepth = 0.0015 + 0.0085 * fluff * fluff;
    this.shape = {
      elbow: 0.3 * leg + 0.02,
      back: 0.3 * leg + 0.13 + 0.14 * girth,
      chestX: 0.17 * body,
      muzzleTip: 0.1 + 0.1 * identity.build.muzzle,
    };
  }

  distance(x: number, y: number, z: number): number {
    const d = this.field.distance(x, y, z);
    if (d > 0.03) return d - this.furDepth;
    // Tufts: noise stretched downwards and backwards.
    const u = x * 0.8 + y * 0.45;
    const n = noise3(u * 62, (y * 0.8 - x * 0.45) * 30, z * 62);
    return d - this.furDepth * this.furAmount(x, y, z) * (n * 1.7 - 0.7);
  }

  /** 0 at the face and paws, where the coat is short, 1 on the trunk. */
  private furAmount(x: number, y: number, z: number): number {
    const h = this.anatomy.head.o;
    const s = this.anatomy.headScale;
    const dx = x - h.x - this.anatomy.head.x.x * 0.09 * s;
    const dy = y - h.y - this.anatomy.head.x.y * 0.09 * s;
    const dz = z - h.z - this.anatomy.head.x.z * 0.09 * s;
    const face = Math.sqrt(dx * dx + dy * dy + dz * dz) / s;
    return smoothstep(0.085, 0.2, face) * smoothstep(0, 0.12, y);
  }

  paint(x: number, y: number, z: number, far: number, s: Surface): void {
    const prims = this.field.near(x, y, z);
    let nearest = Infinity;
    let top: Prim | undefined;
    for (const p of prims) {
      const d = p.distance(x, y, z);
      if (d < nearest) {
        nearest = d;
        top = p;
      }
    }
    if (top === undefined) return;
    switch (top.material) {
      case MATERIAL.eye:
        this.paintEye(x, y, z, s);
        return;
      case MATERIAL.nose: {
        s.reset(this.identity.coat.nose);
        const f = this.anatomy.head;
        const k = this.anatomy.headScale;
        const dx = x - f.o.x;
        const dy = y - f.o.y;
        const dz = z - f.o.z;
        const lz = (dx * f.z.x + dy * f.z.y + dz * f.z.z) / k;
        const ly = (dx * f.y.x + dy * f.y.y + dz * f.y.z) / k;
        const nostril = Math.sqrt((Math.abs(lz) - 0.0125) ** 2 + ((ly + 0.022) * 1.25) ** 2);
        const hole = smoothstep(0.0085, 0.0045, nostril);
        s.tint(1 - 0.85 * hole);
        const slit = smoothstep(0.0026, 0.001, Math.abs(lz)) * smoothstep(-0.016, -0.024, ly);
        s.tint(1 - 0.6 * slit);
        s.gloss = 0.55 * (1 - hole);
        s.shine = 38;
        s.mirror = 0.22 * (1 - hole);
        s.catchlight = 0.22 * (1 - hole);
        const bump = noise3(x * 900, y * 900, z * 900) - 0.5;
        s.nx += bump * 0.12;
        s.nz -= bump * 0.12;
        return;
      }
      case MATERIAL.tongue:
        s.reset(TONGUE);
        s.gloss = 0.35;
        s.shine = 30;
        s.mirror = 0.05;
        s.wrap = 0.35;
        return;
      case MATERIAL.mouth:
        s.reset(MOUTH);
        s.gloss = 0.1;
        return;
      default:
        this.paintFur(x, y, z, far, prims, nearest, top, s);
    }
  }

  private paintEye(x: number, y: number, z: number, s: Surface): void {
    let best = this.anatomy.eyes[0]!;
    let bestD = Infinity;
    for (const e of this.anatomy.eyes) {
      const d = (x - e.center.x) ** 2 + (y - e.center.y) ** 2 + (z - e.center.z) ** 2;
      if (d < bestD) {
        bestD = d;
        best = e;
      }
    }
    const inv = 1 / Math.max(Math.sqrt(bestD), 1e-6);
    const c = clamp(
      ((x - best.center.x) * best.gaze.x +
        (y - best.center.y) * best.gaze.y +
        (z - best.center.z) * best.gaze.z) *
        inv,
      -1,
      1,
    );
    const angle = Math.acos(c);
    const iris = this.identity.coat.eye;
    s.reset(EYE_RIM);
    s.blend(LINER, smoothstep(1.14, 1.02, angle));
    const glow = 0.45 + 0.75 * smoothstep(0.4, 0.9, angle);
    s.blend({ r: iris.r * glow, g: iris.g * glow, b: iris.b * glow }, smoothstep(1.0, 0.92, angle));
    s.blend(PUPIL, smoothstep(0.6, 0.52, angle));
    s.gloss = 2.2;
    s.shine = 260;
    s.mirror = 0.14;
    s.catchlight = 1;
  }

  private paintFur(
    x: number,
    y: number,
    z: number,
    far: number,
    prims: readonly Prim[],
    nearest: number,
    top: Prim,
    s: Surface,
  ): void {
    const p = this.p;
    let total = 0;
    let rx = 0;
    let ry = 0;
    let rz = 0;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    p.head = p.muzzle = p.earLeft = p.earRight = p.tail = p.body = p.neck = 0;
    p.leg0 = p.leg1 = p.leg2 = p.leg3 = 0;
    p.tailAlong = 0;
    let tailWeight = 0;
    for (const b of prims) {
      if (b.material !== MATERIAL.fur) continue;
      const d = b.distance(x, y, z) - nearest;
      if (d > 0.06) continue;
      const w = Math.exp(-d / 0.012);
      const i = this.index.get(b)!;
      const { frame, stretch } = this.rest[i]!;
      const dx = x - b.ox;
      const dy = y - b.oy;
      const dz = z - b.oz;
      const lx = dx * b.xx + dy * b.xy + dz * b.xz;
      const ly = (dx * b.yx + dy * b.yy + dz * b.yz) * stretch;
      const lz = dx * b.zx + dy * b.zy + dz * b.zz;
      rx += w * (frame.o.x + frame.x.x * lx + frame.y.x * ly + frame.z.x * lz);
      ry += w * (frame.o.y + frame.x.y * lx + frame.y.y * ly + frame.z.y * lz);
      rz += w * (frame.o.z + frame.x.z * lx + frame.y.z * ly + frame.z.z * lz);
      const flow: Vec = this.anatomy.flow[i]!;
      fx += w * (frame.x.x * flow.x + frame.y.x * flow.y + frame.z.x * flow.z);
      fy += w * (frame.x.y * flow.x + frame.y.y * flow.y + frame.z.y * flow.z);
      fz += w * (frame.x.z * flow.x + frame.y.z * flow.y + frame.z.z * flow.z);
      total += w;
      switch (b.part) {
        case PART.body:
          p.body += w;
          break;
        case PART.neck:
          p.neck += w;
          break;
        case PART.head:
          p.head += w;
          break;
        case PART.muzzle:
          p.muzzle += w;
          break;
        case PART.earLeft:
          p.earLeft += w;
          break;
        case PART.earRight:
          p.earRight += w;
          break;
        case PART.tail:
          p.tail += w;
          tailWeight += w;
          p.tailAlong +=
            (w * (i - this.tailFirst + clamp(ly / Math.max(b.a, 1e-4), 0, 1))) / this.tailCount;
          break;
        case PART.leg:
          p.leg0 += w;
          break;
        case PART.leg + 1:
          p.leg1 += w;
          break;
        case PART.leg + 2:
          p.leg2 += w;
          break;
        default:
          p.leg3 += w;
      }
    }
    if (total <= 0) {
      // A lid with no fur near: liner colour.
      s.reset(LINER);
      return;
    }
    const inv = 1 / total;
    p.x = rx * inv;
    p.y = ry * inv;
    p.z = rz * inv;
    p.head *= inv;
    p.muzzle *= inv;
    p.earLeft *= inv;
    p.earRight *= inv;
    p.tail *= inv;
    p.body *= inv;
    p.neck *= inv;
    p.leg0 *= inv;
    p.leg1 *= inv;
    p.leg2 *= inv;
    p.leg3 *= inv;
    if (tailWeight > 0) p.tailAlong /= tailWeight;
    const hf = this.restHead;
    const hs = 1 / this.anatomy.headScale;
    const hx = p.x - hf.o.x;
    const hy = p.y - hf.o.y;
    const hz = p.z - hf.o.z;
    p.hx = (hx * hf.x.x + hy * hf.x.y + hz * hf.x.z) * hs;
    p.hy = (hx * hf.y.x + hy * hf.y.y + hz * hf.y.z) * hs;
    p.hz = (hx * hf.z.x + hy * hf.z.y + hz * hf.z.z) * hs;
    coatColor(this.identity.coat, p, this.shape, this.tone);
    s.reset(this.tone);

    // Strands: noise in the coat's own space, stretched along the fur's flow.
    const fl = 1 / Math.max(Math.sqrt(fx * fx + fy * fy + fz * fz), 1e-6);
    fx *= fl;
    fy *= fl;
    fz *= fl;
    const ears = p.earLeft + p.earRight;
    const face = clamp(p.head + p.muzzle + ears, 0, 1);
    const fluff = this.identity.build.fluff * (1 - 0.45 * face);
    const fade = 1 / (1 + far * far * 0.02);
    const freq = 300 - 130 * fluff;
    const along = p.x * fx + p.y * fy + p.z * fz;
    const k = 0.86;
    const qx = (p.x - fx * along * k) * freq;
    const qy = (p.y - fy * along * k) * freq;
    const qz = (p.z - fz * along * k) * freq;
    const a = noise3(qx, qy, qz);
    const b2 = noise3(qx * 0.37 + 31, qy * 0.37, qz * 0.37);
    const strand = (a - 0.5) * 0.6 + (b2 - 0.5) * 0.9;
    s.tint(1 + strand * (0.2 + 0.4 * fluff) * fade);
    const strength = (0.16 + 0.34 * fluff) * fade;
    s.nx += (a - 0.5) * strength + (b2 - 0.5) * strength * 1.3;
    s.ny += (noise3(qx + 91, qy, qz) - 0.5) * strength;
    s.nz += (noise3(qx * 0.4, qy * 0.4 + 57, qz * 0.4) - 0.5) * strength * 1.6;
    s.wrap = 0.28;
    s.sheen = 0.12 + 0.2 * fluff;
    s.gloss = 0.05 + 0.07 * (1 - fluff);
    s.shine = 14;

    if (face > 0.4) this.paintFace(x, y, z, top, s, ears);
    // Pads and toes: a soft dark line where the paw meets the ground.
    if (y < 0.012) s.tint(0.55 + 0.45 * smoothstep(0, 0.012, y));
  }

  private paintFace(x: number, y: number, z: number, top: Prim, s: Surface, ears: number): void {
    const p = this.p;
    const k = this.anatomy.headScale;
    // Eyeliner.
    let rim = Infinity;
    for (const e of this.anatomy.eyes) {
      const d =
        Math.sqrt((x - e.center.x) ** 2 + (y - e.center.y) ** 2 + (z - e.center.z) ** 2) - e.radius;
      rim = Math.min(rim, d / k);
    }
    s.blend(LINER, 0.92 * smoothstep(0.0055, 0.0022, rim));
    // Lips and the line below the nose.
    const tip = this.shape.muzzleTip;
    if (p.muzzle > 0.4) {
      const line =
        smoothstep(0.0022, 0.0008, Math.abs(p.hz)) *
        smoothstep(-0.03, -0.04, p.hy) *
        smoothstep(tip - 0.012, tip + 0.006, p.hx);
      s.blend(LINER, 0.8 * line);
      const spot = noise3(p.hx * 150, p.hy * 150, p.hz * 150);
      const pad =
        smoothstep(0.76, 0.86, spot) *
        smoothstep(0.05, 0.02, Math.abs(p.hx - tip + 0.015)) *
        smoothstep(0.012, 0.02, Math.abs(p.hz)) *
        smoothstep(-0.03, -0.045, p.hy);
      s.blend(LINER, 0.35 * pad);
    }
    if (ears > 0.5 && top.kind === 2) {
      const lx = (x - top.ox) * top.xx + (y - top.oy) * top.xy + (z - top.oz) * top.xz;
      const ly = (x - top.ox) * top.yx + (y - top.oy) * top.yy + (z - top.oz) * top.yz;
      const facing = s.nx * top.zx + s.ny * top.zy + s.nz * top.zz;
      const width = top.b + (top.c - top.b) * clamp(ly / top.a, 0, 1);
      const upright = this.identity.build.ear !== 'drop';
      if (upright && facing > 0) {
        const inner =
          smoothstep(0.86, 0.55, Math.abs(lx) / width) *
          smoothstep(0.05, 0.35, facing) *
          smoothstep(1.02, 0.82, ly / top.a);
        s.blend(this.innerEar(), inner * 0.9);
        s.tint(1 - 0.32 * inner);
      }
    }
  }

  private innerEar(): Rgb {
    return this.identity.coat.innerEar;
  }
}
