/**
 * Figures of the ROC curve. The curve is the polyline through (FAR, TAR) at every distinct score, a pair being
 * accepted when its similarity is >= the threshold, starting at (0, 0); tied genuine and impostor scores make a
 * slanted piece. Counts may be weights: the bootstrap uses the same functions. Cuts without genuine pairs only
 * divide level pieces and change nothing.
 */
import type { ScoreSplit } from './pairs';

export interface RocTotals {
  readonly genuine: number;
  readonly impostors: number;
}

export const totalsOf = (split: ScoreSplit): RocTotals => ({
  genuine: sum(split.genuine, split.cuts.length),
  impostors: sum(split.impostors, 2 * split.cuts.length + 1),
});

/** Area under the curve = P(genuine > impostor) + P(equal) / 2 (Mann-Whitney). NaN without pairs of both kinds. */
export function rocAuc(split: ScoreSplit, totals: RocTotals = totalsOf(split)): number {
  const { genuine, impostors } = split;
  let above = 0;
  let area = 0;
  for (let k = 0; k < genuine.length; k++) {
    above += impostors[2 * k]!;
    const equal = impostors[2 * k + 1]!;
    area += genuine[k]! * (totals.impostors - above - equal / 2);
    above += equal;
  }
  return area / (totals.genuine * totals.impostors);
}

/** Equal error rate: where the polyline crosses FAR = 1 - TAR. NaN without pairs of both kinds. */
export function equalErrorRate(split: ScoreSplit, totals: RocTotals = totalsOf(split)): number {
  if (totals.genuine === 0 || totals.impostors === 0) return Number.NaN;
  const { genuine, impostors } = split;
  let accepted = 0;
  let falsely = 0;
  for (let k = 0; k < genuine.length; k++) {
    falsely += impostors[2 * k]!;
    const miss = 1 - accepted / totals.genuine;
    const far = falsely / totals.impostors;
    // Crossed on the level piece before score k: only FAR moved.
    if (far >= miss) return miss;
    accepted += genuine[k]!;
    falsely += impostors[2 * k + 1]!;
    const nextMiss = 1 - accepted / totals.genuine;
    const nextFar = falsely / totals.impostors;
    if (nextFar >= nextMiss) {
      const gap = miss - far;
      return far + (gap / (gap + nextFar - nextMiss)) * (nextFar - far);
    }
  }
  // The last genuine pair is accepted by then: only rounding of the weights leads here.
  return falsely / totals.impostors;
}

/** The largest TAR over all thresholds whose FAR is <= `far`. NaN without pairs of both kinds. */
export function tarAtFar(
  split: ScoreSplit,
  far: number,
  totals: RocTotals = totalsOf(split),
): number {
  if (totals.genuine === 0 || totals.impostors === 0) return Number.NaN;
  const { genuine, impostors } = split;
  let accepted = 0;
  let falsely = 0;
  for (let k = 0; k < genuine.length; k++) {
    falsely += impostors[2 * k]! + impostors[2 * k + 1]!;
    if (falsely / totals.impostors > far) break;
    accepted += genuine[k]!;
  }
  return accepted / totals.genuine;
}

/** A point of the ROC curve; `threshold` is null at (0, 0). */
export interface RocPoint {
  readonly far: number;
  readonly tar: number;
  readonly threshold: number | null;
}

/** The curve for drawing: corners at the cuts, thinned to about `most` points that keep its shape. */
export function rocPoints(split: ScoreSplit, most = 200): RocPoint[] {
  const totals = totalsOf(split);
  if (totals.genuine === 0 || totals.impostors === 0) return [];
  const points: RocPoint[] = [{ far: 0, tar: 0, threshold: null }];
  let accepted = 0;
  let falsely = 0;
  let drawn = points[0]!;
  for (let k = 0; k < split.cuts.length; k++) {
    accepted += split.genuine[k]!;
    falsely += split.impostors[2 * k]! + split.impostors[2 * k + 1]!;
    const tar = accepted / totals.genuine;
    const far = falsely / totals.impostors;
    // Distance along the staircase is at most 2; low FARs are drawn on a log axis and get points of their own.
    const moved = far - drawn.far + (tar - drawn.tar);
    const decades = far > 0 && drawn.far > 0 ? Math.log10(far / drawn.far) : far > 0 ? 1 : 0;
    if (moved >= 4 / most || decades >= 0.1) {
      drawn = { far, tar, threshold: split.cuts[k]! };
      points.push(drawn);
    }
  }
  if (drawn.far < 1 || drawn.tar < 1) {
    points.push({ far: 1, tar: 1, threshold: split.cuts.at(-1) ?? null });
  }
  return points;
}

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += values[k]!;
  return total;
}
