import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { libraryPreview, previewSize, Rescale } from '../../../src/core/immich/preview';
import { createPipeline } from '../../../src/core/pipeline';
import type { RgbImage } from '../../../src/core/types';
import { deps, fakeEmbedder, fakeYolo, gradient } from '../pipeline/fakes';

/** Soft shapes: what photos are made of, without the noise on which no two resamplings agree. */
function soft(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(x / 23) * Math.cos(y / 31);
      const edge = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2 ? 60 : 0;
      data[o++] = 120 + 60 * wave + edge;
      data[o++] = 110 + 50 * Math.sin((x + y) / 47);
      data[o++] = 90 + edge;
    }
  }
  return { width, height, data };
}

/** As the library makes its preview. */
async function theirs({ width, height, data }: RgbImage): Promise<RgbImage> {
  const file = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(1440, 1440, { fit: 'outside', withoutEnlargement: true })
    .jpeg({ quality: 80, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const decoded = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const { info } = decoded;
  return { width: info.width, height: info.height, data: new Uint8Array(decoded.data) };
}

describe('the preview of the photo library', () => {
  it.each([
    [4000, 3000],
    [3024, 4032],
    [1441, 1500],
    [1440, 1440],
    [2000, 1440],
    [800, 600],
    [5000, 1000],
    [1999, 1777],
  ])('of %i x %i has the size that the library gives it', async (width, height) => {
    const blank = { width, height, channels: 3, background: '#888' } as const;
    const { info } = await sharp({ create: blank })
      .resize(1440, 1440, { fit: 'outside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(previewSize({ width, height })).toEqual({ width: info.width, height: info.height });
  });

  it('is the library’s own, byte by byte, where nothing is resized', async () => {
    const photo = soft(640, 480);
    const ours = libraryPreview(photo);
    expect(Buffer.compare(ours.data, (await theirs(photo)).data)).toBe(0);
    expect(Buffer.compare(ours.data, photo.data)).not.toBe(0);
  });

  it('is close to the library’s own where the photo is larger', async () => {
    const photo = soft(2400, 1800);
    const [ours, reference] = [libraryPreview(photo), await theirs(photo)];
    expect([ours.width, ours.height]).toEqual([1920, 1440]);
    expect([reference.width, reference.height]).toEqual([1920, 1440]);
    let sum = 0;
    ours.data.forEach((value, i) => (sum += Math.abs(value - reference.data[i]!)));
    console.log(
      `mean difference from the library's preview: ${(sum / ours.data.length).toFixed(3)}`,
    );
    expect(sum / ours.data.length).toBeLessThan(0.5);
  });
});

describe('a run through previews', () => {
  const detector = fakeYolo('detect', () => [[32, 32, 16, 16, 0.9]]);

  it('sees the preview, and tells where in the photo it saw', async () => {
    const photo = gradient(3000, 3000);
    const plain = deps(photo, {
      detector,
      stages: 'detect,embed',
      embedder: fakeEmbedder(() => [1, 2, 2]),
    });
    // Real bytes, since the pipeline looks into the file before it asks the decoder.
    const blank = { width: 3000, height: 3000, channels: 3, background: '#888' } as const;
    const bytes = Uint8Array.from(await sharp({ create: blank }).png().toBuffer());
    const input = { path: 'rex/1.png', identity: 'rex', bytes };
    const [original, preview] = [
      await createPipeline(plain).process(input),
      await createPipeline({ ...plain, preview: true }).process(input),
    ];
    expect(original.failure).toBeNull();
    expect([preview.width, preview.height]).toEqual([3000, 3000]);
    const [a, b] = [original.dogs[0]!, preview.dogs[0]!];
    for (const edge of ['x1', 'y1', 'x2', 'y2'] as const) {
      expect(b.bbox[edge]).toBeCloseTo(a.bbox[edge], 3);
      expect(Math.abs(b.chip.bbox[edge] - a.chip.bbox[edge])).toBeLessThanOrEqual(3);
      expect(Number.isInteger(b.chip.bbox[edge])).toBe(true);
    }
    expect(Buffer.compare(a.seen.data, b.seen.data)).not.toBe(0);
    expect(preview.timings['preview']).toBe(0);
  });

  it('moves nothing where the photo is small enough', () => {
    const size = { width: 100, height: 80 };
    const box = { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.7 };
    expect(new Rescale(size, size).box(box)).toBe(box);
  });
});
