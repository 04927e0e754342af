/** Runs of the headless command, and how far two runs lie apart. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { SavedRun } from '../../src/core/evaluation/savedRun';
import { readNpy } from '../../src/core/results/npy';
import { resultsSchema, type DogRecord, type Results } from '../../src/core/results/schema';

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
