/** What the chosen threshold says of a pair, and whether the names agree. */
import { dot } from '../core/retrieval/dots';
import type { AnalysisSlice, RowSource } from './model';

/** `merge`: called one dog, but named two; `split`: named one dog, but called two. */
export type Call = 'same' | 'merge' | 'split' | 'different';

export const CALL_TEXT: Readonly<Record<Call, string>> = {
  same: 'called the same dog, rightly',
  merge: 'called the same dog: wrong merge',
  split: 'called different dogs: wrong split',
  different: 'called different dogs, rightly',
};

/**
 * Whether two rows are called the same dog. The float32 matrix decides wherever it differs from the threshold
 * (rounding keeps the order); where it does not, the float64 product does, as in the counts.
 */
export function calledSame(
  { result, collected, rows }: AnalysisSlice,
  [a, b]: readonly [number, number],
  threshold: number,
): boolean {
  if (result === null || collected === null) return false;
  const s = result.similarity[a * rows.length + b]!;
  const single = Math.fround(threshold);
  return s === single ? dot(collected.matrix, a, b) >= threshold : s > single;
}

/**
 * Null for a pair without two names: it can't be judged.
 * @param rows of the analysis, under the names that count.
 */
export function callOf(
  analysis: AnalysisSlice,
  rows: readonly Pick<RowSource, 'identity'>[],
  [a, b]: readonly [number, number],
  threshold: number,
): Call | null {
  const [x, y] = [rows[a]?.identity ?? null, rows[b]?.identity ?? null];
  if (x === null || y === null) return null;
  const same = calledSame(analysis, [a, b], threshold);
  if (x === y) return same ? 'same' : 'split';
  return same ? 'merge' : 'different';
}
