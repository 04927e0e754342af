/** The integer colour rules that hold on every platform. */
import type { RgbImage } from '../types';

/** One channel over white: round(c*a/255 + 255*(255-a)/255), exact in integers (255 is odd, so there are no ties). */
export const onWhite = (c: number, a: number): number =>
  a === 255 ? c : Math.floor((c * a + 255 * (255 - a) + 127) / 255);

/** RGBA (not premultiplied) to RGB on white, written to `out` from `to`. */
export function rgbaOnWhite(rgba: Uint8Array | Uint8ClampedArray, out: Uint8Array, to = 0): void {
  for (let i = 0, o = to; i < rgba.length; i += 4, o += 3) {
    const a = rgba[i + 3]!;
    if (a === 255) {
      out[o] = rgba[i]!;
      out[o + 1] = rgba[i + 1]!;
      out[o + 2] = rgba[i + 2]!;
    } else {
      out[o] = onWhite(rgba[i]!, a);
      out[o + 1] = onWhite(rgba[i + 1]!, a);
      out[o + 2] = onWhite(rgba[i + 2]!, a);
    }
  }
}

/**
 * CMYK (0 = no ink) to RGB without a profile: floor((255-c)(255-k)/255) per channel, as Chromium's decoder does.
 * Pillow rounds instead: at most 1 apart.
 */
export function cmykToRgb(cmyk: Uint8Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, o = 0; i < cmyk.length; i += 4, o += 3) {
    const light = 255 - cmyk[i + 3]!;
    for (let c = 0; c < 3; c++) data[o + c] = Math.floor(((255 - cmyk[i + c]!) * light) / 255);
  }
  return { width, height, data };
}
