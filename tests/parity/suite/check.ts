/** Assertions that run in Node and in a page alike. Each throws an Error whose message holds the numbers. */
import type { RgbImage } from '../../../src/core/types';

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function equal<T>(actual: T, expected: T, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(a === b, `${what}: ${a}, expected ${b}`);
}

export function near(actual: number, expected: number, tolerance: number, what: string): void {
  const off = Math.abs(actual - expected);
  // Written so that NaN fails.
  assert(off <= tolerance, `${what}: ${actual}, expected ${expected} +- ${tolerance}`);
}

/** How two images of one size differ, by channel values. */
export interface PixelDifference {
  readonly largest: number;
  /** Fraction of channel values that are equal. */
  readonly identical: number;
}

export function pixelDifference(actual: RgbImage, expected: RgbImage): PixelDifference {
  equal([actual.width, actual.height], [expected.width, expected.height], 'image size');
  assert(
    actual.data.length === expected.data.length && expected.data.length > 0,
    `pixel data of ${actual.data.length} bytes, expected ${expected.data.length}`,
  );
  let largest = 0;
  let same = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const off = Math.abs(actual.data[i]! - expected.data[i]!);
    if (off === 0) same++;
    else if (off > largest) largest = off;
  }
  return { largest, identical: same / expected.data.length };
}

/** The bar of the OpenCV kernels: at least 99.9 % equal, the rest off by one. One value may differ in tiny images. */
export function assertCloseToOpenCv(actual: RgbImage, expected: RgbImage, what: string): void {
  const { largest, identical } = pixelDifference(actual, expected);
  const allowed = Math.max(0.001, 1 / expected.data.length);
  assert(
    largest <= 1 && 1 - identical <= allowed,
    `${what}: ${(identical * 100).toFixed(3)} % of values identical, largest difference ${largest}`,
  );
}

/** [index, value] pairs against an array. */
export function assertSamples(
  actual: ArrayLike<number>,
  samples: readonly (readonly [number, number])[],
  tolerance: number,
  what: string,
): void {
  assert(samples.length > 0, `${what}: no samples`);
  for (const [index, value] of samples)
    near(actual[index] ?? NaN, value, tolerance, `${what}[${index}]`);
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert(a.length === b.length && a.length > 0, `vectors of ${a.length} and ${b.length} values`);
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return dot / Math.sqrt(aa * bb);
}
