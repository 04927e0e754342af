/** The scores at which pairs are counted: every distinct genuine score, and a grid of thresholds for sliders and histograms. */

/** Grid thresholds are b / 1000 for b = -1000..1000: the finest step that a threshold is set to. */
export const GRID_PER_UNIT = 1000;
export const GRID_SIZE = 2 * GRID_PER_UNIT + 1;

/** The threshold at grid index 0..GRID_SIZE - 1, ascending from -1 to 1. */
export const gridThreshold = (index: number): number => (index - GRID_PER_UNIT) / GRID_PER_UNIT;

/** Grid index of the threshold nearest to t. */
export const gridIndex = (t: number): number =>
  Math.min(GRID_SIZE - 1, Math.max(0, Math.round(t * GRID_PER_UNIT) + GRID_PER_UNIT));

/** Distinct values of `scores` and of the grid, descending. `scores` must be sorted ascending. */
export function makeCuts(scores: Float64Array): Float64Array {
  const cuts = new Float64Array(scores.length + GRID_SIZE);
  let count = 0;
  let s = scores.length - 1;
  let g = GRID_SIZE - 1;
  while (s >= 0 || g >= 0) {
    const score = s >= 0 ? scores[s]! : -Infinity;
    const threshold = g >= 0 ? gridThreshold(g) : -Infinity;
    const value = Math.max(score, threshold);
    if (score >= threshold) s--;
    if (threshold >= score) g--;
    if (count === 0 || cuts[count - 1] !== value) cuts[count++] = value;
  }
  return cuts.slice(0, count);
}

/** Index in descending `cuts` of the first one that is not above `score`. */
export function firstNotAbove(cuts: Float64Array, score: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! > score) low = middle + 1;
    else high = middle;
  }
  return low;
}

const BUCKETS = 1 << 14;

/**
 * Places float32 similarities among descending cuts in a few steps: a table over the value range leaves a short
 * binary search. Where float32 cannot tell a similarity from a cut, the float64 product is asked for.
 */
export class CutIndex {
  private readonly single: Float32Array;
  private readonly first = new Int32Array(BUCKETS + 1);

  constructor(private readonly cuts: Float64Array) {
    this.single = Float32Array.from(cuts);
    let bucket = 0;
    for (let k = 0; k < cuts.length; k++) {
      const own = bucketOf(this.single[k]!);
      while (bucket <= own) this.first[bucket++] = k;
    }
    while (bucket <= BUCKETS) this.first[bucket++] = cuts.length;
  }

  /**
   * Place of a similarity: 2k strictly between cuts k and k - 1, 2k + 1 exactly at cut k.
   * @param s the float32 value; `exact` gives its float64 one.
   */
  place(s: number, exact: () => number): number {
    const { single, cuts } = this;
    // Buckets fall as values rise, so the place lies between two table entries.
    const bucket = bucketOf(s);
    let low = this.first[bucket]!;
    let high = this.first[bucket + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (single[middle]! > s) low = middle + 1;
      else high = middle;
    }
    if (low === cuts.length || single[low] !== s) return 2 * low;
    const value = exact();
    while (low < cuts.length && cuts[low]! > value) low++;
    return low < cuts.length && cuts[low] === value ? 2 * low + 1 : 2 * low;
  }
}

function bucketOf(value: number): number {
  const bucket = Math.floor((1.001 - value) * (BUCKETS / 2.002));
  return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
}
