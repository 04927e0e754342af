/**
 * 95 % intervals over dogs. Dogs are drawn with replacement; in a draw a query counts as often as its dog was
 * drawn and keeps its full-gallery result, a pair of two dogs weighs the product of their multiplicities, a pair
 * within a dog its dog's multiplicity. Percentiles 2.5 and 97.5 of the draws. Photos of a dog are alike, so
 * drawing photos or pairs instead would make the intervals far too narrow.
 */
import { seededRandom } from './random';

export const DRAWS = 1000;
export const SEED = 20260101;

export interface Resampling {
  readonly draws: number;
  readonly seed: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Yields the multiplicity of every dog, once per draw. The array is reused. */
export function* drawDogs(dogs: number, { draws, seed }: Resampling): Generator<Int32Array> {
  const next = seededRandom(seed);
  const times = new Int32Array(dogs);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let d = 0; d < dogs; d++) times[Math.floor(next() * dogs)]!++;
    yield times;
  }
}

/**
 * The interval of a figure from its draws, or null. Draws in which the figure has no meaning (NaN: no query, no
 * impostor pair) are left out; when they are more than half, no interval is given.
 */
export function percentileInterval(values: Float64Array): Interval | null {
  const defined = values.filter((x) => !Number.isNaN(x)).sort();
  if (defined.length === 0 || defined.length * 2 < values.length) return null;
  return { low: quantile(defined, 0.025), high: quantile(defined, 0.975) };
}

/** Quantile of ascending values with linear interpolation (Hyndman and Fan's type 7, numpy's default). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}
