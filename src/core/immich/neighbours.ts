/**
 * Who is near whom. Distance = 1 - similarity in float64; the face itself is at distance 0 and comes first, as the
 * database finds it. Ties: the lower row. Lists are short; what lies beyond them is looked up when it is needed.
 */
import { dot } from '../retrieval/dots';
import type { Faces } from './faces';

/** Neighbours kept per face. */
const KEPT = 64;
/** Float32 similarities are off by less than this; nearer to a limit the float64 product decides. */
const SINGLE_ERROR = 1e-6;

export interface NearList {
  /** The face itself, then its nearest faces, at most KEPT. */
  readonly rows: Int32Array;
  readonly distances: Float64Array;
}

export class Neighbours {
  private readonly lists: (NearList | undefined)[];

  constructor(private readonly faces: Faces) {
    this.lists = Array.from({ length: faces.matrix.rows });
  }

  get size(): number {
    return this.faces.matrix.rows;
  }

  /** The nearest faces of a face. */
  nearest(row: number): NearList {
    const known = this.lists[row];
    if (known) return known;
    const { matrix, similarity } = this.faces;
    const { n, data } = similarity;
    const line = data.subarray(row * n, row * n + n);
    const near: { other: number; distance: number }[] = [];
    const least = n > KEPT ? line.slice().sort()[n - KEPT - 1]! : -Infinity;
    for (let other = 0; other < n; other++) {
      if (other !== row && line[other]! >= least) {
        near.push({ other, distance: 1 - dot(matrix, row, other) });
      }
    }
    near.sort((a, b) => a.distance - b.distance || a.other - b.other);
    near.length = Math.min(near.length, KEPT);
    const list: NearList = {
      rows: Int32Array.from([row, ...near.map(({ other }) => other)]),
      distances: Float64Array.from([0, ...near.map(({ distance }) => distance)]),
    };
    this.lists[row] = list;
    return list;
  }

  /** The nearest other face that satisfies `wanted`, within `maxDistance`, or -1. */
  nearestWhere(row: number, maxDistance: number, wanted: (other: number) => boolean): number {
    const { rows, distances } = this.nearest(row);
    for (let m = 1; m < rows.length; m++) {
      if (distances[m]! > maxDistance) return -1;
      if (wanted(rows[m]!)) return rows[m]!;
    }
    if (rows.length === this.size) return -1;
    let best = -1;
    let bestDistance = Infinity;
    this.visitReach(row, maxDistance, (other) => {
      if (!wanted(other)) return;
      const distance = 1 - dot(this.faces.matrix, row, other);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = other;
      }
    });
    return best;
  }

  /** Calls `visit` for every other face within `maxDistance`, rows ascending. */
  visitReach(row: number, maxDistance: number, visit: (other: number) => void): void {
    const { matrix, similarity } = this.faces;
    const { n, data } = similarity;
    for (let other = 0; other < n; other++) {
      if (other === row) continue;
      const distance = 1 - data[row * n + other]!;
      if (distance > maxDistance + SINGLE_ERROR) continue;
      const within =
        distance < maxDistance - SINGLE_ERROR || 1 - dot(matrix, row, other) <= maxDistance;
      if (within) visit(other);
    }
  }
}
