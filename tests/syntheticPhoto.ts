import type { RgbImage } from '../src/core/types';

/** A smooth pattern with some edges; no random numbers, so that it is the same everywhere. */
export function syntheticPhoto(side: number): RgbImage {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y * side + x) * 3;
      const inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 3) ** 2;
      data[at] = (x * 255) / side;
      data[at + 1] = inside ? 200 - (y * 90) / side : (y * 255) / side;
      data[at + 2] = (x >> 4) % 2 === (y >> 4) % 2 ? 90 : 160;
    }
  }
  return { width: side, height: side, data };
}
