/** OpenCV's `INTER_AREA` for 8-bit RGB: each output pixel is the mean of the source area it covers. */
import type { RgbImage } from '../types';
import { halve, resizeWithTaps } from './cvLinear';
import { clampByte, roundHalfEven } from './rounding';

/** Area coverage along one axis, as runs: output `o` sums taps start[o] .. start[o + 1] - 1. */
interface AreaTable {
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

/** Parts of a source cell below this are left out, as OpenCV does. */
const SLIVER = 1e-3;

function areaTable(from: number, to: number): AreaTable {
  const scale = 1 / (to / from);
  const start = new Int32Array(to + 1);
  const index: number[] = [];
  const weight: number[] = [];
  for (let out = 0; out < to; out++) {
    start[out] = index.length;
    const low = out * scale;
    const high = low + scale;
    const cell = Math.min(scale, from - low);
    const last = Math.min(Math.floor(high), from - 1);
    const first = Math.min(Math.ceil(low), last);
    if (first - low > SLIVER) {
      index.push(first - 1);
      weight.push((first - low) / cell);
    }
    for (let i = first; i < last; i++) {
      index.push(i);
      weight.push(1 / cell);
    }
    if (high - last > SLIVER) {
      index.push(last);
      weight.push(Math.min(Math.min(high - last, 1), cell) / cell);
    }
  }
  start[to] = index.length;
  return { start, index: Int32Array.from(index), weight: Float32Array.from(weight) };
}

/** Whole-number ratios: integer sums, one float32 multiplication by 1 / area. */
function shrinkByInteger(src: RgbImage, width: number, height: number): RgbImage {
  const fx = src.width / width;
  const fy = src.height / height;
  if (fx === 2 && fy === 2) return halve(src);
  const scale = Math.fround(1 / (fx * fy));
  const sums = new Int32Array(width * 3);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    sums.fill(0);
    for (let row = y * fy; row < (y + 1) * fy; row++) {
      let i = row * src.width * 3;
      for (let x = 0; x < sums.length; x += 3) {
        for (let k = 0; k < fx; k++, i += 3) {
          sums[x] = sums[x]! + src.data[i]!;
          sums[x + 1] = sums[x + 1]! + src.data[i + 1]!;
          sums[x + 2] = sums[x + 2]! + src.data[i + 2]!;
        }
      }
    }
    for (const sum of sums) data[o++] = clampByte(roundHalfEven(Math.fround(sum * scale)));
  }
  return { width, height, data };
}

/** Any other ratio: float32 sums over a row, then over the rows. */
function shrinkByTable(src: RgbImage, width: number, height: number): RgbImage {
  const xs = areaTable(src.width, width);
  const ys = areaTable(src.height, height);
  const samples = width * 3;
  const rowSum = new Float32Array(samples);
  const sum = new Float32Array(samples);
  const data = new Uint8Array(samples * height);
  for (let y = 0; y < height; y++) {
    sum.fill(0);
    for (let t = ys.start[y]!; t < ys.start[y + 1]!; t++) {
      sumRow(src, ys.index[t]!, xs, rowSum);
      const beta = ys.weight[t]!;
      for (let i = 0; i < samples; i++) sum[i] = sum[i]! + Math.fround(beta * rowSum[i]!);
    }
    const base = y * samples;
    for (let i = 0; i < samples; i++) data[base + i] = clampByte(roundHalfEven(sum[i]!));
  }
  return { width, height, data };
}

function sumRow(src: RgbImage, row: number, xs: AreaTable, out: Float32Array): void {
  const { data } = src;
  const base = row * src.width * 3;
  for (let x = 0, o = 0; o < out.length; x++, o += 3) {
    let r = 0;
    let g = 0;
    let b = 0;
    for (let t = xs.start[x]!; t < xs.start[x + 1]!; t++) {
      const i = base + xs.index[t]! * 3;
      const w = xs.weight[t]!;
      r = Math.fround(r + Math.fround(data[i]! * w));
      g = Math.fround(g + Math.fround(data[i + 1]! * w));
      b = Math.fround(b + Math.fround(data[i + 2]! * w));
    }
    out[o] = r;
    out[o + 1] = g;
    out[o + 2] = b;
  }
}

/**
 * `cv2.resize(src, (width, height), interpolation=cv2.INTER_AREA)`. When either axis is enlarged OpenCV
 * interpolates linearly with its own placement of the taps; that is kept.
 * Source of the formula: OpenCV `imgproc/src/resize.cpp` (ResizeArea, ResizeAreaFast, computeResizeAreaTab).
 */
export function resizeCvArea(src: RgbImage, width: number, height: number): RgbImage {
  if (src.width < width || src.height < height) return resizeWithTaps(src, width, height, 'area');
  if (src.width % width === 0 && src.height % height === 0) {
    return shrinkByInteger(src, width, height);
  }
  return shrinkByTable(src, width, height);
}
