/**
 * What baseline JPEG does to pixels, without the file: colour transform, DCT, quantisation and all of it back, in
 * libjpeg's integers and without chroma subsampling (4:4:4). Entropy coding loses nothing, so the result equals
 * encoding and decoding with libjpeg-turbo, and is the same on every platform.
 * Source of the formulas: ITU-T T.81 Annex K (tables); libjpeg `jccolor.c`, `jfdctint.c`, `jcdctmgr.c`,
 * `jidctint.c`, `jdcolor.c` (the accurate integer method of Loeffler, Ligtenberg and Moschytz).
 */
import type { RgbImage } from '../types';
import { clampByte } from './rounding';

/** Annex K, tables K.1 and K.2, in row order. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** The pixels after a JPEG of this quality (1..100). @throws RangeError for another quality. */
export function jpegLoss({ width, height, data }: RgbImage, quality: number): RgbImage {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new RangeError(`a JPEG quality is 1..100, not ${quality}`);
  }
  const tables = [LUMINANCE, CHROMINANCE, CHROMINANCE].map((base) => scaled(base, quality));
  const out = new Uint8Array(data.length);
  const blocks = [new Int32Array(64), new Int32Array(64), new Int32Array(64)] as const;
  const [luma, blue, red] = blocks;
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        // Blocks beyond the edge repeat its last pixel.
        const x = Math.min(left + (i & 7), width - 1);
        const y = Math.min(top + (i >> 3), height - 1);
        const at = (y * width + x) * 3;
        toYcc(data[at]!, data[at + 1]!, data[at + 2]!, i, luma, blue, red);
      }
      blocks.forEach((block, component) => {
        forward(block);
        requantise(block, tables[component]!);
        inverse(block);
      });
      const rows = Math.min(8, height - top);
      const columns = Math.min(8, width - left);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const i = row * 8 + column;
          const at = ((top + row) * width + left + column) * 3;
          toRgb(luma[i]!, blue[i]! - 128, red[i]! - 128, out, at);
        }
      }
    }
  }
  return { width, height, data: out };
}

function scaled(base: readonly number[], quality: number): Int32Array {
  const factor = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Int32Array.from(base, (value) =>
    Math.min(255, Math.max(1, Math.floor((value * factor + 50) / 100))),
  );
}

/** 16-bit fixed point of a coefficient of the colour transform. */
const fix16 = (x: number): number => Math.floor(x * 65536 + 0.5);
const HALF_16 = 1 << 15;
const [R_Y, G_Y, B_Y] = [fix16(0.299), fix16(0.587), fix16(0.114)];
const [R_CB, G_CB] = [fix16(0.16874), fix16(0.33126)];
const [G_CR, B_CR] = [fix16(0.41869), fix16(0.08131)];
const [CR_R, CB_B, CB_G, CR_G] = [fix16(1.402), fix16(1.772), fix16(0.34414), fix16(0.71414)];
/** 128 and not quite a half, so that 255.5 does not become 256. */
const CENTRE_16 = (128 << 16) + HALF_16 - 1;

/** Samples are stored less 128, as the DCT wants them. */
function toYcc(
  r: number,
  g: number,
  b: number,
  i: number,
  luma: Int32Array,
  blue: Int32Array,
  red: Int32Array,
): void {
  luma[i] = ((R_Y * r + G_Y * g + B_Y * b + HALF_16) >> 16) - 128;
  blue[i] = ((-R_CB * r - G_CB * g + HALF_16 * b + CENTRE_16) >> 16) - 128;
  red[i] = ((HALF_16 * r - G_CR * g - B_CR * b + CENTRE_16) >> 16) - 128;
}

function toRgb(y: number, cb: number, cr: number, out: Uint8Array, at: number): void {
  out[at] = clampByte(y + ((CR_R * cr + HALF_16) >> 16));
  out[at + 1] = clampByte(y + ((-CB_G * cb - CR_G * cr + HALF_16) >> 16));
  out[at + 2] = clampByte(y + ((CB_B * cb + HALF_16) >> 16));
}

/** Bits after the point of the DCT's constants, and those kept between its passes. */
const CONST_BITS = 13;
const PASS_BITS = 2;
const F_0_298 = 2446;
const F_0_390 = 3196;
const F_0_541 = 4433;
const F_0_765 = 6270;
const F_0_899 = 7373;
const F_1_175 = 9633;
const F_1_501 = 12299;
const F_1_847 = 15137;
const F_1_961 = 16069;
const F_2_053 = 16819;
const F_2_562 = 20995;
const F_3_072 = 25172;

const descale = (x: number, bits: number): number => (x + (1 << (bits - 1))) >> bits;

/** In place; coefficients come out eight times too large, which `requantise` takes away. */
function forward(d: Int32Array): void {
  for (let row = 0; row < 64; row += 8) forwardLine(d, row, 1, CONST_BITS - PASS_BITS, true);
  for (let column = 0; column < 8; column++) {
    forwardLine(d, column, 8, CONST_BITS + PASS_BITS, false);
  }
}

function forwardLine(d: Int32Array, o: number, s: number, bits: number, first: boolean): void {
  const t0 = d[o]! + d[o + 7 * s]!;
  const t7 = d[o]! - d[o + 7 * s]!;
  const t1 = d[o + s]! + d[o + 6 * s]!;
  const t6 = d[o + s]! - d[o + 6 * s]!;
  const t2 = d[o + 2 * s]! + d[o + 5 * s]!;
  const t5 = d[o + 2 * s]! - d[o + 5 * s]!;
  const t3 = d[o + 3 * s]! + d[o + 4 * s]!;
  const t4 = d[o + 3 * s]! - d[o + 4 * s]!;

  const t10 = t0 + t3;
  const t13 = t0 - t3;
  const t11 = t1 + t2;
  const t12 = t1 - t2;
  d[o] = first ? (t10 + t11) << PASS_BITS : descale(t10 + t11, PASS_BITS);
  d[o + 4 * s] = first ? (t10 - t11) << PASS_BITS : descale(t10 - t11, PASS_BITS);
  const even = (t12 + t13) * F_0_541;
  d[o + 2 * s] = descale(even + t13 * F_0_765, bits);
  d[o + 6 * s] = descale(even - t12 * F_1_847, bits);

  const z5 = (t4 + t6 + t5 + t7) * F_1_175;
  const z1 = -(t4 + t7) * F_0_899;
  const z2 = -(t5 + t6) * F_2_562;
  const z3 = -(t4 + t6) * F_1_961 + z5;
  const z4 = -(t5 + t7) * F_0_390 + z5;
  d[o + 7 * s] = descale(t4 * F_0_298 + z1 + z3, bits);
  d[o + 5 * s] = descale(t5 * F_2_053 + z2 + z4, bits);
  d[o + 3 * s] = descale(t6 * F_3_072 + z2 + z3, bits);
  d[o + s] = descale(t7 * F_1_501 + z1 + z4, bits);
}

/** Divides, rounds halves away from zero, and multiplies again. */
function requantise(d: Int32Array, table: Int32Array): void {
  for (let i = 0; i < 64; i++) {
    const step = table[i]! * 8;
    const value = d[i]!;
    const level = Math.floor((Math.abs(value) + (step >> 1)) / step);
    d[i] = (value < 0 ? -level : level) * table[i]!;
  }
}

/** In place; samples come out as bytes. */
function inverse(d: Int32Array): void {
  for (let column = 0; column < 8; column++) inverseLine(d, column, 8, CONST_BITS - PASS_BITS);
  for (let row = 0; row < 64; row += 8) inverseLine(d, row, 1, CONST_BITS + PASS_BITS + 3);
  for (let i = 0; i < 64; i++) d[i] = clampByte(d[i]! + 128);
}

function inverseLine(d: Int32Array, o: number, s: number, bits: number): void {
  const even = (d[o + 2 * s]! + d[o + 6 * s]!) * F_0_541;
  const e2 = even - d[o + 6 * s]! * F_1_847;
  const e3 = even + d[o + 2 * s]! * F_0_765;
  const e0 = (d[o]! + d[o + 4 * s]!) << CONST_BITS;
  const e1 = (d[o]! - d[o + 4 * s]!) << CONST_BITS;
  const t10 = e0 + e3;
  const t13 = e0 - e3;
  const t11 = e1 + e2;
  const t12 = e1 - e2;

  const t0 = d[o + 7 * s]!;
  const t1 = d[o + 5 * s]!;
  const t2 = d[o + 3 * s]!;
  const t3 = d[o + s]!;
  const z5 = (t0 + t2 + t1 + t3) * F_1_175;
  const z1 = -(t0 + t3) * F_0_899;
  const z2 = -(t1 + t2) * F_2_562;
  const z3 = -(t0 + t2) * F_1_961 + z5;
  const z4 = -(t1 + t3) * F_0_390 + z5;
  const o0 = t0 * F_0_298 + z1 + z3;
  const o1 = t1 * F_2_053 + z2 + z4;
  const o2 = t2 * F_3_072 + z2 + z3;
  const o3 = t3 * F_1_501 + z1 + z4;

  d[o] = descale(t10 + o3, bits);
  d[o + 7 * s] = descale(t10 - o3, bits);
  d[o + s] = descale(t11 + o2, bits);
  d[o + 6 * s] = descale(t11 - o2, bits);
  d[o + 2 * s] = descale(t12 + o1, bits);
  d[o + 5 * s] = descale(t12 - o1, bits);
  d[o + 3 * s] = descale(t13 + o0, bits);
  d[o + 4 * s] = descale(t13 - o0, bits);
}
