import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizePillow } from '../../../src/core/image/pillow';
import { resize } from '../../../src/core/image/resize';
import { RESIZE_KERNELS, type ResizeKernel } from '../../../src/core/recipe/schema';
import type { RgbImage } from '../../../src/core/types';

interface Golden {
  readonly kernel: ResizeKernel | 'pil-lanczos';
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly sha256: string;
}

/** Made by make_goldens.py with the real Pillow and OpenCV. */
const goldens = JSON.parse(readFileSync(new URL('goldens.json', import.meta.url), 'utf8')) as {
  readonly source64x48: string;
  readonly cases: readonly Golden[];
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The same picture as in make_goldens.py. */
function picture(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const noise = ((Math.imul(i, 2654435761) + 12345) >>> 0) >>> 24;
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const wave =
      (Math.floor((x * 255) / Math.max(width - 1, 1)) + (Math.floor(y / 8) % 2) * 96 + (i % 3) * 20) % 256; // prettier-ignore
    data[i] = Math.floor((wave * 3 + noise) / 4);
  }
  return { width, height, data };
}

describe('resize', () => {
  it('starts from the picture that the goldens were made of', () => {
    expect(sha256(picture(64, 48).data)).toBe(goldens.source64x48);
    expect(goldens.cases.length).toBe(80);
  });

  it.each(goldens.cases)('$kernel $from -> $to has the bytes of its library', (golden) => {
    const { kernel, from, to } = golden;
    const source = picture(...from);
    const out =
      kernel === 'pil-lanczos'
        ? resizePillow(source, ...to, kernel)
        : resize(source, ...to, kernel);
    expect(sha256(out.data)).toBe(golden.sha256);
  });

  it('keeps a flat picture flat, whatever the sizes', () => {
    const side = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.nat(255),
        fc.constantFrom(...RESIZE_KERNELS),
        (w, h, tw, th, value, kernel) => {
          const flat = { width: w, height: h, data: new Uint8Array(w * h * 3).fill(value) };
          const out = resize(flat, tw, th, kernel);
          expect(out.data.length).toBe(tw * th * 3);
          // OpenCV's fixed point loses a level where both taps fall on the border row.
          const least = kernel === 'cv-linear' || kernel === 'cv-area' ? value - 1 : value;
          for (const v of out.data) if (v > value || v < least) throw new Error(`${v} of ${value}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is no stand-in: the antialiased and the aliased kernel differ when shrinking', () => {
    const src = picture(400, 300);
    expect(sha256(resize(src, 64, 48, 'pil-bilinear').data)).not.toBe(
      sha256(resize(src, 64, 48, 'cv-linear').data),
    );
  });

  it('refuses sizes that are none', () => {
    expect(() => resize(picture(4, 4), 0, 4, 'cv-linear')).toThrow(RangeError);
    expect(() => resize(picture(4, 4), 2.5, 4, 'pil-bilinear')).toThrow(RangeError);
  });
});
