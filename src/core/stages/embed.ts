/** Stage 3: crop -> network input as the recipe says -> unit embedding. */
import { cropImage } from '../image/crop';
import { floatToHalf, halfToFloat } from '../image/half';
import { letterbox, planLetterbox } from '../image/letterbox';
import { resize } from '../image/resize';
import { roundHalfEven } from '../image/rounding';
import { toNchw, toNhwc } from '../image/tensor';
import type { Session, TensorData } from '../ports';
import type { Recipe } from '../recipe/schema';
import { fail, ok, type Failure, type IntBox, type Result, type RgbImage } from '../types';

type EmbedderRules = Recipe['embedder'];

/** How to talk to the graph; read from the file and the session. */
export interface EmbedderIo {
  readonly inputName: string;
  readonly outputName: string;
  readonly inputType: 'float32' | 'float16';
  readonly layout: 'nchw' | 'nhwc';
}

/** Below this an output has no direction: normalising it would invent one. */
const ZERO_NORM = 1e-12;

/** [height, width] of the embedder's input. */
export function embedderInputSize(rules: EmbedderRules): { height: number; width: number } {
  return typeof rules.size === 'number'
    ? { height: rules.size, width: rules.size }
    : { height: rules.size[0], width: rules.size[1] };
}

/**
 * Exactly the pixels that the embedder is given, before scale, mean and std: `crop` resized to the
 * network's input with the recipe's kernel and fit.
 */
export function fitToEmbedder(crop: RgbImage, rules: EmbedderRules): RgbImage {
  const size = embedderInputSize(rules);
  switch (rules.fit) {
    case 'squash':
      return resize(crop, size.width, size.height, rules.resize);
    case 'pad':
      return letterbox(crop, planLetterbox(crop, size), rules.resize, rules.padValue);
    case 'center-crop':
      return centerCrop(crop, size, rules);
  }
}

/**
 * torchvision's Resize(int) then CenterCrop: the shorter side becomes floor(size / cropPct), the longer is truncated;
 * where that is smaller than an input that is not square, black is put around it.
 */
function centerCrop(
  crop: RgbImage,
  size: { height: number; width: number },
  rules: EmbedderRules,
): RgbImage {
  const shorter = Math.floor(Math.min(size.height, size.width) / rules.cropPct);
  const [width, height] =
    crop.width <= crop.height
      ? [shorter, Math.trunc((shorter * crop.height) / crop.width)]
      : [Math.trunc((shorter * crop.width) / crop.height), shorter];
  const scaled = padToCover(resize(crop, width, height, rules.resize), size);
  const left = roundHalfEven((scaled.width - size.width) / 2);
  const top = roundHalfEven((scaled.height - size.height) / 2);
  return cropImage(scaled, { x1: left, y1: top, x2: left + size.width, y2: top + size.height });
}

/** At least `size`: what is missing is black, the odd pixel of it on the right and below. */
function padToCover(image: RgbImage, size: { height: number; width: number }): RgbImage {
  const width = Math.max(image.width, size.width);
  const height = Math.max(image.height, size.height);
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(width * height * 3);
  const left = Math.floor((width - image.width) / 2);
  const top = Math.floor((height - image.height) / 2);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((top + y) * width + left) * 3);
  }
  return { width, height, data };
}

/** What one chip became. `seen` is what the network was given, before mean/std. */
export interface Embedded {
  readonly embedding: Float32Array;
  readonly seen: RgbImage;
}

/**
 * Embeds one integer crop of a photo.
 * Fails with `non-finite-output` or `zero-embedding`; throws only when the runtime does.
 */
export async function embedChip(
  session: Session,
  io: EmbedderIo,
  photo: RgbImage,
  chip: IntBox<'photo'>,
  rules: EmbedderRules,
): Promise<Result<Embedded>> {
  const seen = fitToEmbedder(cropImage(photo, chip), rules);
  const embedding = await embedSeen(session, io, seen, rules);
  return embedding.ok ? ok({ embedding: embedding.value, seen }) : embedding;
}

/** The unit embedding of pixels that already have the network's size. Fails and throws as `embedChip`. */
export async function embedSeen(
  session: Session,
  io: EmbedderIo,
  seen: RgbImage,
  rules: EmbedderRules,
): Promise<Result<Float32Array>> {
  const outputs = await session.run({ [io.inputName]: embedderInput(seen, io, rules) });
  const raw = outputs[io.outputName];
  if (raw === undefined) throw new Error(`the embedder returned no output "${io.outputName}"`);
  const values = raw.type === 'float16' ? halfToFloat(raw.data) : raw.data;
  return normalise(values);
}

/** [1, 3, h, w] (or [1, h, w, 3]) of (pixel / scale - mean) / std in the recipe's colour order. */
export function embedderInput(seen: RgbImage, io: EmbedderIo, rules: EmbedderRules): TensorData {
  const { width, height } = seen;
  const data = io.layout === 'nchw' ? toNchw(seen, rules) : toNhwc(seen, rules);
  const dims = io.layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
  return io.inputType === 'float16'
    ? { type: 'float16', dims, data: floatToHalf(data) }
    : { type: 'float32', dims, data };
}

/** L2-normalised copy; harmless when the graph has done it already. */
export function normalise(values: Float32Array): Result<Float32Array> {
  let sum = 0;
  for (const value of values) sum += value * value;
  if (!Number.isFinite(sum)) return fail(embedFailure('non-finite-output'));
  const norm = Math.sqrt(sum);
  if (norm < ZERO_NORM) return fail(embedFailure('zero-embedding'));
  return ok(values.map((value) => value / norm));
}

function embedFailure(code: 'non-finite-output' | 'zero-embedding'): Failure {
  const what =
    code === 'non-finite-output'
      ? 'The embedder returned values that are not numbers (NaN or infinite)'
      : 'The embedder returned a vector of length zero';
  return {
    code,
    stage: 'embed',
    message: `${what}. Check the mean, std and scale of the recipe and the exported file.`,
  };
}
