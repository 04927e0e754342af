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
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let x = 0; x < width; x++) {
      const p = (y * width + x) * 3;
      const grey = (19595 * data[p]! + 38470 * data[p + 1]! + 7471 * data[p + 2]! + 32768) >> 16;
      for (const { area, share } of columns[x]!) line[area]! += grey * share;
    }
    for (const { area, share } of rows[y]!) {
      for (let c = 0; c < COLUMNS; c++) sums[area * COLUMNS + c]! += line[c]! * share;
    }
  }
  return sums;
}

/** For every pixel along an axis the areas it overlaps and by how many `areas`-ths of itself. */
function spans(size: number, areas: number): { area: number; share: number }[][] {
  return Array.from({ length: size }, (_, pixel) => {
    const list: { area: number; share: number }[] = [];
    // In units of 1 / areas pixel: the pixel spans `areas` units, an area spans `size` units.
    for (let area = Math.floor((pixel * areas) / size); area < areas; area++) {
      const from = Math.max(pixel * areas, area * size);
      const to = Math.min((pixel + 1) * areas, (area + 1) * size);
      if (to <= from) break;
      list.push({ area, share: to - from });
    }
    return list;
  });
}
