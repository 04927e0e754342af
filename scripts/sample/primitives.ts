/**
 * The building bricks of dogs and furniture: round cones, ellipsoids, flattened cones, eyelids and
 * rounded boxes, as signed distances. Formulas after Inigo Quilez, "distance functions".
 */
import type { Bounds } from './solid.js';
import type { Frame, Vec } from './vector.js';
import { vec } from './vector.js';

export type PrimKind = 'cone' | 'ellipsoid' | 'blade' | 'lid' | 'box';

const KIND: Record<PrimKind, number> = { cone: 0, ellipsoid: 1, blade: 2, lid: 3, box: 4 };

/** One brick. Plain number fields keep the inner loop monomorphic. */
export class Prim {
  readonly kind: number;
  readonly ox: number;
  readonly oy: number;
  readonly oz: number;
  readonly xx: number;
  readonly xy: number;
  readonly xz: number;
  readonly yx: number;
  readonly yy: number;
  readonly yz: number;
  readonly zx: number;
  readonly zy: number;
  readonly zz: number;
  /**
   * All the inner loop needs, unboxed: origin, axes x y z, a b c e bend, cosine and sine of the
   * cone's slope, inverse half extents, bounding ball (centre, radius), blend.
   */
  readonly m: Float64Array;

  /**
   * @param a cone and blade: length along local y; ellipsoid and box: half extent x; lid: radius
   * @param b cone and blade: radius at the origin; ellipsoid and box: half extent y; lid: cut height
   * @param c cone and blade: radius at the far end; ellipsoid and box: half extent z
   * @param e blade: thickness of local z as a fraction; box: rounding radius
   * @param bend blade: curls local z by bend * x²
   * @param blend smooth-union radius with what came before, metres
   */
  constructor(
    kind: PrimKind,
    readonly frame: Frame,
    readonly a: number,
    readonly b: number,
    readonly c: number,
    readonly e: number,
    readonly bend: number,
    readonly blend: number,
    readonly part: number,
    readonly material: number,
  ) {
    this.kind = KIND[kind];
    this.ox = frame.o.x;
    this.oy = frame.o.y;
    this.oz = frame.o.z;
    this.xx = frame.x.x;
    this.xy = frame.x.y;
    this.xz = frame.x.z;
    this.yx = frame.y.x;
    this.yy = frame.y.y;
    this.yz = frame.y.z;
    this.zx = frame.z.x;
    this.zy = frame.z.y;
    this.zz = frame.z.z;
    const long = this.kind === 0 || this.kind === 2;
    const slope = long ? Math.max(-0.98, Math.min(0.98, (b - c) / Math.max(a, 1e-6))) : 0;
    const mid = this.center();
    this.m = Float64Array.of(
      ...[frame.o, frame.x, frame.y, frame.z].flatMap((v) => [v.x, v.y, v.z]),
      ...[a, b, c, e, bend, Math.sqrt(1 - slope * slope), slope, 1 / a, 1 / b, 1 / c],
      ...[mid.x, mid.y, mid.z, this.reach(), blend],
    );
  }

  /** Radius of a ball round `center()` that holds the brick, metres. */
  reach(): number {
    if (this.kind === 0 || this.kind === 2) return this.a / 2 + Math.max(this.b, this.c);
    if (this.kind === 1) return Math.max(this.a, this.b, this.c);
    if (this.kind === 3) return this.a;
    return Math.sqrt(this.a * this.a + this.b * this.b + this.c * this.c) + this.e;
  }

  center(): Vec {
    const half = this.kind === 0 || this.kind === 2 ? this.a / 2 : 0;
    return vec(this.ox + this.yx * half, this.oy + this.yy * half, this.oz + this.yz * half);
  }

  distance(px: number, py: number, pz: number): number {
    const m = this.m;
    const dx = px - m[0]!;
    const dy = py - m[1]!;
    const dz = pz - m[2]!;
    const y = dx * m[6]! + dy * m[7]! + dz * m[8]!;
    const kind = this.kind;
    if (kind === 0) {
      const radial2 = dx * dx + dy * dy + dz * dz - y * y;
      const q = radial2 > 0 ? Math.sqrt(radial2) : 0;
      const ca = m[17]!;
      const k = ca * y - m[18]! * q;
      if (k < 0) return Math.sqrt(q * q + y * y) - m[13]!;
      if (k > ca * m[12]!) {
        const over = y - m[12]!;
        return Math.sqrt(q * q + over * over) - m[14]!;
      }
      return q * ca + y * m[18]! - m[13]!;
    }
    const x = dx * m[3]! + dy * m[4]! + dz * m[5]!;
    const z = dx * m[9]! + dy * m[10]! + dz * m[11]!;
    if (kind === 1) {
      const ex = x * m[19]!;
      const ey = y * m[20]!;
      const ez = z * m[21]!;
      const k0 = Math.sqrt(ex * ex + ey * ey + ez * ez);
      const gx = ex * m[19]!;
      const gy = ey * m[20]!;
      const gz = ez * m[21]!;
      const k1 = Math.sqrt(gx * gx + gy * gy + gz * gz);
      return k1 < 1e-9 ? -Math.min(m[12]!, m[13]!, m[14]!) : (k0 * (k0 - 1)) / k1;
    }
    if (kind === 2) {
      // A round cone squeezed along z; the distance is corrected by the gradient's length.
      const e = m[15]!;
      const bend = m[16]!;
      const w = (z - bend * x * x) / e;
      const q = Math.sqrt(x * x + w * w);
      const ca = m[17]!;
      const cb = m[18]!;
      const k = ca * y - cb * q;
      let d: number;
      let ny: number;
      let nq: number;
      if (k < 0) {
        const l = Math.sqrt(q * q + y * y) + 1e-9;
        d = l - m[13]!;
        ny = y / l;
        nq = q / l;
      } else if (k > ca * m[12]!) {
        const over = y - m[12]!;
        const l = Math.sqrt(q * q + over * over) + 1e-9;
        d = l - m[14]!;
        ny = over / l;
        nq = q / l;
      } else {
        d = q * ca + y * cb - m[13]!;
        ny = cb;
        nq = ca;
      }
      const inv = q > 1e-9 ? nq / q : 0;
      const gz = (w * inv) / e;
      const gx = x * inv - 2 * bend * x * gz;
      return d / Math.sqrt(gx * gx + ny * ny + gz * gz + 1e-6);
    }
    if (kind === 3) {
      const ball = Math.sqrt(x * x + y * y + z * z) - m[12]!;
      const cut = m[13]! - y;
      return ball > cut ? ball : cut;
    }
    const bx = Math.abs(x) - m[12]!;
    const by = Math.abs(y) - m[13]!;
    const bz = Math.abs(z) - m[14]!;
    const mx = bx > 0 ? bx : 0;
    const my = by > 0 ? by : 0;
    const mz = bz > 0 ? bz : 0;
    const inside = Math.min(Math.max(bx, by, bz), 0);
    return Math.sqrt(mx * mx + my * my + mz * mz) + inside - m[15]!;
  }
}

/** Axis-aligned box round all bricks, widened by `margin` metres. */
export function boundsOf(prims: readonly Prim[], margin: number): Bounds {
  let minX = Infinity;
  let minY = Infinity;
  let minZ = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let maxZ = -Infinity;
  for (const p of prims) {
    const c = p.center();
    const r = p.reach() + margin;
    minX = Math.min(minX, c.x - r);
    minY = Math.min(minY, c.y - r);
    minZ = Math.min(minZ, c.z - r);
    maxX = Math.max(maxX, c.x + r);
    maxY = Math.max(maxY, c.y + r);
    maxZ = Math.max(maxZ, c.z + r);
  }
  return { min: vec(minX, minY, minZ), max: vec(maxX, maxY, maxZ) };
}

/** Bricks of a cell and the distance at its centre, metres; far cells hold no bricks. */
interface Cell {
  readonly prims: readonly Prim[];
  readonly center: number;
}

/** Smooth union (quadratic blend) of bricks in their order; a brick whose ball is too far to matter is skipped. */
export function union(prims: readonly Prim[], x: number, y: number, z: number): number {
  let d = 1e3;
  for (let i = 0; i < prims.length; i += 1) {
    const p = prims[i]!;
    const m = p.m;
    const dx = x - m[22]!;
    const dy = y - m[23]!;
    const dz = z - m[24]!;
    const k = m[26]!;
    const far = d + k + m[25]!;
    if (far > 0 && dx * dx + dy * dy + dz * dz > far * far) continue;
    const v = p.distance(x, y, z);
    const h = k - Math.abs(d - v);
    if (v < d) d = v;
    if (h > 0 && k > 0) d -= (h * h) / (4 * k);
  }
  return d;
}

/**
 * The bricks that can matter within `half` metres of a point: a brick farther than the nearest one
 * by more than the cell's width and the largest blend still to come can't.
 */
function sift(
  prims: readonly Prim[],
  x: number,
  y: number,
  z: number,
  half: number,
): { near: Prim[]; nearest: number } {
  const ds = new Float64Array(prims.length);
  let nearest = Infinity;
  for (let i = 0; i < prims.length; i += 1) {
    const d = prims[i]!.distance(x, y, z);
    ds[i] = d;
    if (d < nearest) nearest = d;
  }
  const near: Prim[] = [];
  let blend = 0;
  for (let i = prims.length - 1; i >= 0; i -= 1) {
    const p = prims[i]!;
    const d = ds[i]!;
    const limit = nearest + 2.1 * half;
    if (d <= limit + Math.max(blend, p.blend)) {
      near.push(p);
      if (p.blend > blend) blend = p.blend;
    }
  }
  near.reverse();
  return { near, nearest };
}

/** Cells along each side of a block. */
const BLOCK = 4;
const FAR_FACTOR = 3;

/**
 * A smooth union of many bricks made fast: a grid of cells, each with the few bricks that can
 * matter inside it, so the value is exact near the surface and a lower bound far from it.
 */
export class PrimField {
  /** The grid's box: `margin` wider than the bricks. */
  readonly grid: Bounds;
  private readonly cells: (Cell | undefined)[];
  private readonly nx: number;
  private readonly ny: number;
  private readonly nz: number;
  private readonly half: number;

  constructor(
    readonly prims: readonly Prim[],
    private readonly size: number,
    margin: number,
  ) {
    this.grid = boundsOf(prims, margin);
    const { min, max } = this.grid;
    const count = (a: number, b: number): number => Math.ceil((b - a) / size / BLOCK) * BLOCK;
    this.nx = count(min.x, max.x);
    this.ny = count(min.y, max.y);
    this.nz = count(min.z, max.z);
    this.half = (size * Math.sqrt(3)) / 2;
    this.cells = new Array<Cell | undefined>(this.nx * this.ny * this.nz);
    for (let k = 0; k < this.nz; k += BLOCK) {
      for (let j = 0; j < this.ny; j += BLOCK) {
        for (let i = 0; i < this.nx; i += BLOCK) this.fillBlock(i, j, k);
      }
    }
  }

  private fillBlock(i0: number, j0: number, k0: number): void {
    const { min } = this.grid;
    const size = this.size;
    const middle = BLOCK / 2;
    const x0 = min.x + (i0 + middle) * size;
    const y0 = min.y + (j0 + middle) * size;
    const z0 = min.z + (k0 + middle) * size;
    const block = sift(this.prims, x0, y0, z0, this.half * BLOCK);
    for (let k = k0; k < k0 + BLOCK; k += 1) {
      for (let j = j0; j < j0 + BLOCK; j += 1) {
        for (let i = i0; i < i0 + BLOCK; i += 1) {
          const x = min.x + (i + 0.5) * size;
          const y = min.y + (j + 0.5) * size;
          const z = min.z + (k + 0.5) * size;
          const center = union(block.near, x, y, z);
          const prims =
            center > FAR_FACTOR * this.half ? [] : sift(block.near, x, y, z, this.half).near;
          this.cells[(k * this.ny + j) * this.nx + i] = { prims, center };
        }
      }
    }
  }

  /** Bricks that matter at a point near the surface. */
  near(x: number, y: number, z: number): readonly Prim[] {
    return this.cell(x, y, z)?.prims ?? this.prims;
  }

  /** Distance to the union, metres: exact near it, a lower bound elsewhere. */
  distance(x: number, y: number, z: number): number {
    const cell = this.cell(x, y, z);
    if (cell === undefined) return 0.2;
    if (cell.center > FAR_FACTOR * this.half) return cell.center - this.half;
    return union(cell.prims, x, y, z);
  }

  private cell(x: number, y: number, z: number): Cell | undefined {
    const { min } = this.grid;
    const i = Math.floor((x - min.x) / this.size);
    const j = Math.floor((y - min.y) / this.size);
    const k = Math.floor((z - min.z) / this.size);
    if (i < 0 || j < 0 || k < 0 || i >= this.nx || j >= this.ny || k >= this.nz) return undefined;
    return this.cells[(k * this.ny + j) * this.nx + i];
  }
}
