/** Runs of the headless command, and how far two runs lie apart. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { evaluate } from '../../src/core/evaluation/evaluate';
import type { SavedRun } from '../../src/core/evaluation/savedRun';
import { readNpy } from '../../src/core/results/npy';
import { resultsSchema, type DogRecord, type Results } from '../../src/core/results/schema';
import type { Row } from '../../src/core/retrieval/rows';
import { similarityMatrix } from '../../src/core/retrieval/similarity';
import type { EmbeddingMatrix } from '../../src/core/types';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** px, and cosine from the same JPEG. */
export const BOX_TOLERANCE = 0.01;
export const SAME_COSINE = 0.9999;
/** Where a box edge lies within the tolerance of an integer the crop may differ by a pixel. */
export const NEIGHBOUR_CROP_COSINE = 0.99;

export interface Run {
  readonly results: Results;
  /** rows x dim. */
  readonly vectors: Float32Array;
}

/** Runs a folder as a user does; `out` is where its files go. */
export async function headlessRun(folder: string, out: string, ...flags: string[]): Promise<Run> {
  const script = 'scripts/12_run_full_pipeline.ts';
  const run = spawnSync('npx', ['tsx', script, folder, '--out', out, ...flags], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  const results = resultsSchema.parse(
    JSON.parse(await readFile(join(out, 'results.json'), 'utf8')),
  );
  return { results, vectors: readNpy(await readFile(join(out, 'embeddings.npy'))).data };
}

/** Cosine of a row of one run and a row of the other. */
export function cosine(a: Run, b: Run, rowA: number, rowB: number): number {
  const { dim } = a.results.embeddings;
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += a.vectors[rowA * dim + k]! * b.vectors[rowB * dim + k]!;
  return sum;
}

/** Largest distance of two edges, px. */
export const boxGap = (a: DogRecord, b: DogRecord): number =>
  Math.max(...a.bbox.map((value, i) => Math.abs(value - b.bbox[i]!)));

/** Photos that two runs of one folder took by another branch, or for which they put another photo first. */
export function differingPhotos(a: SavedRun, b: SavedRun): string[] {
  const branches = (run: SavedRun): Map<string, string> =>
    new Map(run.results.photos.map(({ path, dogs }) => [path, dogs[0]?.branch ?? 'none']));
  const first = (run: SavedRun): Map<string, string> =>
    new Map(run.rows.map(({ path }, row) => [path, nearestOf(run, row)]));
  const changes = (what: string, x: Map<string, string>, y: Map<string, string>): string[] =>
    [...new Set([...x.keys(), ...y.keys()])].flatMap((path) => {
      const [before, after] = [x.get(path) ?? 'none', y.get(path) ?? 'none'];
      return before === after ? [] : [`${path}: ${what} ${before} / ${after}`];
    });
  return [...changes('branch', branches(a), branches(b)), ...changes('rank 1', first(a), first(b))];
}

/** The dogs of a run that `keep` takes, and their vectors. */
export function dogsOf(
  { results, vectors }: Run,
  keep: (dog: DogRecord, path: string) => boolean,
): { matrix: EmbeddingMatrix; rows: Row[] } {
  const { dim } = results.embeddings;
  const dogs = results.photos.flatMap(({ path, dogs }) =>
    dogs.filter((dog) => keep(dog, path)).map(({ row, identity }) => ({ path, identity, row })),
  );
  const data = new Float32Array(dogs.length * dim);
  dogs.forEach(({ row }, i) => data.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim));
  return {
    matrix: { rows: dogs.length, dim, data },
    rows: dogs.map(({ path, identity }) => ({ path, identity })),
  };
}

/** Two similarities that lie nearer may be ordered either way: runtimes add up floats in their own order. */
const TIE = 1e-6;

/** What near ties decide in the figures of a run. */
export interface Ties {
  /** Hits and average precision, summed over queries, that another order of near ties may change. */
  readonly recallAt1: number;
  readonly mAP: number;
  /** Each of them by its photos. */
  readonly named: readonly string[];
}

/** The near ties of a run's dogs, or of those that `keep` takes. */
export function nearTies(run: SavedRun, keep: (dog: DogRecord) => boolean = () => true): Ties {
  const { matrix, rows: dogs } = dogsOf({ results: run.results, vectors: run.matrix.data }, keep);
  const similarity = similarityMatrix(matrix);
  const n = dogs.length;
  const genuine = (i: number, j: number): boolean =>
    dogs[i]!.identity !== null && dogs[i]!.identity === dogs[j]!.identity;
  /** The figures when photos of one dog are all more alike by `shift`. */
  const shifted = (shift: number): { recallAt1: number; mAP: number } => {
    const moved = similarity.data.map((value, at) =>
      genuine(Math.floor(at / n), at % n) ? value + shift : value,
    );
    const { identification } = evaluate({
      matrix,
      rows: dogs,
      counts: { photos: n, embedded: n, noDog: 0, failed: 0 },
      similarity: { n, data: moved },
      options: { intervals: false },
    });
    const sum = ({ value, n: queries }: { value: number; n: number }): number => value * queries;
    const { recallAt1, mAP } = identification;
    if (recallAt1.value === null || mAP.value === null) throw new Error('a figure is refused');
    return { recallAt1: sum(recallAt1), mAP: sum(mAP) };
  };
  const [low, high] = [shifted(-TIE), shifted(TIE)];
  const named: string[] = [];
  for (let q = 0; q < n; q++) {
    for (let a = 0; a < n; a++) {
      if (a === q || !genuine(q, a)) continue;
      for (let b = 0; b < n; b++) {
        if (b === q || genuine(q, b)) continue;
        const gap = Math.abs(similarity.data[q * n + a]! - similarity.data[q * n + b]!);
        if (gap < TIE) named.push(`${dogs[q]!.path}: ${dogs[a]!.path} or ${dogs[b]!.path}`);
      }
    }
  }
  return { recallAt1: high.recallAt1 - low.recallAt1, mAP: high.mAP - low.mAP, named };
}

/** The photo most like a row, itself left out; ties by path. */
function nearestOf({ rows, matrix: { dim, data } }: SavedRun, row: number): string {
  let [best, similarity] = ['none', -Infinity];
  rows.forEach(({ path }, other) => {
    if (other === row) return;
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += data[row * dim + k]! * data[other * dim + k]!;
    if (sum > similarity || (sum === similarity && path < best)) {
      [best, similarity] = [path, sum];
    }
  });
  return best;
}
