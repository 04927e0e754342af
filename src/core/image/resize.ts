import type { ResizeKernel } from '../recipe/schema';
import type { RgbImage } from '../types';
import { resizeCvArea } from './cvArea';
import { resizeCvLinear } from './cvLinear';
import { resizePillow } from './pillow';

/** Throws unless both sides are whole numbers >= 1: a caller's bug, not a bad photo. */
export function assertSize(width: number, height: number): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Not an image size: ${width} x ${height}`);
  }
}

/**
 * Resizes 8-bit RGB to exactly `width` x `height` px (the aspect ratio is the caller's business).
 *
 * The kernels give the pixels of the library in their name, not merely a similar picture: `pil-*` equal
 * Pillow in every byte; `cv-*` equal OpenCV in at least 99.9 % of bytes and differ by at most 1 elsewhere.
 * An unchanged size returns the image itself.
 * @throws RangeError when a size is not a whole number >= 1.
 */
export function resize(
  src: RgbImage,
  width: number,
  height: number,
  kernel: ResizeKernel,
): RgbImage {
  assertSize(src.width, src.height);
  assertSize(width, height);
  if (src.width === width && src.height === height) return src;
  switch (kernel) {
    case 'cv-linear':
      return resizeCvLinear(src, width, height);
    case 'cv-area':
      return resizeCvArea(src, width, height);
    case 'pil-bilinear':
    case 'pil-bicubic':
      return resizePillow(src, width, height, kernel);
  }
}
