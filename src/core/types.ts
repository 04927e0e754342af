/**
 * The vocabulary of the pipeline. Everything that flows between rooms is declared here or in
 * `results/schema.ts`; nothing here knows a platform.
 */

/** Coordinate spaces. `photo`: pixels of the upright photo; `crop`: pixels of a crop of it; `model`: pixels of a network's input. */
export type Space = 'photo' | 'crop' | 'model';

declare const spaceBrand: unique symbol;

/** Axis-aligned box, xyxy, in pixels of the space in its type. Continuous coordinates: the pixel (0,0) covers [0,1)x[0,1). */
export interface Box<S extends Space = Space> {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly [spaceBrand]?: S;
}

/** A box with integer edges; x2 and y2 are exclusive, so its width is x2 - x1 pixels. */
export type IntBox<S extends Space = Space> = Box<S> & { readonly integer?: true };

/** A point in pixels of the space in its type. */
export interface Point<S extends Space = Space> {
  readonly x: number;
  readonly y: number;
  readonly [spaceBrand]?: S;
}

/** 8-bit RGB, HWC, row-major: `data.length === width * height * 3`. EXIF applied, ICC ignored. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A dog found by the detector. */
export interface Detection<S extends Space = 'photo'> {
  readonly bbox: Box<S>;
  /** Class score, 0..1. */
  readonly score: number;
}

/** One named keypoint; `score` is 0..1, or null when the model gives no visibility. */
export interface Keypoint<S extends Space = 'photo'> extends Point<S> {
  readonly name: string;
  readonly score: number | null;
}

/** A pose as the keypoint model gave it. */
export interface Pose<S extends Space = 'photo'> {
  readonly bbox: Box<S>;
  readonly score: number;
  readonly keypoints: readonly Keypoint<S>[];
}

export const STAGES = ['detect', 'keypoints', 'embed'] as const;
export type Stage = (typeof STAGES)[number];

/** What is run on each photo. */
export const STAGE_CHOICES = ['detect,keypoints,embed', 'detect,embed', 'embed'] as const;
export type StageChoice = (typeof STAGE_CHOICES)[number];

/** `best`: the dog with the highest score; `all`: every dog, the first of which carries the folder's identity. */
export type DogChoice = 'best' | 'all';

/** `query` and `gallery` divide the photos of a protocol; `train` marks a dog the embedder has seen in training. */
export const SPLITS = ['query', 'gallery', 'train'] as const;
export type Split = (typeof SPLITS)[number];

/** What the embedder was shown. */
export const BRANCHES = ['face', 'body', 'photo'] as const;
export type Branch = (typeof BRANCHES)[number];

/** Why a branch was taken (closed list; prose is derived from it in `results/prose.ts`). */
export const CHIP_REASONS = [
  'face-found',
  'keypoints-off',
  'no-pose',
  'pose-score-low',
  'keypoint-score-low',
  'keypoint-outside',
  'chip-degenerate',
  'chip-too-small',
  'already-a-chip',
] as const;
export type ChipReason = (typeof CHIP_REASONS)[number];

/** The region that was embedded: integer crop of the upright photo. */
export interface Chip {
  readonly bbox: IntBox<'photo'>;
  readonly branch: Branch;
  readonly reason: ChipReason;
}

/** Where a photo can fail. */
export const FAILURE_STAGES = ['read', 'decode', 'detect', 'keypoints', 'embed'] as const;
export type FailureStage = (typeof FAILURE_STAGES)[number];

/** Why a photo failed (closed list). */
export const FAILURE_CODES = [
  'empty-file',
  'not-an-image',
  'unsupported-format',
  'corrupt-image',
  'image-too-large',
  'read-error',
  'out-of-memory',
  'non-finite-output',
  'zero-embedding',
  'model-error',
  'worker-lost',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** An expected failure: data, never thrown across a worker. `message` names what to do. */
export interface Failure {
  readonly code: FailureCode;
  readonly stage: FailureStage;
  readonly message: string;
}

/** Either a value or an expected failure. */
export type Result<T, E = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { readonly ok: false; readonly error: E } => ({
  ok: false,
  error,
});

/** N unit rows of `dim` float32, row-major. */
export interface EmbeddingMatrix {
  readonly rows: number;
  readonly dim: number;
  readonly data: Float32Array;
}

/** Cosine similarities, float32 [n, n], row-major. */
export interface SimilarityMatrix {
  readonly n: number;
  readonly data: Float32Array;
}
