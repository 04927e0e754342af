/** `results.json`, `metrics.json`: the contract others script against. Fields are added, never renamed. */
import { READABLE_FORMATS } from '../intake/format';
import { z } from 'zod';
import { recipeSchema } from '../recipe/schema';
import {
  BRANCHES,
  CHIP_REASONS,
  FAILURE_CODES,
  FAILURE_STAGES,
  SPLITS,
  STAGE_CHOICES,
} from '../types';

export const RESULTS_SCHEMA = 'samedog.results/1';
export const METRICS_SCHEMA = 'samedog.metrics/1';

export const PHOTO_STATUSES = ['embedded', 'no-dog', 'failed', 'not-run'] as const;
export type PhotoStatus = (typeof PHOTO_STATUSES)[number];

export const IGNORE_REASONS = [
  'system-file',
  'hidden',
  'not-an-image-file',
  'symlinked-folder',
] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

const xyxy = z.tuple([z.number(), z.number(), z.number(), z.number()]);

export const dogSchema = z.object({
  identity: z.string().nullable(),
  /** Unpadded, clipped detection, xyxy in px of the upright photo. */
  bbox: xyxy,
  /** Detection score; null when the photo was taken as a chip. */
  score: z.number().nullable(),
  keypoints: z.array(
    z.object({ name: z.string(), x: z.number(), y: z.number(), score: z.number().nullable() }),
  ),
  branch: z.enum(BRANCHES),
  reason: z.enum(CHIP_REASONS),
  /** Integer crop that was embedded, xyxy (x2, y2 exclusive). */
  chip: xyxy,
  /** Row of `embeddings`. */
  row: z.number().int().nonnegative(),
});
export type DogRecord = z.infer<typeof dogSchema>;

export const failureSchema = z.object({
  code: z.enum(FAILURE_CODES),
  stage: z.enum(FAILURE_STAGES),
  message: z.string(),
});

export const photoSchema = z.object({
  path: z.string(),
  sha256: z.string().nullable(),
  /** Local time of the exposure from EXIF, `YYYY-MM-DDTHH:MM:SS`, or null. */
  takenAt: z.string().nullable(),
  /** 64 bits as hex digits, see `evaluation/dhash.ts`; null or absent when the photo was not decoded. */
  dhash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable()
    .optional(),
  /** What the file is by its bytes; null or absent when it could not be read. Pixels of AVIF are approximate. */
  format: z.enum(READABLE_FORMATS).nullable().optional(),
  identity: z.string().nullable(),
  /** The photo's part in the protocol, where the identities came with one. */
  split: z.enum(SPLITS).nullable().optional(),
  status: z.enum(PHOTO_STATUSES),
  failure: failureSchema.nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  dogs: z.array(dogSchema),
});
export type PhotoRecord = z.infer<typeof photoSchema>;

const figure = z.union([
  z.object({
    value: z.number(),
    n: z.number().int(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  }),
  z.object({ value: z.null(), reason: z.string() }),
]);
/** A fraction with its denominator and 95 % interval, or the reason why it may not be given. */
export type Figure = z.infer<typeof figure>;

export const metricsSchema = z.looseObject({
  schema: z.literal(METRICS_SCHEMA),
  counts: z.looseObject({
    photos: z.number().int(),
    embedded: z.number().int(),
    noDog: z.number().int(),
    failed: z.number().int(),
    dogs: z.number().int(),
    queries: z.number().int(),
  }),
  identification: z.looseObject({
    recallAt1: figure,
    recallAt5: figure,
    recallAt10: figure,
    mAP: figure,
    mapAtR: figure,
  }),
  verification: z.looseObject({
    genuinePairs: z.number().int(),
    impostorPairs: z.number().int(),
    genuineMean: figure,
    impostorMean: figure,
    auc: figure,
    eer: figure,
    tarAtFar: z.object({ '0.1': figure, '0.01': figure, '0.001': figure }),
  }),
});
export type Metrics = z.infer<typeof metricsSchema>;

const identitiesSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('folders') }),
  z.object({ from: z.literal('file'), file: z.string() }),
  z.object({ from: z.literal('pattern'), pattern: z.string() }),
]);
/** Where the dogs' names come from. */
export type IdentitiesRecord = z.infer<typeof identitiesSchema>;

const decisionSchema = z.object({
  a: z.string(),
  b: z.string(),
  verdict: z.enum(['same', 'different', 'skip']),
});

const modelRef = z.object({ file: z.string(), sha256: z.string() });

export const resultsSchema = z.looseObject({
  schema: z.literal(RESULTS_SCHEMA),
  /** False when a run was cancelled: the rest is `not-run`. */
  complete: z.boolean(),
  tool: z.looseObject({
    name: z.string(),
    version: z.string(),
    platform: z.enum(['browser', 'node', 'python']),
    backend: z.string(),
    decoder: z.string(),
    stages: z.enum(STAGE_CHOICES),
    dogs: z.enum(['best', 'all']),
    topK: z.number().int().positive(),
    /** Only in a run that saw the photo library's previews instead of the photos. */
    preview: z
      .looseObject({ shorterSide: z.number(), quality: z.number(), approximate: z.string() })
      .optional(),
    /** What had to be assumed of models of one's own; absent when nothing was. */
    modelNotes: z.array(z.string()).optional(),
  }),
  recipe: recipeSchema,
  models: z.object({
    detector: modelRef.nullable(),
    keypoint: modelRef.nullable(),
    embedder: modelRef.nullable(),
  }),
  ignored: z.array(z.object({ path: z.string(), reason: z.enum(IGNORE_REASONS) })),
  photos: z.array(photoSchema),
  embeddings: z.object({
    rows: z.number().int(),
    dim: z.number().int(),
    /** Name of an .npy file beside results.json ... */
    file: z.string().optional(),
    /** ... or base64 of little-endian float32, row-major. */
    data: z.string().optional(),
  }),
  queries: z.array(
    z.object({
      identity: z.string(),
      path: z.string(),
      matches: z.array(
        z.object({
          path: z.string(),
          identity: z.string().nullable(),
          similarity: z.number(),
          rank: z.number().int().positive(),
        }),
      ),
    }),
  ),
  metrics: metricsSchema,
  /** Where the dogs' names come from; absent means folders. */
  identities: identitiesSchema.optional(),
  /** The similarity from which two photos are called one dog, where one was chosen. */
  threshold: z.number().optional(),
  /** What a reviewer decided. `metrics` follow it; `photos` and `queries` keep the names as they came. */
  decisions: z.array(decisionSchema).optional(),
});
export type Results = z.infer<typeof resultsSchema>;
export type QueryRecord = Results['queries'][number];
export type IgnoredEntry = Results['ignored'][number];
