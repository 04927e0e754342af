/**
 * dHash of a photo: 64 bits, each telling whether one of 9 x 8 grey areas is brighter than its right neighbour
 * (Krawetz, "Kind of Like That", 2013). Ours is defined exactly: grey = (19595 R + 38470 G + 7471 B + 32768) >> 16,
 * areas are exact box means (pixels cut by a border count by their share), row-major, first bit highest.
 */
import type { RgbImage } from '../types';

const COLUMNS = 9;
const ROWS = 8;

/** @returns 16 lowercase hex digits. */
export function dhash(image: RgbImage): string {
  const sums = greyAreas(image);
  let hex = '';
  for (let row = 0; row < ROWS; row++) {
    let byte = 0;
    for (let column = 0; column < COLUMNS - 1; column++) {
      const at = row * COLUMNS + column;
      byte = (byte << 1) | (sums[at]! > sums[at + 1]! ? 1 : 0);
    }
    hex += byte.toString(16).padStart(2, '0');
  }
  return hex;
}

/** Grey sums of the areas, all over the same size. Shares are whole ninths and eighths, so the sums are exact integers. */
function greyAreas({ width, height, data }: RgbImage): Float64Array {
  const columns = spans(width, COLUMNS);
  const rows = spans(height, ROWS);
  const sums = new Float64Array(COLUMNS * ROWS);
  const line = new Float64Array(COLUMNS);
  const grey = new Uint8Array(width);
  rows.forEach((row, r) => {
    for (let y = row.from; y < row.until; y++) {
      for (let x = 0, p = y * width * 3; x < width; x++, p += 3) {
        grey[x] = (19595 * data[p]! + 38470 * data[p + 1]! + 7471 * data[p + 2]! + 32768) >> 16;
      }
      columns.forEach((column, c) => {
        let sum = 0;
        for (let x = column.from; x < column.until; x++) sum += grey[x]!;
        const first = grey[column.from]! * (COLUMNS - column.first);
        const last = grey[column.until - 1]! * (COLUMNS - column.last);
        line[c] = sum * COLUMNS - first - last;
      });
      let share = ROWS;
      if (y === row.from) share -= ROWS - row.first;
      if (y === row.until - 1) share -= ROWS - row.last;
      for (let c = 0; c < COLUMNS; c++) sums[r * COLUMNS + c]! += line[c]! * share;
    }
  });
  return sums;
}

interface Span {
  /** Pixels from `from` up to, not including, `until` touch the area. */
  readonly from: number;
  readonly until: number;
  /** By how many `areas`-ths of itself the first and the last pixel lie inside; all others lie inside whole. */
  readonly first: number;
  readonly last: number;
}

/** The pixels of each of `areas` equal parts of an axis. */
function spans(size: number, areas: number): Span[] {
  return Array.from({ length: areas }, (_, area) => {
    // In units of 1 / areas pixel: a pixel is `areas` long, an area `size`.
    const [start, end] = [area * size, (area + 1) * size];
    const from = Math.floor(start / areas);
    const until = Math.ceil(end / areas);
    // One pixel that holds the whole area is first and last at once: what is cut on both sides is cut twice.
    return { from, until, first: (from + 1) * areas - start, last: end - (until - 1) * areas };
  });
}
