import type { IntBox, RgbImage } from '../types';

/**
 * Copies the pixels of an integer box (x2, y2 exclusive). Pillow's `crop` with a box inside the image.
 * @throws RangeError when the box is empty, not whole numbers, or leaves the image: a caller's bug.
 */
export function cropImage(src: RgbImage, box: IntBox): RgbImage {
  const { x1, y1, x2, y2 } = box;
  const whole = [x1, y1, x2, y2].every(Number.isInteger);
  if (!whole || x1 < 0 || y1 < 0 || x2 > src.width || y2 > src.height || x2 <= x1 || y2 <= y1) {
    throw new RangeError(
      `Cannot cut [${x1}, ${y1}, ${x2}, ${y2}] from an image of ${src.width} x ${src.height} px`,
    );
  }
  const width = x2 - x1;
  const height = y2 - y1;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((y1 + y) * src.width + x1) * 3;
    data.set(src.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
