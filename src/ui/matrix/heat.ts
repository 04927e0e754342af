/** Paints the visible part of the matrix into pixels: nearest cells when large, a mean of samples when small. */
import type { Viewport } from './viewport';

export interface Heat {
  /** float32 [n, n] in row order of the analysis. */
  readonly similarity: Float32Array;
  readonly n: number;
  /** Display position -> row. */
  readonly order: Int32Array;
  /** Similarities at the two ends of the colours. */
  readonly domain: readonly [number, number];
  /** 32-bit pixels, low to high. */
  readonly colours: Uint32Array;
  /** What the diagonal gets: a photo with itself says nothing. */
  readonly diagonal: number;
}

/** Samples per pixel and axis where a pixel covers several cells. */
const SAMPLES = 3;

/** `out` is side x side pixels, `ratio` of them to a CSS px. */
export function paintHeat(
  out: Uint32Array,
  side: number,
  ratio: number,
  view: Viewport,
  heat: Heat,
): void {
  const perPixel = 1 / (view.scale * ratio);
  if (perPixel <= 1) paintNearest(out, side, perPixel, view, heat);
  else paintMeans(out, side, perPixel, view, heat);
}

function paintNearest(
  out: Uint32Array,
  side: number,
  perPixel: number,
  view: Viewport,
  { similarity, n, order, domain, colours, diagonal }: Heat,
): void {
  const [low, high] = domain;
  const gain = (colours.length - 1) / (high - low);
  const columns = new Int32Array(side);
  for (let x = 0; x < side; x++) {
    columns[x] = Math.min(n - 1, Math.floor(view.x + (x + 0.5) * perPixel));
  }
  let above = -1;
  for (let y = 0; y < side; y++) {
    const row = Math.min(n - 1, Math.floor(view.y + (y + 0.5) * perPixel));
    if (row === above) {
      out.copyWithin(y * side, (y - 1) * side, y * side);
      continue;
    }
    above = row;
    const base = order[row]! * n;
    for (let x = 0; x < side; x++) {
      const column = columns[x]!;
      out[y * side + x] =
        column === row ? diagonal : shade(similarity[base + order[column]!]!, low, gain, colours);
    }
  }
}

function paintMeans(
  out: Uint32Array,
  side: number,
  perPixel: number,
  view: Viewport,
  { similarity, n, order, domain, colours }: Heat,
): void {
  const [low, high] = domain;
  const gain = (colours.length - 1) / (high - low);
  const columns = new Int32Array(side * SAMPLES);
  const sampleAt = (first: number, i: number): number =>
    order[Math.min(n - 1, Math.floor(first + ((i + 0.5) * perPixel) / SAMPLES))]!;
  for (let i = 0; i < columns.length; i++) columns[i] = sampleAt(view.x, i);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      let count = 0;
      for (let sy = 0; sy < SAMPLES; sy++) {
        const row = sampleAt(view.y, y * SAMPLES + sy);
        for (let sx = 0; sx < SAMPLES; sx++) {
          const column = columns[x * SAMPLES + sx]!;
          if (row === column) continue;
          sum += similarity[row * n + column]!;
          count++;
        }
      }
      out[y * side + x] = shade(count === 0 ? high : sum / count, low, gain, colours);
    }
  }
}

function shade(value: number, low: number, gain: number, colours: Uint32Array): number {
  const at = Math.round((value - low) * gain);
  return colours[at < 0 ? 0 : at >= colours.length ? colours.length - 1 : at]!;
}
