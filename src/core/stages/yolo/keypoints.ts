/** How many keypoints a pose model gives, of how many values, and what they are called. */
import type { UltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { ResolvedForm } from './form';
import type { YoloHints } from './hints';
import { knownScheme } from './keypointSchemes';
import { Refusal } from './refusal';
import { shapeText } from './task';

export interface KeypointLayout {
  readonly count: number;
  /** Values per keypoint: x, y, or x, y, visibility 0..1. */
  readonly dims: 2 | 3;
  /** In output order. */
  readonly names: readonly string[];
}

type Shape = readonly [count: number, dims: 2 | 3];

/** @throws Refusal */
export function resolveKeypoints(
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  form: ResolvedForm,
  ambiguities: string[],
): KeypointLayout {
  const [count, dims] = keypointShape(metadata, hints, form, ambiguities);
  if (hints.names !== undefined && hints.names.length !== count) {
    throw new Refusal(
      `gives ${count} keypoints, but the recipe names ${hints.names.length}. Correct keypoint.names in the recipe.`,
    );
  }
  return { count, dims, names: keypointNames(count, metadata, hints, ambiguities) };
}

function keypointShape(
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  form: ResolvedForm,
  ambiguities: string[],
): Shape {
  if (metadata.keypointShape !== null) {
    const [count, dims] = metadata.keypointShape;
    return [count, dims === 2 ? 2 : 3];
  }
  if (form.width === null) {
    if (hints.names === undefined) {
      throw new Refusal(
        'says neither in its metadata nor in its shape how many keypoints it gives. Name them in the recipe (keypoint.names).',
      );
    }
    ambiguities.push(
      'The file does not say whether its keypoints carry a visibility; x, y and visibility are assumed.',
    );
    return [hints.names.length, 3];
  }
  // Raw candidates also hold the class scores; a pose model has one class unless its names say otherwise.
  const block =
    form.form === 'raw' ? form.width - 4 - (metadata.names?.length ?? 1) : form.width - 6;
  const candidates = shapesOf(block).filter(
    ([count]) => hints.names === undefined || hints.names.length === count,
  );
  const [best, other] = candidates;
  if (best === undefined) {
    throw new Refusal(
      `returns ${shapeText(form.shape)}, which does not fit ${hints.names === undefined ? 'one class and keypoints of 2 or 3 values' : `the ${hints.names.length} keypoints that the recipe names`}.`,
    );
  }
  if (other !== undefined) {
    ambiguities.push(
      `Without metadata ${shapeText(form.shape)} can be ${best[0]} keypoints with visibility or ${other[0]} without; ${best[0]} with visibility are assumed. Name the keypoints in the recipe to settle it.`,
    );
  }
  return best;
}

/** Ways to cut a block of values into keypoints, the more usual first. */
function shapesOf(block: number): Shape[] {
  const shapes: Shape[] = [];
  if (block > 0 && block % 3 === 0) shapes.push([block / 3, 3]);
  if (block > 0 && block % 2 === 0) shapes.push([block / 2, 2]);
  return shapes;
}

function keypointNames(
  count: number,
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  ambiguities: string[],
): readonly string[] {
  const written = metadata.keypointNames?.length === count ? metadata.keypointNames : null;
  if (metadata.keypointNames !== null && written === null) {
    ambiguities.push(
      `The metadata names ${metadata.keypointNames.length} keypoints but the model gives ${count}; those names are not used.`,
    );
  }
  if (hints.names !== undefined) {
    const at = written?.findIndex((name, i) => name !== hints.names![i]) ?? -1;
    if (written !== null && at >= 0) {
      ambiguities.push(
        `Keypoint ${at + 1} is "${hints.names[at]!}" in the recipe but "${written[at]!}" in the file; the recipe is followed.`,
      );
    }
    return hints.names;
  }
  if (written !== null) return written;
  const scheme = knownScheme(count);
  ambiguities.push(
    scheme === null
      ? `The file does not name its ${count} keypoints. Name them in the recipe (keypoint.names).`
      : `The file does not name its ${count} keypoints; the order of ${scheme.title} is assumed. Check the overlay, or name them in the recipe.`,
  );
  return scheme?.names ?? Array.from({ length: count }, (_, i) => `keypoint_${i}`);
}
