import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpegLoss } from '../../../src/core/image/jpegLoss';
import type { RgbImage } from '../../../src/core/types';
import { uniform } from '../evaluation/random';

const sample = (path: string): Buffer =>
  readFileSync(new URL(`../../../public/sample/${path}`, import.meta.url));

async function pixels(image: Sharp): Promise<RgbImage> {
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** Encoded to a file by libjpeg, without subsampling, and decoded again. */
async function throughFile({ width, height, data }: RgbImage, quality: number): Promise<RgbImage> {
  const file = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return pixels(sharp(file));
}

function made(width: number, height: number, seed: number): RgbImage {
  const next = uniform(seed);
  const data = new Uint8Array(width * height * 3);
  // Waves with some noise, and a corner of pure noise: large and small coefficients.
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % width;
    const noise = 255 * next();
    data[i] = x > width / 2 ? noise : (128 + 100 * Math.sin(x / 5 + i / 997) + noise / 8) & 255;
  }
  return { width, height, data };
}

describe('jpegLoss', () => {
  it.each([
    [64, 48, 80],
    [37, 29, 80],
    [1, 1, 80],
    [9, 200, 80],
    [61, 61, 20],
    [61, 61, 50],
    [61, 61, 95],
    [61, 61, 100],
  ])('equals libjpeg byte by byte: %i x %i, quality %i', async (width, height, quality) => {
    const image = made(width, height, quality);
    const ours = jpegLoss(image, quality);
    expect(Buffer.compare(ours.data, (await throughFile(image, quality)).data)).toBe(0);
    if (width > 1) expect(Buffer.compare(ours.data, image.data)).not.toBe(0);
  });

  it('equals libjpeg on a photo', async () => {
    const photo = await pixels(sharp(sample('Biscuit/1.jpg')));
    const theirs = await throughFile(photo, 80);
    expect(Buffer.compare(jpegLoss(photo, 80).data, theirs.data)).toBe(0);
  });

  it('refuses a quality that is none', () => {
    expect(() => jpegLoss(made(8, 8, 1), 0)).toThrow(RangeError);
    expect(() => jpegLoss(made(8, 8, 1), 80.5)).toThrow(RangeError);
  });
});
