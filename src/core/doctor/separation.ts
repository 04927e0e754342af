/**
 * How well vectors tell dogs apart, in one number that does not saturate: d' (sensitivity index)
 * = (mean genuine - mean impostor) / sqrt((var genuine + var impostor) / 2).
 * Source: Green and Swets, Signal Detection Theory, 1966. Kept per pair of dogs, so that a bootstrap draw over
 * dogs costs dogs^2 and not photos^2.
 */
import type { EmbeddingMatrix } from '../types';

/** Sums over the pairs of photos of dog a and dog b (a <= b), dogs.length x dogs.length, row-major, upper triangle. */
export interface PairMoments {
  readonly dogs: number;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** Figures of one recipe. `dPrime` is NaN when there is no genuine or no impostor pair. */
export interface Separation {
  readonly genuineMean: number;
  readonly impostorMean: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly dPrime: number;
}

/**
 * @param matrix unit rows
 * @param dogOf dog index of each row, 0..dogs-1
 */
export function pairMoments(
  matrix: EmbeddingMatrix,
  dogOf: readonly number[],
  dogs: number,
): PairMoments {
  const { rows, dim, data } = matrix;
  const count = new Float64Array(dogs * dogs);
  const sum = new Float64Array(dogs * dogs);
  const squares = new Float64Array(dogs * dogs);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      let similarity = 0;
      for (let k = 0; k < dim; k++) similarity += data[i * dim + k]! * data[j * dim + k]!;
      const a = Math.min(dogOf[i]!, dogOf[j]!);
      const b = Math.max(dogOf[i]!, dogOf[j]!);
      const at = a * dogs + b;
      count[at]! += 1;
      sum[at]! += similarity;
      squares[at]! += similarity * similarity;
    }
  }
  return { dogs, count, sum, squares };
}

/**
 * The figures of a set of dogs, each counted `times[dog]` times: a pair of two dogs weighs the product, a pair
 * within a dog its dog's multiplicity.
 */
export function separationOf(moments: PairMoments, times?: ArrayLike<number>): Separation {
  const { dogs, count, sum, squares } = moments;
  const genuine = { n: 0, sum: 0, squares: 0 };
  const impostor = { n: 0, sum: 0, squares: 0 };
  for (let a = 0; a < dogs; a++) {
    const ta = times?.[a] ?? 1;
    if (ta === 0) continue;
    for (let b = a; b < dogs; b++) {
      const weight = a === b ? ta : ta * (times?.[b] ?? 1);
      if (weight === 0) continue;
      const at = a * dogs + b;
      const side = a === b ? genuine : impostor;
      side.n += weight * count[at]!;
      side.sum += weight * sum[at]!;
      side.squares += weight * squares[at]!;
    }
  }
  const genuineMean = genuine.sum / genuine.n;
  const impostorMean = impostor.sum / impostor.n;
  const variance = (side: typeof genuine, mean: number): number =>
    Math.max(side.squares / side.n - mean * mean, 0);
  const spread = Math.sqrt((variance(genuine, genuineMean) + variance(impostor, impostorMean)) / 2);
  // All vectors alike: nothing is separated, whatever the rounding says (variances cancel to about 1e-16).
  const dPrime = spread < 1e-6 ? 0 : (genuineMean - impostorMean) / spread;
  return {
    genuineMean,
    impostorMean,
    genuinePairs: genuine.n,
    impostorPairs: impostor.n,
    dPrime: genuine.n === 0 || impostor.n === 0 ? Number.NaN : dPrime,
  };
}
