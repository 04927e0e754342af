/** The branches side by side: figures of each, paired differences, and whether the keypoint stage helps. */
import type { OtherViews, SeenDog } from '../otherViews';
import type { PhotoRecord } from '../results/schema';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix, Result, StageChoice } from '../types';
import { DRAWS, SEED } from './bootstrap';
import {
  BRANCH_VIEWS,
  compareBranches,
  type BranchEmbeddings,
  type BranchReport,
  type BranchView,
} from './branches';
import type { CompareOptions } from './compare';
import {
  identificationFigures,
  verificationFigures,
  type IdentificationFigures,
  type VerificationFigures,
} from './figures';
import { replicate } from './replicates';
import { runStatistics } from './statistics';

/** What was embedded of one photo beside its run. */
export interface PhotoViews extends OtherViews {
  readonly path: string;
  /** Why it could not be embedded, or null. */
  readonly failure: string | null;
}

export interface BranchRun {
  readonly stages: StageChoice;
  readonly photos: readonly PhotoRecord[];
  readonly matrix: EmbeddingMatrix;
}

/** The dog of a photo that carries its name. */
export const seenDog = ({ dogs }: PhotoRecord): SeenDog | null => dogs[0] ?? null;

/** What came of embedding a photo in the other views. */
export function photoViews(path: string, done: Result<OtherViews>): PhotoViews {
  return done.ok
    ? { path, ...done.value, failure: null }
    : { path, body: null, photo: null, failure: done.error.message };
}

/** One way of embedding, on all photos that could be embedded this way. */
export interface ViewFigures {
  readonly photos: number;
  readonly dogs: number;
  readonly queries: number;
  readonly identification: IdentificationFigures;
  readonly verification: VerificationFigures;
}

/** `branches` of metrics.json. */
export interface FullBranchReport extends BranchReport {
  /** A view without a photo is not there. */
  readonly views: Readonly<Partial<Record<BranchView, ViewFigures>>>;
  /** Photos that could not be embedded another time. */
  readonly failed: readonly { readonly path: string; readonly message: string }[];
}

/** Bootstraps that one report makes at most: each view, and both sides of each comparison. */
const PASSES = BRANCH_VIEWS.length + 2 * 3;

/** @param views of every photo that could be tried; each photo at most once. */
export function reportBranches(
  run: BranchRun,
  views: readonly PhotoViews[],
  { draws = DRAWS, seed = SEED, intervals = true, onProgress }: BranchOptions = {},
): FullBranchReport {
  const branches = branchEmbeddings(run, views);
  let pass = 0;
  const total = PASSES * draws;
  const step = (done: number): void => onProgress?.(pass * draws + done, total);
  const figures: Partial<Record<BranchView, ViewFigures>> = {};
  for (const view of BRANCH_VIEWS) {
    const side = branches[view];
    if (side) {
      const statistics = runStatistics(side.matrix, side.rows, similarityMatrix(side.matrix));
      const { labels, queries } = statistics;
      const drawn =
        intervals && labels.dogs.length >= 2
          ? replicate(statistics, { draws, seed, onProgress: step })
          : null;
      figures[view] = {
        photos: labels.labelled.length,
        dogs: labels.dogs.length,
        queries: queries.length,
        identification: identificationFigures(statistics, drawn),
        verification: verificationFigures(statistics, drawn),
      };
    }
    pass++;
  }
  const report = compareBranches(branches, {
    draws: intervals ? draws : 0,
    seed,
    onProgress: (done, of) => {
      step(done);
      if (done === of) pass += 2;
    },
  });
  return {
    ...report,
    ...unanswerable(run),
    views: figures,
    failed: views.flatMap(({ path, failure }) =>
      failure === null ? [] : [{ path, message: failure }],
    ),
  };
}

export interface BranchOptions extends CompareOptions {
  readonly intervals?: boolean;
}

/** The run's own vectors and those of the other views, sorted by what the embedder was shown. */
export function branchEmbeddings(
  { photos, matrix }: BranchRun,
  views: readonly PhotoViews[],
): Partial<Record<BranchView, BranchEmbeddings>> {
  const other = new Map(views.map((one) => [one.path, one]));
  const found = new Map<BranchView, { rows: Row[]; vectors: Float32Array[] }>();
  for (const { path, identity, dogs } of photos) {
    const dog = dogs[0];
    const own = dog && matrix.data.subarray(dog.row * matrix.dim, (dog.row + 1) * matrix.dim);
    const add = (view: BranchView, vector: Float32Array | null | undefined): void => {
      if (!vector) return;
      const side = found.get(view) ?? { rows: [], vectors: [] };
      side.rows.push({ path, identity: dog ? dog.identity : identity });
      side.vectors.push(vector);
      found.set(view, side);
    };
    const extra = other.get(path);
    add('pipeline', own);
    add('face', dog?.branch === 'face' ? own : null);
    add('body', dog?.branch === 'body' ? own : extra?.body);
    add('photo', dog?.branch === 'photo' ? own : extra?.photo);
  }
  return Object.fromEntries(
    Array.from(found, ([view, { rows, vectors }]) => [
      view,
      { rows, matrix: stacked(vectors, matrix.dim) },
    ]),
  );
}

function stacked(vectors: readonly Float32Array[], dim: number): EmbeddingMatrix {
  const size = dim > 0 ? dim : (vectors[0]?.length ?? 0);
  const data = new Float32Array(vectors.length * size);
  vectors.forEach((vector, row) => {
    if (vector.length !== size) {
      throw new RangeError(`vectors of ${vector.length} and ${size} values cannot be compared`);
    }
    data.set(vector, row * size);
  });
  return { rows: vectors.length, dim: size, data };
}

/** A run without face chips cannot tell what they are worth. */
function unanswerable({
  stages,
  photos,
}: BranchRun): Pick<BranchReport, 'verdict' | 'sentence'> | object {
  const unknown = (why: string): Pick<BranchReport, 'verdict' | 'sentence'> => ({
    verdict: 'unknown',
    sentence: `Whether the keypoint stage helps cannot be said: ${why}`,
  });
  if (stages !== 'detect,keypoints,embed') return unknown('this run left it out.');
  return photos.some(({ dogs }) => dogs[0]?.branch === 'face')
    ? {}
    : unknown('no photo of this run has a face chip.');
}
