/** Pixels to network input. */
import type { RgbImage } from '../types';

/** What is done to each 8-bit value v of channel c: (v / scale - mean[c]) / std[c]. */
export interface Normalisation {
  readonly scale: number;
  /** Per channel in `colour` order. */
  readonly mean: readonly [number, number, number];
  /** Per channel in `colour` order. */
  readonly std: readonly [number, number, number];
  readonly colour: 'rgb' | 'bgr';
}

/** Ultralytics' own: RGB, 0..1. */
export const YOLO_NORMALISATION: Normalisation = {
  scale: 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  colour: 'rgb',
};

/** The 256 possible results of one channel, every step in float32 as NumPy and torchvision do it. */
function lookup(scale: number, mean: number, std: number): Float32Array {
  const m = Math.fround(mean);
  const s = Math.fround(std);
  return Float32Array.from({ length: 256 }, (_, v) =>
    Math.fround(Math.fround(Math.fround(v / Math.fround(scale)) - m) / s),
  );
}

/** The three planes of an image in `colour` order, normalised, handed to `put(channel, pixel, value)`-style writers. */
function tables(how: Normalisation): {
  source: readonly number[];
  values: readonly Float32Array[];
} {
  const source = how.colour === 'rgb' ? [0, 1, 2] : [2, 1, 0];
  return { source, values: [0, 1, 2].map((c) => lookup(how.scale, how.mean[c]!, how.std[c]!)) };
}

/** float32 [1, 3, height, width], flattened; channels in `colour` order. */
export function toNchw(img: RgbImage, how: Normalisation): Float32Array {
  const pixels = img.width * img.height;
  const out = new Float32Array(pixels * 3);
  const { source, values } = tables(how);
  for (let c = 0; c < 3; c++) {
    const value = values[c]!;
    const base = c * pixels;
    for (let p = 0, i = source[c]!; p < pixels; p++, i += 3) out[base + p] = value[img.data[i]!]!;
  }
  return out;
}

/** float32 [1, height, width, 3], flattened; channels in `colour` order. */
export function toNhwc(img: RgbImage, how: Normalisation): Float32Array {
  const pixels = img.width * img.height;
  const out = new Float32Array(pixels * 3);
  const { source, values } = tables(how);
  for (let c = 0; c < 3; c++) {
    const value = values[c]!;
    for (let p = 0, o = c, i = source[c]!; p < pixels; p++, o += 3, i += 3) {
      out[o] = value[img.data[i]!]!;
    }
  }
  return out;
}
