/**
 * The recipe, models/pipeline.json: what no graph can tell. One schema, read by the page, the headless
 * run and the Python check. Keys are added, never renamed.
 */
import { z } from 'zod';

export const RECIPE_SCHEMA = 'samedog.recipe/1';

export const RESIZE_KERNELS = ['cv-linear', 'pil-bilinear', 'pil-bicubic', 'cv-area'] as const;
export type ResizeKernel = (typeof RESIZE_KERNELS)[number];

/** Head roles a keypoint may play; left and right are the dog's own. */
export const KEYPOINT_ROLES = [
  'left_eye',
  'right_eye',
  'nose',
  'left_ear',
  'right_ear',
  'chin',
] as const;
export type KeypointRole = (typeof KEYPOINT_ROLES)[number];

const unit = z.number().min(0).max(1);
const imgsz = z.tuple([z.number().int().min(32), z.number().int().min(32)]);
const rgb = z.tuple([z.number(), z.number(), z.number()]);
const positive = z.number().positive();

const detector = z.strictObject({
  /** File name, beside pipeline.json or in onnx/. */
  file: z.string().min(1),
  /** [height, width] of the network input; must equal the graph's where that is static. */
  imgsz: imgsz.optional(),
  /** A detection needs score > conf. */
  conf: unit,
  /** NMS keeps a box whose IoU with every better one is <= iou. */
  iou: unit,
  /** Names of the classes that are dogs. */
  classes: z.array(z.string()).min(1),
  resize: z.enum(RESIZE_KERNELS).default('cv-linear'),
});

const keypoint = z.strictObject({
  file: z.string().min(1),
  imgsz: imgsz.optional(),
  /** The best pose needs score > conf. */
  conf: unit,
  /** Each keypoint that the chip needs has to score > kptConf. */
  kptConf: unit,
  /** Keypoint names in the model's output order. */
  names: z.array(z.string()).min(1),
  /** Which keypoint plays which head role: role -> keypoint name. */
  roles: z.partialRecord(z.enum(KEYPOINT_ROLES), z.string()),
  resize: z.enum(RESIZE_KERNELS).default('cv-linear'),
});

const crop = z.strictObject({
  /** Padding of the detection on every side, as a fraction of `padBasis`. */
  bodyPad: z.number().min(0).max(1),
  padBasis: z.enum(['width', 'longer']).default('width'),
  /** `hull`: box around the found head points; `original-2025`: the first Python project's rule (all points, truncation). */
  chipMode: z.enum(['hull', 'original-2025']),
  /** Padding of the hull on every side, as a fraction of its longer side (of its width in `original-2025`). */
  chipPad: z.number().min(0).max(3),
  /** The same when no ear point was found: eyes and nose span a smaller hull. */
  chipPadNoEars: z.number().min(0).max(3).optional(),
  /** Make the chip square by growing its shorter side about the centre, before clipping. */
  chipSquare: z.boolean().default(false),
  /** A chip's shorter side must be >= max(minChip px, minChipFraction * shorter side of the body crop). */
  minChip: z.number().min(1),
  minChipFraction: unit.default(0.08),
});

const embedder = z.strictObject({
  file: z.string().min(1),
  /** Side of the square network input in px; [height, width] when not square. */
  size: z.union([z.number().int().min(16), imgsz]),
  resize: z.enum(RESIZE_KERNELS),
  /** `squash`: aspect ratio not kept; `pad`: letterboxed with `padValue`; `center-crop`: shorter side to size / cropPct, then centre. */
  fit: z.enum(['squash', 'pad', 'center-crop']),
  padValue: z.number().int().min(0).max(255).default(114),
  cropPct: z.number().gt(0).max(1).default(0.875),
  /** Per channel in `colour` order, of values already divided by `scale`. */
  mean: rgb,
  std: z.tuple([positive, positive, positive]),
  scale: positive,
  colour: z.enum(['rgb', 'bgr']),
  /** Whether the graph already L2-normalises. The app normalises in either case. */
  l2: z.enum(['in-graph', 'app']),
});

const ingest = z.strictObject({
  exif: z.literal(true),
  icc: z.literal('ignore'),
  alpha: z.literal('white'),
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const recipeSchema = z.strictObject({
  schema: z.literal(RECIPE_SCHEMA),
  detector,
  keypoint,
  crop,
  embedder,
  ingest,
  /** SHA-256 of each model file; checked where present. */
  sha256: z.strictObject({
    detector: hash.optional(),
    keypoint: hash.optional(),
    embedder: hash.optional(),
  }),
});

/** A validated recipe with its defaults filled in. */
export type Recipe = z.output<typeof recipeSchema>;

/** The three models of a pipeline, named as the recipe's sections. */
export const MODEL_SLOTS = ['detector', 'keypoint', 'embedder'] as const;
export type ModelSlot = (typeof MODEL_SLOTS)[number];
