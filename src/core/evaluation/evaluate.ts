/** Every figure of metrics.json from one run. */
import { METRICS_SCHEMA, type Figure, type Metrics } from '../results/schema';
import { assertFinite } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { DRAWS, SEED, type Resampling } from './bootstrap';
import { burstPairs, type BurstPairs } from './bursts';
import { chanceFigures, type ChanceFigures } from './chance';
import { DOG_BIN_EDGES } from './dogPairs';
import { endToEnd, endToEndFigure } from './endToEnd';
import { refused } from './figure';
import {
  identificationFigures,
  verificationFigures,
  type IdentificationFigures,
  type VerificationFigures,
} from './figures';
import type { Split } from './identities';
import { openSetFigures, type OpenSetFigures } from './openSet';
import type { PhotoOutcome } from './outcomes';
import { perDogFigures, type DogFigures } from './perDog';
import { replicate, type Replicates } from './replicates';
import { rocPoints, type RocPoint } from './roc';
import { runStatistics, withoutBursts, type RunStatistics } from './statistics';
import { DEFAULT_RULES, suggestThresholds, type ThresholdSuggestion } from './suggestions';
import {
  histogram,
  thresholdTable,
  type Histogram,
  type ThresholdRule,
  type ThresholdTable,
} from './thresholds';

/** Up to this many photos intervals are computed unasked. */
export const INTERVALS_UP_TO = 5000;
/** With fewer dogs than this the note of the metrics says what they are. */
export const BENCHMARK_DOGS = 5;

export interface EvaluateOptions {
  /** `auto` (the default): up to INTERVALS_UP_TO photos. */
  readonly intervals?: 'auto' | boolean;
  readonly draws?: number;
  readonly seed?: number;
  readonly rules?: readonly ThresholdRule[];
}

export interface EvaluateRequest {
  readonly matrix: EmbeddingMatrix;
  /** One per row of `matrix`. */
  readonly rows: readonly Row[];
  readonly counts: {
    readonly photos: number;
    readonly embedded: number;
    readonly noDog: number;
    readonly failed: number;
  };
  /** The similarity matrix of `matrix`, when it is already there. */
  readonly similarity?: SimilarityMatrix | undefined;
  /** Every photo of the run: needed for end-to-end figures, losses per dog and bursts. */
  readonly photos?: readonly PhotoOutcome[] | undefined;
  /** Colour histograms of the same chips, row by row (`colourHistogram`), for the baseline. */
  readonly colours?: EmbeddingMatrix | undefined;
  /** Split of each row, when the protocol has a gallery of its own (`identities.ts`, `openSetSplit`). */
  readonly splits?: readonly (Split | null)[] | undefined;
  readonly options?: EvaluateOptions | undefined;
  /** `done` of `total` steps of the whole evaluation. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** metrics.json with everything that later keys add. */
export interface FullMetrics extends Metrics {
  counts: Metrics['counts'] & {
    /** Dogs with one embedded photo: no query, but in every gallery. */
    singletons: number;
    /** Embedded rows without a dog's name. */
    unlabelled: number;
  };
  /** What the reader must know before believing any figure, or null. */
  note: string | null;
  intervals:
    | { level: number; draws: number; seed: number; over: 'dogs'; dogs: number }
    | { level: null; reason: string };
  identification: IdentificationFigures & { endToEndRecallAt1: Figure };
  verification: VerificationFigures & { histogram: Histogram; roc: RocPoint[] };
  /** The same figures with bursts and near-duplicates left out of each other's galleries and pairs. */
  withoutBursts:
    | {
        pairs: number;
        causes: BurstPairs['causes'];
        queries: number;
        identification: IdentificationFigures;
        verification: VerificationFigures;
      }
    | { pairs: 0; reason: string };
  baselines: {
    chance: ChanceFigures | null;
    colourHistogram: {
      identification: IdentificationFigures;
      verification: VerificationFigures;
    } | null;
  };
  /** Queries against an enrolled gallery, unknown dogs among them; null without splits. */
  openSet: OpenSetFigures | null;
  thresholds: ThresholdSuggestion[];
  perDog: DogFigures[];
  perDogBinEdges: readonly number[];
}

export interface Evaluation {
  readonly metrics: FullMetrics;
  readonly statistics: RunStatistics;
  /** Exact counts for every position of a threshold slider. */
  readonly table: ThresholdTable;
}

/**
 * Identification, verification and their counts. A figure that may not be given carries its reason.
 * @throws RangeError when `rows` and `matrix` do not fit or an embedding is not finite.
 */
export function evaluate(request: EvaluateRequest): FullMetrics {
  return evaluateRun(request).metrics;
}

/** As `evaluate`, with what the figures were made of. */
export function evaluateRun(request: EvaluateRequest): Evaluation {
  const { matrix, rows, counts, photos, options = {} } = request;
  assertFinite(matrix);
  const similarity = request.similarity ?? similarityMatrix(matrix);
  const run = runStatistics(matrix, rows, similarity);
  const { labels } = run;
  const wanted =
    options.intervals === undefined || options.intervals === 'auto'
      ? Math.max(counts.photos, rows.length) <= INTERVALS_UP_TO
      : options.intervals;
  const resampling: Resampling = { draws: options.draws ?? DRAWS, seed: options.seed ?? SEED };
  const rules = options.rules ?? DEFAULT_RULES;
  const bursts = photos ? burstsOf(rows, photos) : null;
  const drawing = wanted && labels.dogs.length >= 2;
  const passes = drawing ? 1 + (bursts && bursts.pairs.length > 0 ? 1 : 0) : 0;
  const total = 1 + passes * resampling.draws;
  let finished = 1;
  request.onProgress?.(finished, total);
  const draw = (statistics: RunStatistics): Replicates | null => {
    if (!drawing) return null;
    const from = finished;
    const result = replicate(statistics, {
      ...resampling,
      rules,
      onProgress: (done) => request.onProgress?.(from + done, total),
    });
    finished = from + resampling.draws;
    return result;
  };
  const draws = draw(run);
  const table = thresholdTable(run.pairs);
  const metrics: FullMetrics = {
    schema: METRICS_SCHEMA,
    counts: {
      ...counts,
      dogs: labels.dogs.length,
      queries: run.queries.length,
      singletons: labels.rowsOf.filter(({ length }) => length === 1).length,
      unlabelled: rows.length - labels.labelled.length,
    },
    note:
      labels.dogs.length > 0 && labels.dogs.length < BENCHMARK_DOGS
        ? `Fewer than ${BENCHMARK_DOGS} dogs: an anecdote, not a benchmark.`
        : null,
    intervals: drawing
      ? { level: 0.95, ...resampling, over: 'dogs', dogs: labels.dogs.length }
      : {
          level: null,
          reason: wanted
            ? 'An interval over dogs needs at least two dogs.'
            : 'Intervals were not computed for this run.',
        },
    identification: {
      ...identificationFigures(run, draws),
      // Without the photos the lost ones could not be counted, and the figure would flatter.
      endToEndRecallAt1: photos
        ? endToEndFigure(endToEnd(run, rows, photos), wanted ? resampling : null)
        : refused(unknownPhotos),
    },
    verification: {
      ...verificationFigures(run, draws),
      histogram: histogram(table),
      roc: rocPoints(run.pairs),
    },
    withoutBursts: burstFigures(run, rows, bursts, draw),
    baselines: {
      chance: chanceFigures(run.queries, labels.labelled.length - 1),
      colourHistogram: colourFigures(request),
    },
    openSet: request.splits ? openSetFigures(matrix, rows, request.splits) : null,
    thresholds: suggestThresholds(table, rules, draws?.thresholds ?? null),
    perDog: perDogFigures(run, photos),
    perDogBinEdges: DOG_BIN_EDGES,
  };
  return { metrics, statistics: run, table };
}

/** The burst pairs among rows; rows of one photo are different dogs and never a pair. */
export function burstsOf(rows: readonly Row[], photos: readonly PhotoOutcome[]): BurstPairs {
  const byPath = new Map(photos.map((photo) => [photo.path, photo]));
  return burstPairs(
    rows.map(({ path }) => byPath.get(path) ?? {}),
    (i, j) => rows[i]!.path === rows[j]!.path,
  );
}

function burstFigures(
  run: RunStatistics,
  rows: readonly Row[],
  bursts: BurstPairs | null,
  draw: (statistics: RunStatistics) => Replicates | null,
): FullMetrics['withoutBursts'] {
  if (!bursts) return { pairs: 0, reason: unknownPhotos };
  if (bursts.pairs.length === 0) {
    return { pairs: 0, reason: 'No two photos are bursts or near-duplicates of each other.' };
  }
  const rest = withoutBursts(run, rows, bursts);
  const draws = draw(rest);
  return {
    pairs: bursts.pairs.length,
    causes: bursts.causes,
    queries: rest.queries.length,
    identification: identificationFigures(rest, draws),
    verification: verificationFigures(rest, draws),
  };
}

function colourFigures({
  colours,
  rows,
}: EvaluateRequest): FullMetrics['baselines']['colourHistogram'] {
  if (!colours) return null;
  assertFinite(colours);
  const run = runStatistics(colours, rows, similarityMatrix(colours));
  return {
    identification: identificationFigures(run, null),
    verification: verificationFigures(run, null),
  };
}

const unknownPhotos = 'The photos behind the rows are not known.';
