/** Two runs over the same folder, photo by photo. */
import { planLetterbox } from '../../../src/core/image/letterbox';
import type { DogRecord, PhotoRecord } from '../../../src/core/results/schema';
import { equal, near } from './check';
import { MODEL_PIXELS, SCORE_TOLERANCE } from './exports';

type Dog = Omit<DogRecord, 'row' | 'keypoints'> & {
  readonly keypoints: readonly { name: string; x: number; y: number; score: number | null }[];
};
type Photo = Pick<
  PhotoRecord,
  'path' | 'sha256' | 'takenAt' | 'identity' | 'status' | 'width' | 'height'
> & {
  readonly failure: { readonly code: string; readonly stage: string } | null;
  readonly dogs: readonly Dog[];
};

/** [height, width] of the networks' inputs. */
interface Sizes {
  readonly detector: readonly [number, number];
  readonly keypoint: readonly [number, number];
}

export interface Compared {
  readonly dogs: number;
  /** `path` of each dog whose branch, reason or chip is another one, and both. */
  readonly differing: readonly string[];
  readonly largestBox: number;
  readonly largestKeypoint: number;
}

/**
 * Throws where the runs disagree: every photo's status and size, every dog's box, score and keypoints within a
 * quarter of a model px. A chip that differs is listed, not thrown: the caller says how many may.
 */
export function comparePhotos(
  actual: readonly Photo[],
  expected: readonly Photo[],
  sizes: Sizes,
): Compared {
  equal(
    actual.map((photo) => photo.path),
    expected.map((photo) => photo.path),
    'paths',
  );
  const differing: string[] = [];
  let [dogs, largestBox, largestKeypoint] = [0, 0, 0];
  expected.forEach((want, p) => {
    const have = actual[p]!;
    const facts = (photo: Photo): unknown[] => [
      photo.path,
      photo.sha256,
      photo.takenAt,
      photo.identity,
      photo.status,
      photo.failure?.code ?? null,
      photo.width,
      photo.height,
      photo.dogs.length,
    ];
    equal(facts(have), facts(want), want.path);
    want.dogs.forEach((dog, d) => {
      const other = have.dogs[d]!;
      dogs++;
      largestBox = Math.max(largestBox, compareBox(other, dog, want, sizes.detector));
      largestKeypoint = Math.max(
        largestKeypoint,
        compareKeypoints(other, dog, want.path, sizes.keypoint),
      );
      const chip = (one: Dog): string => `${one.branch} ${one.reason} [${one.chip.join(', ')}]`;
      if (chip(other) !== chip(dog))
        differing.push(`${want.path}: ${chip(other)}, not ${chip(dog)}`);
    });
  });
  return { dogs, differing, largestBox, largestKeypoint };
}

function compareBox(have: Dog, want: Dog, photo: Photo, imgsz: readonly [number, number]): number {
  equal(have.identity, want.identity, `${photo.path}: identity`);
  const source = { width: photo.width!, height: photo.height! };
  const plan = planLetterbox(source, { width: imgsz[1], height: imgsz[0] });
  const scale = [source.width / plan.inner.width, source.height / plan.inner.height];
  let largest = 0;
  want.bbox.forEach((edge, i) => {
    near(have.bbox[i]!, edge, MODEL_PIXELS * scale[i % 2]!, `${photo.path}: edge ${i}`);
    largest = Math.max(largest, Math.abs(have.bbox[i]! - edge));
  });
  near(have.score ?? -1, want.score ?? -1, SCORE_TOLERANCE, `${photo.path}: score`);
  return largest;
}

function compareKeypoints(
  have: Dog,
  want: Dog,
  path: string,
  imgsz: readonly [number, number],
): number {
  equal(
    have.keypoints.map((point) => point.name),
    want.keypoints.map((point) => point.name),
    `${path}: keypoints`,
  );
  // The crop is at most 1.4 times the box; its letterbox's scale is bounded by that.
  const [width, height] = [want.bbox[2] - want.bbox[0], want.bbox[3] - want.bbox[1]];
  const tolerance = MODEL_PIXELS * Math.max((1.4 * width) / imgsz[1], (1.4 * height) / imgsz[0]);
  let largest = 0;
  want.keypoints.forEach((point, k) => {
    const other = have.keypoints[k]!;
    near(other.x, point.x, tolerance, `${path}: x of ${point.name}`);
    near(other.y, point.y, tolerance, `${path}: y of ${point.name}`);
    near(other.score ?? -1, point.score ?? -1, SCORE_TOLERANCE, `${path}: score of ${point.name}`);
    largest = Math.max(largest, Math.abs(other.x - point.x), Math.abs(other.y - point.y));
  });
  return largest;
}
