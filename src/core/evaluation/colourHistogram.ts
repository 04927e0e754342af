/**
 * The baseline an embedder has to beat: the colours of the chip and nothing else. 8 x 8 x 8 RGB bins; the square
 * roots of the shares make a unit vector of 512 whose dot product is the Bhattacharyya coefficient.
 */
import type { RgbImage } from '../types';

export const COLOUR_DIM = 512;

/** @throws RangeError for an image without pixels. */
export function colourHistogram({ width, height, data }: RgbImage): Float32Array {
  const pixels = width * height;
  if (pixels === 0) throw new RangeError('colour histogram of an image without pixels');
  const counts = new Float64Array(COLOUR_DIM);
  for (let p = 0; p < pixels * 3; p += 3) {
    counts[((data[p]! >> 5) << 6) | ((data[p + 1]! >> 5) << 3) | (data[p + 2]! >> 5)]!++;
  }
  return Float32Array.from(counts, (count) => Math.sqrt(count / pixels));
}
