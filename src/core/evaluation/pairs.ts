/**
 * Verification (1:1) over all labelled pairs, held exactly and small: genuine pairs at every cut, impostor pairs
 * in every gap between cuts. Each ROC figure, histogram and threshold is a function of these counts alone.
 */
import { dot } from '../retrieval/dots';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { CutIndex, firstNotAbove, makeCuts } from './cuts';
import type { Labels } from './labels';

export interface ScoreSplit {
  /** Distinct genuine similarities (float64) and the threshold grid, descending. */
  readonly cuts: Float64Array;
  /** Genuine pairs (or their weight) at each cut. */
  readonly genuine: Float64Array;
  /** Impostor pairs (or their weight) by place: see `CutIndex.place`; length 2 * cuts + 1. */
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
}

/** Called for every impostor pair (i < j) with its place; used to count more in the same pass. */
export type ImpostorVisitor = (i: number, j: number, place: number) => void;

/**
 * Counts all labelled pairs.
 * @param alsoVisit makes a visitor that sees every impostor pair in the same pass.
 */
export function countPairs(
  source: PairSource,
  alsoVisit?: (cuts: Float64Array) => ImpostorVisitor,
): PairCounts {
  const sorted = genuineSimilarities(source).sort();
  const cuts = makeCuts(sorted);
  const genuine = new Float64Array(cuts.length);
  let genuineSum = 0;
  let cut = cuts.length - 1;
  for (const score of sorted) {
    while (cuts[cut]! < score) cut--;
    genuine[cut]!++;
    genuineSum += score;
  }
  const impostors = new Float64Array(2 * cuts.length + 1);
  const also = alsoVisit?.(cuts);
  visitImpostors(source, cuts, (i, j, place) => {
    impostors[place]!++;
    also?.(i, j, place);
  });
  return {
    cuts,
    genuine,
    impostors,
    genuinePairs: sorted.length,
    impostorPairs: impostors.reduce((sum, x) => sum + x, 0),
    genuineSum,
    impostorSum: sumOfAllPairs(source) - genuineSum,
  };
}

/** The same counts without some pairs: each is taken off where it was counted. */
export function withoutPairs(
  counts: PairCounts,
  { matrix, labels }: PairSource,
  leftOut: Iterable<readonly [number, number]>,
): PairCounts {
  const genuine = counts.genuine.slice();
  const impostors = counts.impostors.slice();
  let { genuinePairs, impostorPairs, genuineSum, impostorSum } = counts;
  for (const [i, j] of leftOut) {
    const dog = labels.dogOf[i]!;
    if (dog < 0 || labels.dogOf[j]! < 0) continue;
    const score = dot(matrix, i, j);
    const place = exactPlace(counts.cuts, score);
    if (labels.dogOf[j] === dog) {
      genuine[(place - 1) / 2]!--;
      genuinePairs--;
      genuineSum -= score;
    } else {
      impostors[place]!--;
      impostorPairs--;
      impostorSum -= score;
    }
  }
  return { ...counts, genuine, impostors, genuinePairs, impostorPairs, genuineSum, impostorSum };
}

/** Place of a float64 similarity: see `CutIndex.place`. */
export function exactPlace(cuts: Float64Array, score: number): number {
  const k = firstNotAbove(cuts, score);
  return k < cuts.length && cuts[k] === score ? 2 * k + 1 : 2 * k;
}

/** Walks all impostor pairs (i < j), rows ascending. */
export function visitImpostors(
  { matrix, similarity, labels }: PairSource,
  cuts: Float64Array,
  visit: ImpostorVisitor,
): void {
  const { n, data } = similarity;
  const { labelled, dogOf } = labels;
  const index = new CutIndex(cuts);
  let i = 0;
  let j = 0;
  const exact = (): number => dot(matrix, i, j);
  for (let x = 0; x < labelled.length; x++) {
    i = labelled[x]!;
    const dog = dogOf[i]!;
    for (let y = x + 1; y < labelled.length; y++) {
      j = labelled[y]!;
      if (dogOf[j] !== dog) visit(i, j, index.place(data[i * n + j]!, exact));
    }
  }
}

/** Similarities of all genuine pairs, dogs in order, pairs of a dog in row order. */
export function genuineSimilarities({ matrix, labels }: PairSource): Float64Array {
  const count = labels.rowsOf.reduce((sum, { length: r }) => sum + (r * (r - 1)) / 2, 0);
  const all = new Float64Array(count);
  let next = 0;
  for (const rows of labels.rowsOf) {
    for (let x = 0; x < rows.length; x++) {
      for (let y = x + 1; y < rows.length; y++) all[next++] = dot(matrix, rows[x]!, rows[y]!);
    }
  }
  return all;
}

/** By algebra, (|sum x|² - sum |x|²) / 2: exact to a few ulps and linear in the number of rows. */
function sumOfAllPairs({ matrix, labels }: PairSource): number {
  const { data, dim } = matrix;
  const total = new Float64Array(dim);
  let squares = 0;
  for (const i of labels.labelled) {
    for (let k = 0; k < dim; k++) total[k]! += data[i * dim + k]!;
    squares += dot(matrix, i, i);
  }
  return (total.reduce((sum, x) => sum + x * x, 0) - squares) / 2;
}
