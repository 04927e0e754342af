/**
 * Float64 dot products of the stored float32 rows. Every product of two float32 is exact in float64 and every
 * sum runs over the columns in ascending order with one accumulator, so that `dot(m, i, j)`, `dot(m, j, i)` and
 * the blocked strips give the same bits: equal rows tie exactly, everywhere.
 */
import type { EmbeddingMatrix } from '../types';

/** Rows of one strip: 16 rows against all later ones keep the traffic to memory low. */
export const STRIP_ROWS = 16;

/** @throws RangeError when the matrix is not rows x dim or holds a value that is not finite. */
export function assertFinite(m: EmbeddingMatrix): void {
  if (m.data.length !== m.rows * m.dim) {
    throw new RangeError(
      `embedding matrix: ${m.data.length} values are not ${m.rows} rows of ${m.dim}`,
    );
  }
  for (let k = 0; k < m.data.length; k++) {
    if (!Number.isFinite(m.data[k]!)) {
      throw new RangeError(
        `embedding matrix: row ${Math.floor(k / m.dim)} holds a value that is not a finite number`,
      );
    }
  }
}

/** Float64 dot product of rows i and j. */
export function dot(m: EmbeddingMatrix, i: number, j: number): number {
  const { data, dim } = m;
  const p = i * dim;
  const q = j * dim;
  let sum = 0;
  for (let k = 0; k < dim; k++) sum += data[p + k]! * data[q + k]!;
  return sum;
}

/**
 * Walks the upper triangle in strips of up to STRIP_ROWS rows. `visit(first, count, strip)` may read
 * `strip[r * n + j]`, the dot product of rows first + r and j, for every j >= first; the buffer is reused.
 */
export function forEachStrip(
  m: EmbeddingMatrix,
  visit: (first: number, count: number, strip: Float64Array) => void,
): void {
  const n = m.rows;
  const strip = new Float64Array(STRIP_ROWS * n);
  for (let first = 0; first < n; first += STRIP_ROWS) {
    const count = Math.min(STRIP_ROWS, n - first);
    fillStrip(m, first, count, strip);
    visit(first, count, strip);
  }
}

function fillStrip(m: EmbeddingMatrix, first: number, count: number, strip: Float64Array): void {
  const n = m.rows;
  const wholeRows = count - (count % 4);
  let j = first;
  for (; j + 4 <= n; j += 4) {
    for (let r = 0; r < wholeRows; r += 4) tile4(m, first + r, j, strip, r * n + j);
    for (let r = wholeRows; r < count; r++) {
      for (let c = 0; c < 4; c++) strip[r * n + j + c] = dot(m, first + r, j + c);
    }
  }
  for (; j < n; j++) {
    for (let r = 0; r < count; r++) strip[r * n + j] = dot(m, first + r, j);
  }
}

/** Sixteen dot products at once (rows i..i+3 with rows j..j+3): eight loads serve sixteen sums. */
function tile4(m: EmbeddingMatrix, i: number, j: number, out: Float64Array, offset: number): void {
  const { data: a, dim, rows: n } = m;
  const p0 = i * dim;
  const p1 = p0 + dim;
  const p2 = p1 + dim;
  const p3 = p2 + dim;
  const q0 = j * dim;
  const q1 = q0 + dim;
  const q2 = q1 + dim;
  const q3 = q2 + dim;
  let s00 = 0,
    s01 = 0,
    s02 = 0,
    s03 = 0;
  let s10 = 0,
    s11 = 0,
    s12 = 0,
    s13 = 0;
  let s20 = 0,
    s21 = 0,
    s22 = 0,
    s23 = 0;
  let s30 = 0,
    s31 = 0,
    s32 = 0,
    s33 = 0;
  for (let k = 0; k < dim; k++) {
    const x0 = a[p0 + k]!;
    const x1 = a[p1 + k]!;
    const x2 = a[p2 + k]!;
    const x3 = a[p3 + k]!;
    const y0 = a[q0 + k]!;
    const y1 = a[q1 + k]!;
    const y2 = a[q2 + k]!;
    const y3 = a[q3 + k]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  let o = offset;
  out[o] = s00;
  out[o + 1] = s01;
  out[o + 2] = s02;
  out[o + 3] = s03;
  o += n;
  out[o] = s10;
  out[o + 1] = s11;
  out[o + 2] = s12;
  out[o + 3] = s13;
  o += n;
  out[o] = s20;
  out[o + 1] = s21;
  out[o + 2] = s22;
  out[o + 3] = s23;
  o += n;
  out[o] = s30;
  out[o + 1] = s31;
  out[o + 2] = s32;
  out[o + 3] = s33;
}
