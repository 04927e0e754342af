/** Made pictures for warm-up runs: the same on every machine, and unlike each other. */
import type { RgbImage } from '../types';

type Painter = (x: number, y: number) => readonly [number, number, number];

/** Integer hash of a pixel, 0..255. */
function noise(x: number, y: number, channel: number): number {
  let h = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(channel + 1, 0xc2b2ae35); // prettier-ignore
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) >>> 8) & 255;
}

/** x and y run from 0 to 1 over the picture. */
const PAINTERS: readonly Painter[] = [
  (x, y) => [255 * x, 255 * y, 128],
  (x, y) => ((Math.floor(x * 8) + Math.floor(y * 8)) % 2 === 0 ? [240, 240, 235] : [20, 30, 40]),
  (x, y) => [0, 1, 2].map((c) => noise(Math.floor(x * 64), Math.floor(y * 64), c)) as [number, number, number], // prettier-ignore
  (x, y) => (Math.hypot(x - 0.5, y - 0.45) < 0.3 ? [170, 110, 60] : [60, 140, 70]),
];

/** Four pictures: a colour ramp, a chessboard, coarse noise, a brown disc on green. */
export function probeImages(width: number, height: number): RgbImage[] {
  return PAINTERS.map((paint) => {
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i += 3) data.set(paint(x / width, y / height), i);
    }
    return { width, height, data };
  });
}
