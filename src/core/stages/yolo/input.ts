/** The image input of a YOLO file. */
import type { UltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { TensorInfo } from '../../ports';
import type { YoloHints } from './hints';
import { Refusal } from './refusal';
import { shapeText } from './task';

/** How the image is fed: [batch, 3, height, width], RGB, 0..1. */
export interface YoloInput {
  readonly name: string;
  readonly type: 'float32' | 'float16';
  readonly width: number;
  readonly height: number;
  /** Images per run that the graph insists on; 1 where it is free. */
  readonly batch: number;
}

const DEFAULT_SIDE = 640;
const DEFAULT_STRIDE = 32;
/** A damaged or absurd size must not allocate gigabytes. */
const LARGEST_SIDE = 8192;
const LARGEST_BATCH = 64;

const known = (axis: number | string | undefined): number | null =>
  typeof axis === 'number' && axis > 0 ? axis : null;

/** @throws Refusal */
export function readYoloInput(
  inputs: readonly TensorInfo[],
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  ambiguities: string[],
): YoloInput {
  const { name, type, shape } = inputs[0]!;
  if (type !== 'float32' && type !== 'float16') {
    throw new Refusal(`takes ${type} input; float32 or float16 is needed. Export it without that.`);
  }
  if (shape.length !== 4) {
    throw new Refusal(`takes ${shapeText(shape)}, not an image [batch, 3, height, width].`);
  }
  const channels = known(shape[1]);
  if (channels !== null && channels !== 3) {
    throw new Refusal(
      known(shape[3]) === 3
        ? `takes its image channels-last (${shapeText(shape)}), which is not how ultralytics exports ONNX.`
        : `takes images of ${channels} channels (${shapeText(shape)}); photos have 3.`,
    );
  }
  const batch = known(shape[0]) ?? 1;
  const [height, width] = imageSize(shape, metadata, hints, ambiguities);
  if (batch > LARGEST_BATCH || height > LARGEST_SIDE || width > LARGEST_SIDE) {
    throw new Refusal(`takes ${shapeText(shape)}, which is too large to run here.`);
  }
  return { name, type, width, height, batch };
}

function imageSize(
  shape: readonly (number | string)[],
  metadata: UltralyticsMetadata,
  hints: YoloHints,
  ambiguities: string[],
): [number, number] {
  const fixed = [known(shape[2]), known(shape[3])] as const;
  const told = hints.imgsz;
  if (told?.some((side, i) => (fixed[i] ?? side) !== side) === true) {
    throw new Refusal(
      `takes images of ${fixed[0] ?? 'any'} x ${fixed[1] ?? 'any'} px (height x width), but the recipe says imgsz ${told.join(' x ')}. Correct the recipe or export again.`,
    );
  }
  if (fixed[0] !== null && fixed[1] !== null) return [fixed[0], fixed[1]];
  const stride = metadata.stride ?? DEFAULT_STRIDE;
  const free = told ?? metadata.imgsz;
  const [height, width] = free ?? [DEFAULT_SIDE, DEFAULT_SIDE];
  const size: [number, number] = [fixed[0] ?? height, fixed[1] ?? width];
  if (free === null) {
    ambiguities.push(
      `The input size is free and nothing says what the model was trained at: ${size[0]} x ${size[1]} px is assumed. Set imgsz in the recipe.`,
    );
  }
  if (size[0] % stride !== 0 || size[1] % stride !== 0) {
    throw new Refusal(
      `needs an image size that is a multiple of ${stride} px; ${size[0]} x ${size[1]} is not.`,
    );
  }
  return size;
}
