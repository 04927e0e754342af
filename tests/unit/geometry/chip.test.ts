import { describe, expect, it } from 'vitest';
import { bodyCrop, chooseChip, poseToPhoto } from '../../../src/core/geometry/chip';
import type { Recipe } from '../../../src/core/recipe/schema';
import type { IntBox, Keypoint, Pose } from '../../../src/core/types';
import { testRecipe } from '../recipe/testRecipe';

const photo = { width: 1000, height: 800 };
const body: IntBox<'photo'> = { x1: 100, y1: 100, x2: 500, y2: 700 };
const points: Record<string, [number, number, number]> = {
  left_eye: [320, 250, 0.9],
  right_eye: [260, 250, 0.9],
  nose: [290, 300, 0.9],
  left_ear: [350, 200, 0.9],
  right_ear: [230, 200, 0.9],
};

function pose(changes: Record<string, [number, number, number]> = {}, score = 0.9): Pose {
  const keypoints = Object.entries({ ...points, ...changes }).map(
    ([name, [x, y, s]]): Keypoint => ({ name, x, y, score: s }),
  );
  return { bbox: { x1: 200, y1: 180, x2: 400, y2: 400 }, score, keypoints };
}

const withCrop = (crop: Partial<Recipe['crop']>): Recipe => ({
  ...testRecipe,
  crop: { ...testRecipe.crop, ...crop },
});

describe('bodyCrop', () => {
  it('pads 10 % of the WIDTH on every side, rounds outwards and clips', () => {
    const box = { x1: 100.4, y1: 50.2, x2: 300.4, y2: 790 };
    expect(bodyCrop(box, photo, testRecipe.crop)).toEqual({ x1: 80, y1: 30, x2: 321, y2: 800 });
  });

  it('truncates box and padding in original-2025', () => {
    const box = { x1: 100.9, y1: 50.9, x2: 309.2, y2: 400.9 };
    // int: 100, 50, 309, 400; pad int(209 * .1) = 20
    expect(bodyCrop(box, photo, withCrop({ chipMode: 'original-2025' }).crop)).toEqual({
      x1: 80,
      y1: 30,
      x2: 329,
      y2: 420,
    });
  });

  it('keeps a pixel of a box at the very edge', () => {
    const box = { x1: 1000, y1: 800, x2: 1000, y2: 800 };
    expect(bodyCrop(box, photo, testRecipe.crop)).toEqual({ x1: 999, y1: 799, x2: 1000, y2: 800 });
  });
});

describe('chooseChip', () => {
  it('cuts the padded hull', () => {
    // hull 230..350 x 200..300, longer side 120, pad .25 * 120 = 30
    expect(chooseChip(pose(), body, testRecipe)).toEqual({
      bbox: { x1: 200, y1: 170, x2: 380, y2: 330 },
      branch: 'face',
      reason: 'face-found',
    });
  });

  it('pads more when no ear is found', () => {
    const noEars = pose({ left_ear: [350, 200, 0.1], right_ear: [230, 200, 0.2] });
    // hull 260..320 x 250..300, longer side 60, pad .6 * 60 = 36
    expect(chooseChip(noEars, body, testRecipe).bbox).toEqual({
      x1: 224,
      y1: 214,
      x2: 356,
      y2: 336,
    });
  });

  it('can be made square about its centre', () => {
    const chip = chooseChip(pose(), body, withCrop({ chipSquare: true }));
    expect(chip.bbox).toEqual({ x1: 200, y1: 160, x2: 380, y2: 340 });
  });

  it('never leaves the body crop', () => {
    const atEdge = pose({ right_ear: [102, 101, 0.9] });
    const { bbox } = chooseChip(atEdge, body, testRecipe);
    expect(bbox.x1).toBe(100);
    expect(bbox.y1).toBe(100);
  });

  it.each([
    ['no-pose', null],
    ['pose-score-low', pose({}, 0.5)],
    ['keypoint-score-low', pose({ nose: [290, 300, 0.3] })],
    [
      'keypoint-score-low',
      pose({ left_eye: [1, 1, 0], left_ear: [1, 1, 0], right_ear: [1, 1, 0] }),
    ],
    ['keypoint-outside', pose({ left_ear: [509, 200, 0.9] })],
    ['chip-degenerate', pose(sameLine())],
    ['chip-too-small', pose(shrunk(0.1))],
  ] as const)('falls back to the body: %s', (reason, given) => {
    expect(chooseChip(given, body, testRecipe)).toEqual({ bbox: body, branch: 'body', reason });
  });

  it('lets a point lie 2 % outside', () => {
    expect(chooseChip(pose({ left_ear: [507.9, 200, 0.9] }), body, testRecipe).branch).toBe('face');
  });

  it('treats points without a visibility as found', () => {
    const noScores = pose();
    const keypoints = noScores.keypoints.map((point) => ({ ...point, score: null }));
    expect(chooseChip({ ...noScores, keypoints }, body, testRecipe).branch).toBe('face');
  });

  it('original-2025: every point must be found; hull and pad are truncated; pad is of the WIDTH', () => {
    const recipe = withCrop({ chipMode: 'original-2025', chipPad: 0.2 });
    const moved = pose({ left_ear: [350.9, 200.9, 0.9] });
    // hull 230..350 x 200..300, pad int(120 * .2) = 24
    expect(chooseChip(moved, body, recipe).bbox).toEqual({ x1: 206, y1: 176, x2: 374, y2: 324 });
    expect(chooseChip(pose({ left_ear: [350, 200, 0.3] }), body, recipe).reason).toBe(
      'keypoint-score-low',
    );
  });
});

it("moves a pose from crop to photo by the crop's offset and nothing else", () => {
  const onCrop: Pose<'crop'> = {
    bbox: { x1: 1.5, y1: 2, x2: 30, y2: 40 },
    score: 0.7,
    keypoints: [{ name: 'nose', x: 10.25, y: 20.5, score: 0.6 }],
  };
  expect(poseToPhoto(onCrop, body)).toEqual({
    bbox: { x1: 101.5, y1: 102, x2: 130, y2: 140 },
    score: 0.7,
    keypoints: [{ name: 'nose', x: 110.25, y: 120.5, score: 0.6 }],
  });
});

function sameLine(): Record<string, [number, number, number]> {
  return Object.fromEntries(
    Object.keys(points).map((name, i) => [
      name,
      [200 + 40 * i, 250, 0.9] as [number, number, number],
    ]),
  );
}

function shrunk(factor: number): Record<string, [number, number, number]> {
  return Object.fromEntries(
    Object.entries(points).map(([name, [x, y, s]]) => [
      name,
      [290 + (x - 290) * factor, 250 + (y - 250) * factor, s] as [number, number, number],
    ]),
  );
}
