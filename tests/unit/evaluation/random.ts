/** Small deterministic data sets for the tests of retrieval and evaluation. */
import type { Row } from '../../../src/core/retrieval/rows';
import type { EmbeddingMatrix } from '../../../src/core/types';

/** Mulberry32: uniform in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal (Box-Muller). */
export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export interface Folder {
  readonly matrix: EmbeddingMatrix;
  readonly rows: Row[];
}

/** Unit vectors around one centre per dog; `sizes[d]` photos of dog d, `spread` their noise. */
export function folderOf(
  seed: number,
  sizes: readonly number[],
  { dim = 16, spread = 0.6, unlabelled = 0 } = {},
): Folder {
  const next = uniform(seed);
  const vectors: number[][] = [];
  const rows: Row[] = [];
  sizes.forEach((size, d) => {
    const centre = unit(Array.from({ length: dim }, () => normal(next)));
    for (let p = 0; p < size; p++) {
      vectors.push(unit(centre.map((x) => x + (spread * normal(next)) / Math.sqrt(dim))));
      const identity = `dog-${String(d).padStart(3, '0')}`;
      rows.push({ path: `${identity}/${String(p).padStart(3, '0')}.jpg`, identity });
    }
  });
  for (let u = 0; u < unlabelled; u++) {
    vectors.push(unit(Array.from({ length: dim }, () => normal(next))));
    rows.push({ path: `loose-${u}.jpg`, identity: null });
  }
  return { matrix: matrixOf(vectors), rows };
}

export function matrixOf(vectors: readonly (readonly number[])[]): EmbeddingMatrix {
  const dim = vectors[0]?.length ?? 0;
  return { rows: vectors.length, dim, data: Float32Array.from(vectors.flat()) };
}

export function unit(vector: readonly number[]): number[] {
  const norm = Math.hypot(...vector);
  return vector.map((x) => x / norm);
}
