/**
 * OpenCV's `INTER_LINEAR` for 8-bit RGB: 2x2 taps whatever the ratio (aliased when shrinking), in 11-bit
 * fixed point. This is what the YOLO networks are fed by ultralytics.
 */
import type { RgbImage } from '../types';
import { roundHalfEven } from './rounding';

/** Coefficients are stored as round(c * 2048). */
const COEF_ONE = 2048;

/** Two taps per output sample along one axis: indexes into the source and their weights. */
export interface LinearTaps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weightFirst: Int32Array;
  readonly weightSecond: Int32Array;
}

/** How a source position is found: `point` samples centres, `area` is INTER_AREA's rule for enlarging. */
export type LinearRule = 'point' | 'area';

function position(out: number, scale: number, rule: LinearRule): { index: number; rest: number } {
  if (rule === 'point') {
    const at = Math.fround((out + 0.5) * scale - 0.5);
    const index = Math.floor(at);
    return { index, rest: Math.fround(at - index) };
  }
  const index = Math.floor(out * scale);
  const at = Math.fround(out + 1 - (index + 1) / scale);
  return { index, rest: at <= 0 ? 0 : Math.fround(at - Math.floor(at)) };
}

/**
 * Taps for shrinking or enlarging `from` samples to `to`. Along x, OpenCV moves a tap that leaves the image
 * onto the border pixel with full weight; along y it keeps the weights and repeats the border row. The two
 * differ by the rounding of the weights, so both are kept.
 */
export function linearTaps(
  from: number,
  to: number,
  axis: 'x' | 'y',
  rule: LinearRule = 'point',
): LinearTaps {
  const scale = 1 / (to / from);
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const weightFirst = new Int32Array(to);
  const weightSecond = new Int32Array(to);
  for (let out = 0; out < to; out++) {
    let { index, rest } = position(out, scale, rule);
    if (axis === 'x') {
      if (index < 0) {
        index = 0;
        rest = 0;
      }
      if (index >= from - 1) {
        index = from - 1;
        rest = 0;
      }
    }
    first[out] = Math.min(Math.max(index, 0), from - 1);
    second[out] = Math.min(Math.max(index + 1, 0), from - 1);
    weightFirst[out] = roundHalfEven(Math.fround(Math.fround(1 - rest) * COEF_ONE));
    weightSecond[out] = roundHalfEven(Math.fround(rest * COEF_ONE));
  }
  return { first, second, weightFirst, weightSecond };
}

/** One source row, horizontally interpolated: out[3 * x + c] in 0..255 * 2048. */
function horizontal(src: RgbImage, row: number, taps: LinearTaps, out: Int32Array): void {
  const { data } = src;
  const base = row * src.width * 3;
  const { first, second, weightFirst, weightSecond } = taps;
  for (let x = 0, o = 0; x < first.length; x++, o += 3) {
    const a = base + first[x]! * 3;
    const b = base + second[x]! * 3;
    const wa = weightFirst[x]!;
    const wb = weightSecond[x]!;
    out[o] = Math.imul(data[a]!, wa) + Math.imul(data[b]!, wb);
    out[o + 1] = Math.imul(data[a + 1]!, wa) + Math.imul(data[b + 1]!, wb);
    out[o + 2] = Math.imul(data[a + 2]!, wa) + Math.imul(data[b + 2]!, wb);
  }
}

/** Resizes with the taps given; see {@link resizeCvLinear}. */
export function resizeWithTaps(
  src: RgbImage,
  width: number,
  height: number,
  rule: LinearRule,
): RgbImage {
  const xs = linearTaps(src.width, width, 'x', rule);
  const ys = linearTaps(src.height, height, 'y', rule);
  const data = new Uint8Array(width * height * 3);
  const samples = width * 3;
  // The two source rows in use; a row shared by neighbouring output rows is interpolated once.
  let upper = new Int32Array(samples);
  let lower = new Int32Array(samples);
  let upperRow = -1;
  let lowerRow = -1;
  for (let y = 0; y < height; y++) {
    const wantUpper = ys.first[y]!;
    const wantLower = ys.second[y]!;
    if (wantUpper !== upperRow) {
      if (wantUpper === lowerRow) {
        [upper, lower] = [lower, upper];
        [upperRow, lowerRow] = [lowerRow, upperRow];
      } else {
        horizontal(src, wantUpper, xs, upper);
        upperRow = wantUpper;
      }
    }
    if (wantLower !== lowerRow) {
      if (wantLower === upperRow) lower.set(upper);
      else horizontal(src, wantLower, xs, lower);
      lowerRow = wantLower;
    }
    const w0 = ys.weightFirst[y]!;
    const w1 = ys.weightSecond[y]!;
    const base = y * samples;
    for (let i = 0; i < samples; i++) {
      data[base + i] =
        ((Math.imul(w0, upper[i]! >> 4) >> 16) + (Math.imul(w1, lower[i]! >> 4) >> 16) + 2) >> 2;
    }
  }
  return { width, height, data };
}

/** Mean of 2x2 blocks, (a + b + c + d + 2) >> 2: OpenCV takes this for INTER_LINEAR at exactly half size. */
export function halve(src: RgbImage): RgbImage {
  const width = src.width / 2;
  const height = src.height / 2;
  const stride = src.width * 3;
  const from = src.data;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0, i = y * 2 * stride; x < width; x++, i += 6, o += 3) {
      for (let c = 0; c < 3; c++) {
        const at = i + c;
        data[o + c] =
          (from[at]! + from[at + 3]! + from[at + stride]! + from[at + stride + 3]! + 2) >> 2;
      }
    }
  }
  return { width, height, data };
}

/**
 * `cv2.resize(src, (width, height), interpolation=cv2.INTER_LINEAR)`.
 * Source of the formula: OpenCV `imgproc/src/resize.cpp` (HResizeLinear, VResizeLinear for uchar).
 */
export function resizeCvLinear(src: RgbImage, width: number, height: number): RgbImage {
  if (src.width === width * 2 && src.height === height * 2) return halve(src);
  return resizeWithTaps(src, width, height, 'point');
}
