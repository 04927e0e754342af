/**
 * Pillow's antialiased resize for 8-bit RGB, bit for bit: a filter as wide as the shrink ratio, horizontal
 * pass, bytes, vertical pass, in 22-bit fixed point. torchvision's `Resize` on PIL images is this.
 */
import type { RgbImage } from '../types';

/** Weights are stored as round(w * 2^22): 32 bits less 8 of the pixel less 2 of headroom. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** A resampling filter: weight at distance `x` (in output pixels when shrinking), zero beyond `support`. */
interface Filter {
  readonly support: number;
  readonly at: (x: number) => number;
}

const triangle: Filter = {
  support: 1,
  at: (x) => {
    const d = Math.abs(x);
    return d < 1 ? 1 - d : 0;
  },
};

/** Keys' cubic with a = -0.5. */
const cubic: Filter = {
  support: 2,
  at: (x) => {
    const a = -0.5;
    const d = Math.abs(x);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
    return 0;
  },
};

/** Three lobes of a windowed sinc. */
const lanczos: Filter = {
  support: 3,
  at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0),
};

function sinc(x: number): number {
  if (x === 0) return 1;
  const t = x * Math.PI;
  return Math.sin(t) / t;
}

const FILTERS = {
  'pil-bilinear': triangle,
  'pil-bicubic': cubic,
  'pil-lanczos': lanczos,
} as const;

/** Taps of every output sample along one axis: `count[o]` weights from `weights[o * width]`, source from `start[o]`. */
interface Taps {
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly width: number;
  readonly weights: Int32Array;
}

function taps(from: number, to: number, filter: Filter): Taps {
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const width = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * width);
  const raw = new Float64Array(width);
  const inverse = 1 / filterScale;
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale;
    const low = Math.max(Math.trunc(centre - support + 0.5), 0);
    const high = Math.min(Math.trunc(centre + support + 0.5), from);
    let total = 0;
    for (let i = 0; i < high - low; i++) {
      raw[i] = filter.at((i + low - centre + 0.5) * inverse);
      total += raw[i]!;
    }
    for (let i = 0; i < high - low; i++) {
      const w = total === 0 ? raw[i]! : raw[i]! / total;
      weights[out * width + i] = Math.trunc(w * (1 << PRECISION) + (w < 0 ? -0.5 : 0.5));
    }
    start[out] = low;
    count[out] = high - low;
  }
  return { start, count, width, weights };
}

function clip(fixed: number): number {
  const v = fixed >> PRECISION;
  return v < 0 ? 0 : v > 255 ? 255 : v;
}

function horizontalPass(src: RgbImage, width: number, filter: Filter): RgbImage {
  const { start, count, width: stride, weights } = taps(src.width, width, filter);
  const { data: from, height } = src;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    const base = y * src.width * 3;
    for (let x = 0; x < width; x++, o += 3) {
      let i = base + start[x]! * 3;
      let k = x * stride;
      let r = HALF;
      let g = HALF;
      let b = HALF;
      for (const end = k + count[x]!; k < end; k++, i += 3) {
        const w = weights[k]!;
        r = (r + Math.imul(from[i]!, w)) | 0;
        g = (g + Math.imul(from[i + 1]!, w)) | 0;
        b = (b + Math.imul(from[i + 2]!, w)) | 0;
      }
      data[o] = clip(r);
      data[o + 1] = clip(g);
      data[o + 2] = clip(b);
    }
  }
  return { width, height, data };
}

function verticalPass(src: RgbImage, height: number, filter: Filter): RgbImage {
  const { start, count, width: stride, weights } = taps(src.height, height, filter);
  const samples = src.width * 3;
  const from = src.data;
  const sums = new Int32Array(samples);
  const data = new Uint8Array(samples * height);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    // Row by row, so that memory is read in order.
    for (let t = 0; t < count[y]!; t++) {
      const w = weights[y * stride + t]!;
      const base = (start[y]! + t) * samples;
      for (let i = 0; i < samples; i++) sums[i] = (sums[i]! + Math.imul(from[base + i]!, w)) | 0;
    }
    const base = y * samples;
    for (let i = 0; i < samples; i++) data[base + i] = clip(sums[i]!);
  }
  return { width: src.width, height, data };
}

/**
 * Pillow 13 resizes vertically first when that takes away more than twice as many rows as columns; earlier
 * versions always began horizontally. The bytes between the passes differ, so the order shows.
 */
function verticalFirst(src: RgbImage, width: number, height: number): boolean {
  return height < src.height && src.height - height > 2 * (src.width - width);
}

/**
 * `PIL.Image.resize((width, height), BILINEAR | BICUBIC | LANCZOS)` of a whole image, as Pillow 13 does it.
 * Source of the formula: Pillow `src/libImaging/Resample.c`, 8 bits per channel; order of the passes:
 * python-pillow/Pillow#9549.
 */
export function resizePillow(
  src: RgbImage,
  width: number,
  height: number,
  kernel: keyof typeof FILTERS,
): RgbImage {
  const filter = FILTERS[kernel];
  const across = (img: RgbImage): RgbImage =>
    img.width === width ? img : horizontalPass(img, width, filter);
  const down = (img: RgbImage): RgbImage =>
    img.height === height ? img : verticalPass(img, height, filter);
  return verticalFirst(src, width, height) ? across(down(src)) : down(across(src));
}
