/** The figures of a run in every bootstrap draw. Two runs over the same dogs and seed share their draws. */
import { dot } from '../retrieval/dots';
import { drawDogs, type Resampling } from './bootstrap';
import type { QueryScore } from './identification';
import { DRAWS_AT_ONCE, pairPlaces, weighPairs, weightBuffers } from './pairPlaces';
import type { ScoreSplit } from './pairs';
import { equalErrorRate, rocAuc, tarAtFar, totalsOf } from './roc';
import { dogSums, genuineByDog, type RunStatistics } from './statistics';
import { suggestThreshold, thresholdTable, type ThresholdRule } from './thresholds';

/** The score of a query that a figure averages. */
export const QUERY_FIGURES = {
  recallAt1: ({ firstRank }: QueryScore) => (firstRank <= 1 ? 1 : 0),
  recallAt5: ({ firstRank }: QueryScore) => (firstRank <= 5 ? 1 : 0),
  recallAt10: ({ firstRank }: QueryScore) => (firstRank <= 10 ? 1 : 0),
  mAP: ({ averagePrecision }: QueryScore) => averagePrecision,
  mapAtR: ({ precisionAtR }: QueryScore) => precisionAtR,
} as const;
export type QueryFigure = keyof typeof QUERY_FIGURES;
export const QUERY_FIGURE_NAMES = Object.keys(QUERY_FIGURES) as QueryFigure[];

export const PAIR_FIGURE_NAMES = [
  'genuineMean',
  'impostorMean',
  'auc',
  'eer',
  'tarAtFar0.1',
  'tarAtFar0.01',
  'tarAtFar0.001',
] as const;
export type PairFigure = (typeof PAIR_FIGURE_NAMES)[number];

/**
 * One value per draw; NaN where the figure has no meaning in that draw, and in every draw where too few dogs
 * contribute (`contributing`): all draws would be the folder itself, and an interval of width nothing a lie.
 */
export interface Replicates {
  readonly micro: Readonly<Record<QueryFigure, Float64Array>>;
  readonly macro: Readonly<Record<QueryFigure, Float64Array>>;
  readonly pairs: Readonly<Record<PairFigure, Float64Array>>;
  /** One entry per rule asked for. */
  readonly thresholds: readonly Float64Array[];
}

export interface ReplicateOptions extends Resampling {
  readonly rules?: readonly ThresholdRule[];
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export function replicate(run: RunStatistics, options: ReplicateOptions): Replicates {
  const { draws, rules = [], onProgress } = options;
  const dogs = run.labels.dogs.length;
  const result = emptyReplicates(draws, rules.length);
  const perDog = queriesByDog(run);
  const means = pairMeans(run);
  const places = pairPlaces(run);
  const weighted = weightBuffers(places);
  const interleaved = new Float64Array(dogs * DRAWS_AT_ONCE);
  let draw = 0;
  for (const times of drawDogs(dogs, options)) {
    for (const name of QUERY_FIGURE_NAMES) {
      const sums = perDog.sums[name];
      let micro = 0;
      let queries = 0;
      let macro = 0;
      let counted = 0;
      for (let d = 0; d < dogs; d++) {
        const weight = times[d]!;
        const n = perDog.count[d]!;
        if (weight === 0 || n === 0) continue;
        micro += weight * sums[d]!;
        queries += weight * n;
        macro += (weight * sums[d]!) / n;
        counted += weight;
      }
      result.micro[name][draw] = micro / queries;
      result.macro[name][draw] = macro / counted;
    }
    result.pairs.genuineMean[draw] = means.genuine(times);
    result.pairs.impostorMean[draw] = means.impostor(times);
    const slot = draw % DRAWS_AT_ONCE;
    for (let d = 0; d < dogs; d++) interleaved[d * DRAWS_AT_ONCE + slot] = times[d]!;
    draw++;
    if (slot < DRAWS_AT_ONCE - 1 && draw < draws) continue;
    weighPairs(places, interleaved, weighted);
    for (let s = 0; s <= slot; s++) pairFigures(weighted[s]!, rules, result, draw - 1 - slot + s);
    onProgress?.(draw, draws);
  }
  const { micro, macro, pairs, thresholds } = result;
  const { genuineMean, impostorMean, ...both } = pairs;
  const { genuine, impostor } = contributing(run);
  if (!genuine) blank([...Object.values(micro), ...Object.values(macro), genuineMean]);
  if (!impostor) blank([impostorMean]);
  if (!genuine || !impostor) blank([...Object.values(both), ...thresholds]);
  return result;
}

/**
 * Whether draws of dogs say anything about what stands on mates (queries and genuine pairs: a dog has both or
 * neither) and on impostor pairs. Two dogs must have mates. Two dogs are one side of impostor pairs only, the same
 * in every draw that holds both, so it takes three.
 */
export function contributing({ queries, labels }: RunStatistics): {
  readonly genuine: boolean;
  readonly impostor: boolean;
} {
  return {
    genuine: new Set(queries.map(({ dog }) => dog)).size >= 2,
    impostor: labels.dogs.length >= 3,
  };
}

const blank = (columns: readonly Float64Array[]): void => {
  for (const values of columns) values.fill(Number.NaN);
};

function pairFigures(
  weighted: ScoreSplit,
  rules: readonly ThresholdRule[],
  result: Replicates,
  draw: number,
): void {
  const totals = totalsOf(weighted);
  result.pairs.auc[draw] = rocAuc(weighted, totals);
  result.pairs.eer[draw] = equalErrorRate(weighted, totals);
  result.pairs['tarAtFar0.1'][draw] = tarAtFar(weighted, 0.1, totals);
  result.pairs['tarAtFar0.01'][draw] = tarAtFar(weighted, 0.01, totals);
  result.pairs['tarAtFar0.001'][draw] = tarAtFar(weighted, 0.001, totals);
  if (rules.length === 0) return;
  const table = thresholdTable(weighted);
  rules.forEach((rule, r) => {
    result.thresholds[r]![draw] = suggestThreshold(table, rule) ?? Number.NaN;
  });
}

function emptyReplicates(draws: number, rules: number): Replicates {
  const column = (): Float64Array => new Float64Array(draws);
  const queryFigures = (): Record<QueryFigure, Float64Array> => ({
    recallAt1: column(),
    recallAt5: column(),
    recallAt10: column(),
    mAP: column(),
    mapAtR: column(),
  });
  return {
    micro: queryFigures(),
    macro: queryFigures(),
    pairs: {
      genuineMean: column(),
      impostorMean: column(),
      auc: column(),
      eer: column(),
      'tarAtFar0.1': column(),
      'tarAtFar0.01': column(),
      'tarAtFar0.001': column(),
    },
    thresholds: Array.from({ length: rules }, column),
  };
}

/** Queries of each dog and the sums of their scores. */
export function queriesByDog({ queries, labels }: RunStatistics): {
  count: Float64Array;
  sums: Record<QueryFigure, Float64Array>;
} {
  const dogs = labels.dogs.length;
  const count = new Float64Array(dogs);
  for (const query of queries) count[query.dog]!++;
  const sumOf = (score: (query: QueryScore) => number): Float64Array => {
    const sums = new Float64Array(dogs);
    for (const query of queries) sums[query.dog]! += score(query);
    return sums;
  };
  return {
    count,
    sums: {
      recallAt1: sumOf(QUERY_FIGURES.recallAt1),
      recallAt5: sumOf(QUERY_FIGURES.recallAt5),
      recallAt10: sumOf(QUERY_FIGURES.recallAt10),
      mAP: sumOf(QUERY_FIGURES.mAP),
      mapAtR: sumOf(QUERY_FIGURES.mapAtR),
    },
  };
}

/** Weighted means of similarity. Impostor sums by algebra over the dogs' sums of rows. */
function pairMeans(run: RunStatistics): {
  genuine: (times: Int32Array) => number;
  impostor: (times: Int32Array) => number;
} {
  const { matrix } = run.source;
  const { dogOf, dogs, rowsOf } = run.labels;
  const { dim } = matrix;
  const byDog = genuineByDog(run);
  const sums = dogSums(run);
  const squares = new Float64Array(dogs.length);
  for (let d = 0; d < dogs.length; d++) {
    for (let k = 0; k < dim; k++) squares[d]! += sums[d * dim + k]! ** 2;
  }
  const away = run.leftOut
    .filter(([i, j]) => dogOf[i]! >= 0 && dogOf[j]! >= 0 && dogOf[i] !== dogOf[j])
    .map(([i, j]) => ({ a: dogOf[i]!, b: dogOf[j]!, s: dot(matrix, i, j) }));
  const total = new Float64Array(dim);
  return {
    genuine: (times) => {
      let sum = 0;
      let count = 0;
      for (let d = 0; d < dogs.length; d++) {
        sum += times[d]! * byDog.sum[d]!;
        count += times[d]! * byDog.count[d]!;
      }
      return sum / count;
    },
    impostor: (times) => {
      total.fill(0);
      let own = 0;
      let rows = 0;
      let within = 0;
      for (let d = 0; d < dogs.length; d++) {
        const w = times[d]!;
        if (w === 0) continue;
        own += w * w * squares[d]!;
        rows += w * rowsOf[d]!.length;
        within += (w * rowsOf[d]!.length) ** 2;
        for (let k = 0; k < dim; k++) total[k]! += w * sums[d * dim + k]!;
      }
      let sum = (total.reduce((acc, x) => acc + x * x, 0) - own) / 2;
      let weight = (rows * rows - within) / 2;
      for (const { a, b, s } of away) {
        sum -= times[a]! * times[b]! * s;
        weight -= times[a]! * times[b]!;
      }
      return weight > 0 ? sum / weight : Number.NaN;
    },
  };
}
