import { describe, expect, it } from 'vitest';
import { cropImage } from '../../../src/core/image/crop';
import type { RgbImage } from '../../../src/core/types';

const src: RgbImage = {
  width: 4,
  height: 3,
  data: Uint8Array.from({ length: 36 }, (_, i) => Math.floor(i / 3)),
};
const first = (img: RgbImage): number[] => [...img.data].filter((_, i) => i % 3 === 0);

describe('cropImage', () => {
  it('copies the pixels of the box; x2 and y2 are exclusive', () => {
    const out = cropImage(src, { x1: 1, y1: 1, x2: 3, y2: 3 });
    expect([out.width, out.height]).toEqual([2, 2]);
    expect(first(out)).toEqual([5, 6, 9, 10]);
  });

  it('does not share memory with the photo', () => {
    const out = cropImage(src, { x1: 0, y1: 0, x2: 4, y2: 3 });
    out.data[0] = 99;
    expect(src.data[0]).toBe(0);
  });

  it.each([
    [{ x1: -1, y1: 0, x2: 2, y2: 2 }],
    [{ x1: 0, y1: 0, x2: 5, y2: 2 }],
    [{ x1: 2, y1: 0, x2: 2, y2: 2 }],
    [{ x1: 0.5, y1: 0, x2: 2, y2: 2 }],
    [{ x1: 0, y1: 0, x2: NaN, y2: 2 }],
  ])('refuses %o', (box) => {
    expect(() => cropImage(src, box)).toThrow(RangeError);
  });
});
