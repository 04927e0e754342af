/** Body crops and face chips of random poses under random rules, against scripts/12_run_full_pipeline.py. */
import { bodyCrop, chooseChip, poseToPhoto } from '../../../src/core/geometry/chip';
import { validateRecipe } from '../../../src/core/recipe/parse';
import type { Recipe } from '../../../src/core/recipe/schema';
import type { Pose } from '../../../src/core/types';
import { assert, equal } from './check';
import type { Case, ChipRow, Fixtures } from './environment';

const NAMES = ['left_eye', 'right_eye', 'nose', 'left_ear', 'right_ear'];

export function chipCases({ reference }: Fixtures): Case[] {
  return [
    {
      name: `${reference.chips.length} chips and their reasons are Python's`,
      run: () => {
        assert(reference.chips.length >= 300, 'too few chips in the fixture');
        const reasons = new Set(reference.chips.map((row) => row.reason));
        for (const reason of [
          'face-found',
          'no-pose',
          'pose-score-low',
          'keypoint-score-low',
        ] as const) {
          assert(reasons.has(reason), `no case of ${reason}`);
        }
        for (const reason of ['keypoint-outside', 'chip-degenerate', 'chip-too-small'] as const) {
          assert(reasons.has(reason), `no case of ${reason}`);
        }
        reference.chips.forEach(compareChip);
        return Promise.resolve();
      },
    },
  ];
}

function recipeOf(row: ChipRow): Recipe {
  const checked = validateRecipe({
    schema: 'samedog.recipe/1',
    detector: { file: 'd', conf: 0.25, iou: 0.5, classes: ['dog'] },
    keypoint: {
      file: 'k',
      conf: 0.3,
      kptConf: 0.3,
      names: NAMES,
      roles: Object.fromEntries(NAMES.map((name) => [name, name])),
    },
    crop: row.crop,
    embedder: {
      file: 'e',
      size: 32,
      resize: 'pil-bilinear',
      fit: 'squash',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      scale: 255,
      colour: 'rgb',
      l2: 'app',
    },
    ingest: { exif: true, icc: 'ignore', alpha: 'white' },
    sha256: {},
  });
  assert(checked.ok, checked.ok ? '' : checked.error.message);
  return checked.value;
}

function compareChip(row: ChipRow, index: number): void {
  const recipe = recipeOf(row);
  const [width, height] = row.photo;
  const [x1, y1, x2, y2] = row.bbox;
  const body = bodyCrop({ x1, y1, x2, y2 }, { width, height }, recipe.crop);
  const pose: Pose<'crop'> | null =
    row.pose === null
      ? null
      : {
          bbox: { x1: row.pose[0], y1: row.pose[1], x2: row.pose[2], y2: row.pose[3] },
          score: row.pose[4],
          keypoints: (row.points ?? []).map((point, k) => ({
            name: NAMES[k]!,
            x: point[0]!,
            y: point[1]!,
            score: point[2] ?? null,
          })),
        };
  const chip = chooseChip(pose === null ? null : poseToPhoto(pose, body), body, recipe);
  const { bbox } = chip;
  const actual = [chip.branch, chip.reason, bbox.x1, bbox.y1, bbox.x2, bbox.y2];
  equal(actual, [row.branch, row.reason, ...row.chip], `chip ${index}`);
}
