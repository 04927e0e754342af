import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPipeline, type PipelineDeps } from '../../../src/core/pipeline';
import { collectPhotos, finishPhoto, notRunPhoto } from '../../../src/core/results/assemble';
import { APPROXIMATE_TEXT } from '../../../src/core/results/prose';
import { fail } from '../../../src/core/types';
import { deps, fakeEmbedder, fakeYolo, gradient } from './fakes';

const WIDTH = 400;
const HEIGHT = 200;
const photo = gradient(WIDTH, HEIGHT);
/** Real bytes, since the pipeline looks into the file before it asks the decoder. */
let bytes = new Uint8Array();

beforeAll(async () => {
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  bytes = Uint8Array.from(await sharp(photo.data, { raw }).png().toBuffer());
});

// 400 x 200 into 64 x 64: scale .16, inner 64 x 32, top 16. A box at model (32, 32) of 16 x 8 is at photo (200, 100), 100 x 50.
const dogColumn = [32, 32, 16, 8, 0.9];
const weakColumn = [10, 20, 4, 4, 0.5];
const secondDog = [12, 24, 8, 8, 0.7];

const run = (changes: Partial<PipelineDeps>) =>
  createPipeline(deps(photo, changes)).process({ path: 'Rex/1.png', identity: 'Rex', bytes });

describe('pipeline', () => {
  it('subtracts the letterbox offset: the box of a wide photo is not half a photo too low', async () => {
    const detector = fakeYolo('detect', () => [dogColumn, weakColumn]);
    const done = await run({ detector, stages: 'detect,embed' });
    expect(done.status).toBe('embedded');
    expect(done.dogs).toHaveLength(1);
    expect(done.dogs[0]!.bbox).toEqual({ x1: 150, y1: 75, x2: 250, y2: 125 });
    expect(done.dogs[0]!.chip).toEqual({
      bbox: { x1: 140, y1: 65, x2: 260, y2: 135 },
      branch: 'body',
      reason: 'keypoints-off',
    });
    expect([...done.dogs[0]!.embedding]).toEqual([Math.fround(0.6), 0, Math.fround(0.8)]);
  });

  it('records what the file is by its bytes, whatever its name says: AVIF is only approximate', async () => {
    const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
    const avif = await sharp(photo.data, { raw }).avif({ effort: 0 }).toBuffer();
    const detector = fakeYolo('detect', () => [dogColumn]);
    const pipeline = createPipeline(deps(photo, { detector, stages: 'detect,embed' }));
    const named = { path: 'Rex/1.jpg', identity: 'Rex' };
    const done = await pipeline.process({ ...named, bytes: Uint8Array.from(avif) });
    expect(finishPhoto(done).photo.format).toBe('avif');
    expect(APPROXIMATE_TEXT[finishPhoto(done).photo.format!]).toContain('Approximate');
    const png = finishPhoto(await pipeline.process({ ...named, bytes })).photo;
    expect(png.format).toBe('png');
    expect(APPROXIMATE_TEXT[png.format!]).toBeUndefined();
    const text = new TextEncoder().encode('no photo at all');
    expect((await pipeline.process({ ...named, bytes: text })).format).toBeNull();
  });

  it('feeds the detector RGB 0..1 on grey 114', async () => {
    const detector = fakeYolo('detect', () => [dogColumn]);
    await run({ detector, stages: 'detect,embed' });
    const fed = detector.session.fed[0]!;
    expect(fed.dims).toEqual([1, 3, 64, 64]);
    expect(fed.data[0]).toBeCloseTo(114 / 255, 6);
    expect(Math.max(...fed.data)).toBeLessThanOrEqual(1);
  });

  it('runs the keypoint model on the crop and moves its points to the photo', async () => {
    const detector = fakeYolo('detect', () => [dogColumn]);
    // The crop is 120 x 70 at (140, 65): scale 64/120, inner 64 x 37, top 13 (13.5 - .1 rounded to even: 13).
    const at = (x: number, y: number): number[] => [(x * 64) / 120, 13 + (y * 37) / 70, 0.9];
    const keypoint = fakeYolo('pose', () => [
      [
        32,
        32,
        30,
        30,
        0.8,
        ...at(60, 20),
        ...at(40, 20),
        ...at(50, 35),
        ...at(70, 10),
        ...at(30, 10),
      ],
    ]);
    const done = await run({ detector, keypoint });
    const dog = done.dogs[0]!;
    const nose = dog.keypoints.find((point) => point.name === 'nose')!;
    expect(nose.x).toBeCloseTo(190, 4);
    expect(nose.y).toBeCloseTo(100, 4);
    // Hull (170..210, 75..100), longer side 40, pad 10.
    expect(dog.chip.branch).toBe('face');
    expect(dog.chip.bbox.x1).toBeCloseTo(160, 0);
    expect(dog.chip.bbox.y2).toBeCloseTo(110, 0);
  });

  it('keeps the points of a pose that the gates refuse', async () => {
    const detector = fakeYolo('detect', () => [dogColumn]);
    const keypoint = fakeYolo('pose', () => [[32, 32, 30, 30, 0.2, ...Array<number>(15).fill(20)]]);
    const done = await run({ detector, keypoint });
    expect(done.dogs[0]!.chip.reason).toBe('pose-score-low');
    expect(done.dogs[0]!.keypoints).toHaveLength(5);
  });

  it('lists a photo without a dog; a score equal to the threshold is none', async () => {
    const detector = fakeYolo('detect', () => [weakColumn]);
    const done = await run({ detector, stages: 'detect,embed' });
    expect(done).toMatchObject({ status: 'no-dog', failure: null, dogs: [], width: WIDTH });
  });

  it('with all dogs, the best comes first and alone carries the identity', async () => {
    const detector = fakeYolo('detect', () => [secondDog, dogColumn]);
    const done = await run({ detector, stages: 'detect,embed', dogs: 'all' });
    expect(done.dogs.map(({ identity }) => identity)).toEqual(['Rex', null]);
    expect(done.dogs[0]!.score).toBeCloseTo(0.9, 6);
  });

  it('takes the whole photo with stages = embed', async () => {
    const done = await run({ stages: 'embed' });
    expect(done.dogs[0]).toMatchObject({
      score: null,
      keypoints: [],
      bbox: { x1: 0, y1: 0, x2: WIDTH, y2: HEIGHT },
      chip: { branch: 'photo', reason: 'already-a-chip' },
    });
  });

  it.each([
    ['non-finite-output', [Number.NaN, 1, 1]],
    ['zero-embedding', [0, 0, 0]],
  ])('reports %s', async (code, vector) => {
    const done = await run({ stages: 'embed', embedder: fakeEmbedder(() => vector) });
    expect(done).toMatchObject({ status: 'failed', failure: { code, stage: 'embed' } });
  });

  it('reports a runtime error with its stage and never rejects', async () => {
    const broken = fakeEmbedder(() => {
      throw new Error('kernel exploded');
    });
    const done = await run({ stages: 'embed', embedder: broken });
    expect(done.failure).toEqual({
      code: 'model-error',
      stage: 'embed',
      message: 'kernel exploded',
    });
  });

  it('reports a photo that cannot be decoded', async () => {
    const failure = { code: 'corrupt-image', stage: 'decode', message: 'cut off' } as const;
    const done = await run({
      stages: 'embed',
      decoder: { decode: () => Promise.resolve(fail(failure)) },
    });
    expect(done).toMatchObject({ status: 'failed', failure, dogs: [], image: null });
  });
});

describe('collectPhotos', () => {
  it('orders by code point, numbers rows and counts every photo', async () => {
    const detector = fakeYolo('detect', () => [dogColumn, secondDog]);
    const two = finishPhoto(await run({ detector, stages: 'detect,embed', dogs: 'all' }));
    const one = finishPhoto(await run({ stages: 'embed' }));
    const none = finishPhoto(
      await run({ detector: fakeYolo('detect', () => []), stages: 'detect,embed' }),
    );
    const named = (item: typeof one, path: string): typeof one => ({
      ...item,
      photo: { ...item.photo, path },
    });
    const all = collectPhotos([
      named(two, 'b'),
      named(one, 'a'),
      named(none, 'B'),
      notRunPhoto('c', null),
    ]);
    expect(all.photos.map(({ path }) => path)).toEqual(['B', 'a', 'b', 'c']);
    expect(all.photos.flatMap(({ dogs }) => dogs.map(({ row }) => row))).toEqual([0, 1, 2]);
    expect(all.rows.map(({ path }) => path)).toEqual(['a', 'b', 'b']);
    expect(all.matrix).toMatchObject({ rows: 3, dim: 3 });
    expect(all.counts).toEqual({ photos: 4, embedded: 2, noDog: 1, failed: 0, notRun: 1 });
  });

  it('refuses vectors of different sizes', async () => {
    const three = finishPhoto(await run({ stages: 'embed' }));
    const four = finishPhoto(
      await run({ stages: 'embed', embedder: fakeEmbedder(() => [1, 1, 1, 1]) }),
    );
    expect(() => collectPhotos([three, four])).toThrow(/different sizes/);
  });
});
