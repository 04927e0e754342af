import type { RgbImage } from '../types';
import type { Orientation } from './exif';

/** Whether an orientation swaps width and height. */
export const swapsSides = (orientation: Orientation): boolean => orientation >= 5;

/**
 * Turns stored pixels upright (Exif 2.32, tag 0x0112). Orientation 6, say, means that the stored rows are
 * the upright photo's columns from right to left. Returns the same image for 1.
 */
export function applyOrientation(image: RgbImage, orientation: Orientation): RgbImage {
  if (orientation === 1) return image;
  const { width: w, height: h, data } = image;
  const swap = swapsSides(orientation);
  const width = swap ? h : w;
  const height = swap ? w : h;
  // Source index of upright pixel (x, y) is origin + x * stepX + y * stepY, in pixels.
  const last = w * h - 1;
  const [origin, stepX, stepY] = {
    2: [w - 1, -1, w],
    3: [last, -1, -w],
    4: [last - w + 1, 1, -w],
    5: [0, w, 1],
    6: [last - w + 1, -w, 1],
    7: [last, -w, -1],
    8: [w - 1, w, -1],
  }[orientation] as [number, number, number];
  const out = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = (origin + y * stepY) * 3;
    for (let x = 0; x < width; x++) {
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
      to += 3;
      from += stepX * 3;
    }
  }
  return { width, height, data: out };
}
