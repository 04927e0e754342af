/**
 * Verification (1:1) over all labelled pairs, held exactly and small: the distinct genuine scores, and for every
 * gap between them how many impostor pairs fall into it. Each ROC figure is a function of these counts alone.
 */
import { dot } from '../retrieval/dots';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import type { PairFilter } from './gallery';
import type { Labels } from './labels';

export interface ScoreSplit {
  /** Distinct genuine similarities (float64), descending. */
  readonly scores: Float64Array;
  /** Genuine pairs (or their weight) at each score. */
  readonly genuine: Float64Array;
  /**
   * Impostor pairs (or their weight) by place: `[2k]` strictly between scores k and k - 1, `[2k + 1]` exactly at
   * score k, `[2m]` below all m scores.
   */
  readonly impostors: Float64Array;
}

export interface PairCounts extends ScoreSplit {
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** Sums of the float64 similarities. */
  readonly genuineSum: number;
  readonly impostorSum: number;
}

export interface PairSource {
  readonly matrix: EmbeddingMatrix;
  readonly similarity: SimilarityMatrix;
  readonly labels: Labels;
  readonly filter?: PairFilter | undefined;
}

/** Called for every pair that counts: `place` indexes `scores` for a genuine pair, `impostors` otherwise. */
export type PairVisitor = (i: number, j: number, genuine: boolean, place: number) => void;

/** Counts all labelled pairs (i < j). */
export function countPairs(source: PairSource): PairCounts {
  const { scores, genuine, genuineSum, genuinePairs } = genuineScores(source);
  const impostors = new Float64Array(2 * scores.length + 1);
  let impostorPairs = 0;
  visitImpostors(source, scores, (_i, _j, place) => {
    impostors[place]!++;
    impostorPairs++;
  });
  // Sums by algebra, |sum x|² - sum |x|²: exact to a few ulps and O(n d); excluded pairs are taken off.
  const impostorSum = sumOfAllPairs(source) - genuineSum;
  return { scores, genuine, impostors, genuinePairs, impostorPairs, genuineSum, impostorSum };
}

/** Walks the genuine pairs in row order with the place of each one's score. */
export function visitGenuine(
  source: PairSource,
  scores: Float64Array,
  visit: (i: number, j: number, place: number) => void,
): void {
  forEachGenuine(source, (i, j, score) => visit(i, j, placeOf(scores, score)));
}

/** Walks the impostor pairs in row order with the place of each one's score in `impostors`. */
export function visitImpostors(
  { matrix, similarity, labels, filter }: PairSource,
  scores: Float64Array,
  visit: (i: number, j: number, place: number) => void,
): void {
  const { n, data } = similarity;
  const { labelled, dogOf } = labels;
  const single = Float32Array.from(scores);
  const index = new BucketIndex(single);
  for (let x = 0; x < labelled.length; x++) {
    const i = labelled[x]!;
    const dog = dogOf[i]!;
    for (let y = x + 1; y < labelled.length; y++) {
      const j = labelled[y]!;
      if (dogOf[j] === dog || filter?.excludes(i, j)) continue;
      const s = data[i * n + j]!;
      let k = index.firstNotAbove(s);
      let place = 2 * k;
      if (k < single.length && single[k] === s) {
        // Float32 cannot tell them apart: the float64 products can.
        const exact = dot(matrix, i, j);
        while (k < scores.length && single[k] === s && scores[k]! > exact) k++;
        place = k < scores.length && scores[k] === exact ? 2 * k + 1 : 2 * k;
      }
      visit(i, j, place);
    }
  }
}

function forEachGenuine(
  { matrix, labels, filter }: PairSource,
  visit: (i: number, j: number, score: number) => void,
): void {
  for (const rows of labels.rowsOf) {
    for (let x = 0; x < rows.length; x++) {
      for (let y = x + 1; y < rows.length; y++) {
        const i = rows[x]!;
        const j = rows[y]!;
        if (!filter?.excludes(i, j)) visit(i, j, dot(matrix, i, j));
      }
    }
  }
}

function genuineScores(source: PairSource): {
  scores: Float64Array;
  genuine: Float64Array;
  genuineSum: number;
  genuinePairs: number;
} {
  const bound = source.labels.rowsOf.reduce((sum, { length: r }) => sum + (r * (r - 1)) / 2, 0);
  const all = new Float64Array(bound);
  let count = 0;
  let genuineSum = 0;
  forEachGenuine(source, (_i, _j, score) => {
    all[count++] = score;
    genuineSum += score;
  });
  const sorted = all.subarray(0, count).sort().reverse();
  const scores = new Float64Array(count);
  const genuine = new Float64Array(count);
  let distinct = 0;
  for (let k = 0; k < count; k++) {
    if (k === 0 || sorted[k] !== sorted[k - 1]) scores[distinct++] = sorted[k]!;
    genuine[distinct - 1]!++;
  }
  return {
    scores: scores.slice(0, distinct),
    genuine: genuine.slice(0, distinct),
    genuineSum,
    genuinePairs: count,
  };
}

function sumOfAllPairs({ matrix, labels, filter }: PairSource): number {
  const { data, dim } = matrix;
  const { labelled } = labels;
  const total = new Float64Array(dim);
  let squares = 0;
  for (const i of labelled) {
    for (let k = 0; k < dim; k++) total[k]! += data[i * dim + k]!;
    squares += dot(matrix, i, i);
  }
  let sum = (total.reduce((acc, x) => acc + x * x, 0) - squares) / 2;
  if (filter) {
    for (let x = 0; x < labelled.length; x++) {
      for (let y = x + 1; y < labelled.length; y++) {
        const i = labelled[x]!;
        const j = labelled[y]!;
        if (filter.excludes(i, j)) sum -= dot(matrix, i, j);
      }
    }
  }
  return sum;
}

/** Index of a score in descending distinct scores that hold it. */
function placeOf(scores: Float64Array, score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle]! > score) low = middle + 1;
    else high = middle;
  }
  return low;
}

const BUCKETS = 1 << 14;

/** Finds a place among descending values: a table over the value range leaves a short binary search. */
class BucketIndex {
  private readonly first = new Int32Array(BUCKETS + 1);

  constructor(private readonly values: Float32Array) {
    let bucket = 0;
    for (let k = 0; k < values.length; k++) {
      const own = BucketIndex.bucketOf(values[k]!);
      while (bucket <= own) this.first[bucket++] = k;
    }
    while (bucket <= BUCKETS) this.first[bucket++] = values.length;
  }

  /** First k with values[k] <= s. Buckets fall as values rise, so it lies between two table entries. */
  firstNotAbove(s: number): number {
    const bucket = BucketIndex.bucketOf(s);
    let low = this.first[bucket]!;
    let high = this.first[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.values[middle]! > s) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private static bucketOf(value: number): number {
    const bucket = Math.floor((1.001 - value) * (BUCKETS / 2.002));
    return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
  }
}
