import { describe, expect, it } from 'vitest';
import { ModelOutputError } from '../../../src/core/onnx/modelOutputError';
import type { YoloContract } from '../../../src/core/stages/yolo/contract';
import { detectDogs } from '../../../src/core/stages/yolo/detect';
import { findPose } from '../../../src/core/stages/yolo/pose';
import { verifyYolo } from '../../../src/core/stages/yolo/verify';
import type { RgbImage } from '../../../src/core/types';
import { fakeSession, raw, rows } from './fakeSession';

const RULES = { conf: 0.25, iou: 0.7, resize: 'cv-linear' } as const;

const DETECTOR: YoloContract = {
  task: 'detect',
  input: { name: 'images', type: 'float32', width: 64, height: 64, batch: 1 },
  output: { name: 'output0', type: 'float32' },
  form: 'raw',
  decidedBy: 'metadata',
  classCount: 1,
  classNames: ['dog'],
  dogClasses: [0],
  keypoints: null,
  ambiguities: [],
};
const POSE: YoloContract = {
  ...DETECTOR,
  task: 'pose',
  keypoints: { count: 2, dims: 3, names: ['nose', 'chin'] },
};

function photo(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(200) };
}

describe('detectDogs', () => {
  it('maps boxes back through the letterbox, border and all', async () => {
    // 128 x 96 in 64 x 64: scale 0.5, 8 px of border above. A box on model rows 8..56 fills the photo.
    const out = raw([[32, 32, 64, 48, 0.9]]);
    const found = await detectDogs(
      fakeSession(out.dims, out.data),
      DETECTOR,
      photo(128, 96),
      RULES,
    );
    expect(found).toEqual([{ bbox: { x1: 0, y1: 0, x2: 128, y2: 96 }, score: Math.fround(0.9) }]);
  });

  it('letterboxes instead of stretching: grey border, RGB 0..1, NCHW', async () => {
    const out = raw([[32, 32, 64, 48, 0.9]]);
    const session = fakeSession(out.dims, out.data);
    await detectDogs(session, DETECTOR, photo(128, 96), RULES);
    const [fed] = session.fed;
    expect(fed!.dims).toEqual([1, 3, 64, 64]);
    expect(fed!.data[0]).toBeCloseTo(114 / 255, 6);
    expect(fed!.data[32 * 64 + 32]).toBeCloseTo(200 / 255, 6);
    expect(fed!.data[63 * 64]).toBeCloseTo(114 / 255, 6);
  });

  it('suppresses overlaps, clips to the photo, sorts by score and needs score > conf', async () => {
    const out = raw([
      [20, 20, 20, 20, 0.6],
      [21, 20, 20, 20, 0.8],
      [50, 50, 60, 60, 0.7],
      [32, 32, 4, 4, 0.25],
    ]);
    const found = await detectDogs(fakeSession(out.dims, out.data), DETECTOR, photo(64, 64), RULES);
    expect(found.map((d) => d.score)).toEqual([0.8, 0.7].map(Math.fround));
    expect(found[1]!.bbox).toEqual({ x1: 20, y1: 20, x2: 64, y2: 64 });
  });

  it('drops a box that lies wholly in the border', async () => {
    const out = raw([[32, 3, 10, 4, 0.9]]);
    expect(
      await detectDogs(fakeSession(out.dims, out.data), DETECTOR, photo(128, 96), RULES),
    ).toEqual([]);
  });

  it('takes an anchor only when its best class is a dog', async () => {
    const contract = {
      ...DETECTOR,
      classCount: 3,
      classNames: ['cat', 'dog', 'cow'],
      dogClasses: [1],
    };
    const out = raw([
      [20, 20, 20, 20, 0.9, 0.5, 0.1],
      [50, 50, 20, 20, 0.2, 0.4, 0.3],
    ]);
    const found = await detectDogs(fakeSession(out.dims, out.data), contract, photo(64, 64), RULES);
    expect(found.map((d) => d.score)).toEqual([Math.fround(0.4)]);
  });

  it('reads finished rows without a second NMS and without their padding', async () => {
    const contract: YoloContract = { ...DETECTOR, form: 'nms' };
    const out = rows([
      [10, 10, 30, 30, 0.5, 0],
      [11, 10, 31, 30, 0.9, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
    const found = await detectDogs(fakeSession(out.dims, out.data), contract, photo(64, 64), {
      ...RULES,
      conf: 0,
    });
    expect(found.map((d) => d.bbox.x1)).toEqual([11, 10]);
  });

  it('filters rows by class', async () => {
    const contract: YoloContract = {
      ...DETECTOR,
      form: 'end2end',
      classCount: 80,
      dogClasses: [16],
    };
    const out = rows([
      [10, 10, 30, 30, 0.9, 15],
      [40, 40, 60, 60, 0.8, 16],
    ]);
    const found = await detectDogs(fakeSession(out.dims, out.data), contract, photo(64, 64), RULES);
    expect(found.map((d) => d.bbox.x1)).toEqual([40]);
  });

  it('reads rows that only a shape vouches for as centre and size when corners cannot be', async () => {
    const contract: YoloContract = { ...DETECTOR, form: 'end2end', decidedBy: 'shape' };
    const out = rows([[32, 32, 20, 10, 0.9, 0]]);
    const [found] = await detectDogs(
      fakeSession(out.dims, out.data),
      contract,
      photo(64, 64),
      RULES,
    );
    expect(found!.bbox).toEqual({ x1: 22, y1: 27, x2: 42, y2: 37 });
  });

  it.each([
    [
      'one of three is',
      [
        [10, 10, 30, 30, 0.9, 0],
        [5, 5, 5, 9, 0.8, 0],
        [40, 40, 60, 60, 0.7, 0],
      ],
    ],
    [
      'half of them are',
      [
        [10, 10, 30, 30, 0.9, 0],
        [5, 5, 5, 9, 0.8, 0],
      ],
    ],
  ])('keeps corners where %s inside out', async (_, values) => {
    const contract: YoloContract = { ...DETECTOR, form: 'end2end', decidedBy: 'shape' };
    const out = rows(values);
    const [found] = await detectDogs(
      fakeSession(out.dims, out.data),
      contract,
      photo(64, 64),
      RULES,
    );
    expect(found!.bbox).toEqual({ x1: 10, y1: 10, x2: 30, y2: 30 });
  });

  it('feeds a fixed batch and half floats, and reads the first image', async () => {
    const contract: YoloContract = {
      ...DETECTOR,
      input: { ...DETECTOR.input, type: 'float16', batch: 2 },
    };
    const first = raw([[32, 32, 10, 10, 0.9]]);
    const data = Float32Array.from([...first.data, 1, 1, 1, 1, 1]);
    const session = fakeSession([2, 5, 1], data);
    const found = await detectDogs(session, contract, photo(64, 64), RULES);
    expect(found).toHaveLength(1);
    expect(found[0]!.bbox.x1).toBe(27);
    expect(session.fed[0]!.dims).toEqual([2, 3, 64, 64]);
    expect(session.fed[0]!.data).toBeInstanceOf(Uint16Array);
    expect(session.fed[0]!.data.length).toBe(2 * 3 * 64 * 64);
  });

  it('fails on NaN and on an output that is not the contract', async () => {
    const nan = raw([[NaN, 32, 10, 10, 0.9]]);
    await expect(
      detectDogs(fakeSession(nan.dims, nan.data), DETECTOR, photo(64, 64), RULES),
    ).rejects.toMatchObject({ code: 'non-finite-output' });
    const wide = raw([[32, 32, 10, 10, 0.9, 0.1]]);
    await expect(
      detectDogs(fakeSession(wide.dims, wide.data), DETECTOR, photo(64, 64), RULES),
    ).rejects.toBeInstanceOf(ModelOutputError);
  });
});

describe('findPose', () => {
  const crop = photo(128, 96);

  it('returns the best pose in crop px, whatever its score, points not clipped', async () => {
    const out = raw([
      [32, 32, 20, 20, 0.1, 30, 30, 0.5, 32, 60, 0.2],
      [32, 32, 64, 48, 0.2, 16, 20, 0.9, 70, 32, 0.8],
    ]);
    const pose = await findPose(fakeSession(out.dims, out.data), POSE, crop, RULES);
    expect(pose).toEqual({
      bbox: { x1: 0, y1: 0, x2: 128, y2: 96 },
      score: Math.fround(0.2),
      keypoints: [
        { name: 'nose', x: 32, y: 24, score: Math.fround(0.9) },
        { name: 'chin', x: 140, y: 48, score: Math.fround(0.8) },
      ],
    });
  });

  it('gives no visibility where the model has none', async () => {
    const contract: YoloContract = { ...POSE, keypoints: { count: 1, dims: 2, names: ['nose'] } };
    const out = raw([[32, 32, 20, 20, 0.9, 16, 20]]);
    const pose = await findPose(fakeSession(out.dims, out.data), contract, crop, RULES);
    expect(pose?.keypoints).toEqual([{ name: 'nose', x: 32, y: 24, score: null }]);
  });

  it('reads rows, and none from padding alone', async () => {
    const contract: YoloContract = { ...POSE, form: 'nms' };
    const one = rows([
      [0, 8, 64, 56, 0.4, 0, 16, 20, 0.9, 32, 32, 0.8],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    const pose = await findPose(fakeSession(one.dims, one.data), contract, crop, RULES);
    expect(pose?.bbox).toEqual({ x1: 0, y1: 0, x2: 128, y2: 96 });
    const none = rows([[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
    expect(await findPose(fakeSession(none.dims, none.data), contract, crop, RULES)).toBeNull();
  });
});

describe('verifyYolo', () => {
  it('passes a network that keeps its contract and names one that does not', async () => {
    const good = raw([[32, 32, 10, 10, 0.9]]);
    const alive = fakeSession(good.dims, good.data);
    const answer = async (feeds: Parameters<typeof alive.run>[0]) => {
      const outputs = await alive.run(feeds);
      good.data[0]! += 1;
      return outputs;
    };
    expect(await verifyYolo({ ...alive, run: answer }, DETECTOR)).toEqual({
      output: [5, 1],
      problems: [],
    });
    const constant = await verifyYolo(fakeSession(good.dims, good.data), DETECTOR);
    expect(constant.problems[0]).toContain('same output');
    const bad = raw([[32, 32, 10, 10, 0.9, 0.1]]);
    const facts = await verifyYolo(fakeSession(bad.dims, bad.data), DETECTOR);
    expect(facts.output).toBeNull();
    expect(facts.problems[0]).toContain('warm-up');
  });
});
