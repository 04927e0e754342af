/** Every figure of metrics.json from one run. */
import { METRICS_SCHEMA, type Figure, type Metrics } from '../results/schema';
import { assertFinite } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix, SimilarityMatrix, Split } from '../types';
import { DRAWS, SEED, type Resampling } from './bootstrap';
import { colourBaselines, type Baselines, type ColourBaselines } from './baselines';
import { burstPairs, type BurstPairs } from './bursts';
import { chanceFigures } from './chance';
import { DOG_BIN_EDGES } from './dogPairs';
import { endToEnd, endToEndFigure, type EndToEnd } from './endToEnd';
import { anecdote, refused } from './figure';
import {
  identificationFigures,
  verificationFigures,
  type IdentificationFigures,
  type VerificationFigures,
} from './figures';
import { openSetFigures, withoutSeen, type OpenSetFigures } from './openSet';
import type { PhotoOutcome } from './outcomes';
import { perDogFigures, type DogFigures } from './perDog';
import { contributing, replicate, type Replicates } from './replicates';
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
  /** Dogs the embedder has seen in training: the rest gets figures of its own. */
  readonly seen?: ReadonlySet<string> | undefined;
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
        baselines: Baselines;
      }
    | { pairs: 0; reason: string };
  baselines: Baselines & {
    /** The same floors for end-to-end Recall@1; null where it is not given. */
    endToEndRecallAt1: { chance: number | null; colourHistogram: number | null };
  };
  /** Figures of the dogs that were not seen in training, the others' names taken off; null where none is marked. */
  unseen:
    | (FigureSet & {
        /** Dogs with an embedded photo: marked as seen, and the rest. */
        seenDogs: number;
        dogs: number;
        queries: number;
      })
    | null;
  /** Queries against an enrolled gallery, unknown dogs among them; null without splits. */
  openSet: OpenSetFigures | null;
  thresholds: ThresholdSuggestion[];
  perDog: DogFigures[];
  perDogBinEdges: readonly number[];
}

/** One set of queries and pairs with the figures of it and the floors beside them. */
export interface FigureSet {
  identification: IdentificationFigures;
  verification: VerificationFigures;
  baselines: Baselines;
}

export interface Evaluation {
  readonly metrics: FullMetrics;
  readonly statistics: RunStatistics;
  /** Exact counts for every position of a threshold slider. */
  readonly table: ThresholdTable;
  /** Null where the photos are not known. */
  readonly bursts: BurstPairs | null;
}

/** Steps beside the draws: pairs and bursts; colours; everything else. */
const STEPS = 3;

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
  const { genuine, impostor } = contributing(run);
  const drawing = wanted && (genuine || impostor);
  const seen = new Set(labels.dogs.filter((dog) => request.seen?.has(dog)));
  const passes = drawing
    ? 1 + (bursts && bursts.pairs.length > 0 ? 1 : 0) + (seen.size > 0 ? 1 : 0)
    : 0;
  const total = STEPS + passes * resampling.draws;
  let finished = 0;
  const step = (steps = 1): void => {
    finished += steps;
    request.onProgress?.(finished, total);
  };
  step();
  const draw = (statistics: RunStatistics): Replicates | null => {
    if (!drawing) return null;
    const from = finished;
    const result =
      statistics.labels.dogs.length < 2
        ? null
        : replicate(statistics, {
            ...resampling,
            rules,
            onProgress: (done) => {
              if (done < resampling.draws) request.onProgress?.(from + done, total);
            },
          });
    step(resampling.draws);
    return result;
  };
  const draws = draw(run);
  const table = thresholdTable(run.pairs);
  const colours = colourBaselines(request);
  step();
  const ends = photos ? endToEnd(run, rows, photos) : null;
  const floors = baselinesOf(run, colours?.all ?? null);
  const metrics: FullMetrics = {
    schema: METRICS_SCHEMA,
    counts: {
      ...counts,
      dogs: labels.dogs.length,
      queries: run.queries.length,
      singletons: labels.rowsOf.filter(({ length }) => length === 1).length,
      unlabelled: rows.length - labels.labelled.length,
    },
    note: anecdote(labels.dogs.length),
    intervals: drawing
      ? { level: 0.95, ...resampling, over: 'dogs', dogs: labels.dogs.length }
      : {
          level: null,
          reason: wanted
            ? 'An interval over dogs needs at least two dogs with two photos.'
            : 'Intervals were not computed for this run.',
        },
    identification: {
      ...identificationFigures(run, draws),
      // Without the photos the lost ones could not be counted, and the figure would flatter.
      endToEndRecallAt1: ends
        ? endToEndFigure(ends, wanted ? resampling : null)
        : refused(unknownPhotos),
    },
    verification: {
      ...verificationFigures(run, draws),
      histogram: histogram(table),
      roc: rocPoints(run.pairs),
    },
    withoutBursts: burstFigures(run, rows, bursts, draw, colours),
    baselines: {
      ...floors,
      endToEndRecallAt1: {
        chance: ends && floors.chance ? chanceEndToEnd(ends, run, floors.chance.recallAt1) : null,
        colourHistogram: photos && colours ? valueOf(endToEnd(colours.all, rows, photos)) : null,
      },
    },
    unseen: seen.size > 0 ? unseenFigures(matrix, rows, similarity, seen, draw, colours) : null,
    openSet: request.splits
      ? openSetFigures(matrix, rows, request.splits, wanted ? resampling : null)
      : null,
    thresholds: suggestThresholds(table, rules, draws?.thresholds ?? null),
    perDog: perDogFigures(run, photos),
    perDogBinEdges: DOG_BIN_EDGES,
  };
  step();
  return { metrics, statistics: run, table, bursts };
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
  colours: ColourBaselines | null,
): FullMetrics['withoutBursts'] {
  if (!bursts) return { pairs: 0, reason: unknownPhotos };
  if (bursts.pairs.length === 0) {
    return { pairs: 0, reason: 'No two photos are bursts or near-duplicates of each other.' };
  }
  const rest = withoutBursts(run, rows, bursts);
  return {
    pairs: bursts.pairs.length,
    causes: bursts.causes,
    queries: rest.queries.length,
    ...figuresOf(rest, draw(rest), {
      chance: chanceFigures(rest.queries, labelledWithout(run, bursts)),
      colourHistogram: baselinesOf(rest, colours?.withoutBursts(bursts) ?? null).colourHistogram,
    }),
  };
}

/** Rows in the gallery of a query when its bursts are left out. Only labelled rows are in galleries. */
function labelledWithout({ labels }: RunStatistics, bursts: BurstPairs): (row: number) => number {
  const away = new Map<number, number>();
  for (const [i, j] of bursts.pairs) {
    if (labels.dogOf[j]! >= 0) away.set(i, (away.get(i) ?? 0) + 1);
    if (labels.dogOf[i]! >= 0) away.set(j, (away.get(j) ?? 0) + 1);
  }
  return (row) => labels.labelled.length - 1 - (away.get(row) ?? 0);
}

function unseenFigures(
  matrix: EmbeddingMatrix,
  rows: readonly Row[],
  similarity: SimilarityMatrix,
  seen: ReadonlySet<string>,
  draw: (statistics: RunStatistics) => Replicates | null,
  colours: ColourBaselines | null,
): FullMetrics['unseen'] {
  const rest = withoutSeen(rows, seen);
  const run = runStatistics(matrix, rest, similarity);
  return {
    seenDogs: seen.size,
    dogs: run.labels.dogs.length,
    queries: run.queries.length,
    ...figuresOf(run, draw(run), baselinesOf(run, colours?.forRows(rest) ?? null)),
  };
}

const figuresOf = (
  run: RunStatistics,
  draws: Replicates | null,
  baselines: Baselines,
): FigureSet => ({
  identification: identificationFigures(run, draws),
  verification: verificationFigures(run, draws),
  baselines,
});

const baselinesOf = (run: RunStatistics, colours: RunStatistics | null): Baselines => ({
  chance: chanceFigures(run.queries, run.labels.labelled.length - 1),
  colourHistogram: colours
    ? {
        identification: identificationFigures(colours, null),
        verification: verificationFigures(colours, null),
      }
    : null,
});

/** What galleries in random order would score end to end: photos that the pipeline lost are misses there, too. */
function chanceEndToEnd(ends: EndToEnd, run: RunStatistics, recallAt1: number): number | null {
  const asked = ends.queries.reduce((sum, n) => sum + n, 0);
  return asked === 0 ? null : (recallAt1 * run.queries.length) / asked;
}

function valueOf(ends: EndToEnd): number | null {
  return endToEndFigure(ends, null).value;
}

const unknownPhotos = 'The photos behind the rows are not known.';
