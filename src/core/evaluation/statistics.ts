/** What one run's figures are made of: the score of every query and the place of every pair. */
import { dot } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import { pathRanks } from '../retrieval/rows';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import type { BurstPairs } from './bursts';
import { scoreQueries, type QueryScore } from './identification';
import { labelRows, type Labels } from './labels';
import { DogPairs } from './dogPairs';
import { countPairs, withoutPairs, type PairCounts, type PairSource } from './pairs';

export interface RunStatistics {
  readonly source: PairSource;
  readonly labels: Labels;
  readonly queries: readonly QueryScore[];
  readonly pairs: PairCounts;
  /** Impostor pairs seen from each dog. */
  readonly dogPairs: DogPairs;
  /** Pairs that do not count, empty for all photos. */
  readonly leftOut: readonly (readonly [number, number])[];
}

/** @throws RangeError when rows and matrix do not fit. `similarity` must be the matrix of `matrix`. */
export function runStatistics(
  matrix: EmbeddingMatrix,
  rows: readonly Row[],
  similarity: SimilarityMatrix,
): RunStatistics {
  if (rows.length !== matrix.rows) {
    throw new RangeError(`${rows.length} rows named for a matrix of ${matrix.rows}`);
  }
  const labels = labelRows(rows);
  const source = { matrix, similarity, labels };
  const dogPairs = new DogPairs(source);
  return {
    source,
    labels,
    queries: scoreQueries({ ...source, ranks: pathRanks(rows) }),
    pairs: countPairs(source, (cuts) => dogPairs.visitor(cuts)),
    dogPairs,
    leftOut: [],
  };
}

/**
 * The same run without bursts: such photos leave each other's gallery and their pair is not counted. A query
 * that loses its last mate stops being a query. Only queries with a burst mate are scored again.
 */
export function withoutBursts(
  all: RunStatistics,
  rows: readonly Row[],
  bursts: BurstPairs,
): RunStatistics {
  const affected = new Set(bursts.pairs.flat());
  const again = scoreQueries({ ...all.source, ranks: pathRanks(rows), filter: bursts }, (row) =>
    affected.has(row),
  );
  return {
    ...all,
    queries: [...all.queries.filter(({ row }) => !affected.has(row)), ...again].sort(
      (a, b) => a.row - b.row,
    ),
    pairs: withoutPairs(all.pairs, all.source, bursts.pairs),
    leftOut: bursts.pairs,
  };
}

/** Sum of each dog's rows, dogs x dim: pair sums of whole dogs follow from them. */
export function dogSums({ source: { matrix }, labels }: RunStatistics): Float64Array {
  const { data, dim } = matrix;
  const sums = new Float64Array(labels.dogs.length * dim);
  labels.rowsOf.forEach((rows, d) => {
    for (const row of rows) {
      for (let k = 0; k < dim; k++) sums[d * dim + k]! += data[row * dim + k]!;
    }
  });
  return sums;
}

/** Count and sum of similarity of the genuine pairs of each dog. */
export function genuineByDog({ source: { matrix }, labels, leftOut }: RunStatistics): {
  count: Float64Array;
  sum: Float64Array;
} {
  const count = new Float64Array(labels.dogs.length);
  const sum = new Float64Array(labels.dogs.length);
  labels.rowsOf.forEach((rows, d) => {
    rows.forEach((i, x) => {
      for (let y = x + 1; y < rows.length; y++) sum[d]! += dot(matrix, i, rows[y]!);
    });
    count[d] = (rows.length * (rows.length - 1)) / 2;
  });
  for (const [i, j] of leftOut) {
    const dog = labels.dogOf[i]!;
    if (dog < 0 || labels.dogOf[j] !== dog) continue;
    count[dog]!--;
    sum[dog]! -= dot(matrix, i, j);
  }
  return { count, sum };
}
