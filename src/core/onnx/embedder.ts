/** The contract of an embedding network: how to feed it and what comes back. */
import type { TensorInfo } from '../ports';
import type { Recipe } from '../recipe/schema';
import { fail, ok, type Result } from '../types';
import type { OnnxFileInfo } from './file';

/** Everything that is needed to run an embedder. Plain data. */
export interface EmbedderContract {
  readonly inputName: string;
  readonly outputName: string;
  readonly inputType: 'float32' | 'float16';
  /** `nchw`: [batch, 3, height, width]; `nhwc`: [batch, height, width, 3]. */
  readonly layout: 'nchw' | 'nhwc';
  readonly width: number;
  readonly height: number;
  /** Images per run that the graph insists on; null where it is free. */
  readonly batch: number | null;
  /** Declared length of the embedding; null where only a run can tell. */
  readonly dim: number | null;
  /** Sentences for the user: what had to be assumed, and what would settle it. */
  readonly ambiguities: readonly string[];
}

/** What the recipe says of the embedder, as far as the graph must agree with it. */
export type EmbedderHints = Partial<Pick<Recipe['embedder'], 'size'>>;

export interface EmbedderContractError {
  /** A sentence to follow the file's name. */
  readonly message: string;
}

/** Tasks that ultralytics writes into its exports; an embedder's own metadata may say anything else. */
const YOLO_TASKS = new Set(['detect', 'pose', 'segment', 'classify', 'obb', 'semantic']);
const DEFAULT_SIDE = 224;
const LARGEST_SIDE = 4096;

const known = (axis: number | string | undefined): number | null =>
  typeof axis === 'number' && axis > 0 ? axis : null;

/** "[batch,3,224,224]" */
const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(',')}]`;

const refuse = (message: string): Result<never, EmbedderContractError> => fail({ message });

/**
 * Reads the contract of an embedder: one image in, one vector out. Of several outputs the one named
 * `embedding` or `output`, else the only one of two axes, is taken.
 * @param info what the file says about itself; null when it could not be read
 * @param inputs, outputs as the runtime declares them
 */
export function readEmbedderContract(
  info: OnnxFileInfo | null,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  hints: EmbedderHints = {},
): Result<EmbedderContract, EmbedderContractError> {
  const task = info?.metadata['task'];
  if (task !== undefined && YOLO_TASKS.has(task)) {
    return refuse(
      `is an ultralytics model of task "${task}"; the embedder is a network that turns a crop into one vector.`,
    );
  }
  const input = inputs[0];
  if (input === undefined || inputs.length > 1) {
    return refuse(
      `has ${inputs.length} inputs (${inputs.map((i) => i.name).join(', ')}); an embedder has one, the image.`,
    );
  }
  if (input.type !== 'float32' && input.type !== 'float16') {
    return refuse(
      `takes ${input.type} input; float32 or float16 is needed. Export it without that.`,
    );
  }
  const layout = readLayout(input.shape);
  if (layout === null) {
    return refuse(
      `takes ${shapeText(input.shape)}, which is not a colour image ([batch,3,height,width] or [batch,height,width,3]).`,
    );
  }
  const ambiguities: string[] = [];
  const output = pickOutput(outputs, ambiguities);
  if (!output.ok) return output;
  const size = readSize(input.shape, layout, hints, ambiguities);
  if (!size.ok) return size;
  const batch = known(input.shape[0]);
  if (batch !== null && batch > 1) {
    return refuse(
      `insists on ${batch} images per run (${shapeText(input.shape)}). Export it with batch 1 or a dynamic batch.`,
    );
  }
  return ok({
    inputName: input.name,
    outputName: output.value.name,
    inputType: input.type,
    layout,
    ...size.value,
    batch,
    dim: embeddingLength(output.value.shape),
    ambiguities,
  });
}

function readLayout(shape: readonly (number | string)[]): 'nchw' | 'nhwc' | null {
  if (shape.length !== 4) return null;
  if (known(shape[1]) === 3) return 'nchw';
  if (known(shape[3]) === 3) return 'nhwc';
  // Channels left symbolic: exporters for PyTorch write NCHW.
  return known(shape[1]) === null && known(shape[3]) === null ? 'nchw' : null;
}

/** [batch, D], or [batch, D, 1, 1] as a pooled feature map. */
function isVector(shape: readonly (number | string)[]): boolean {
  if (shape.length < 2 || shape.length > 4) return false;
  return shape.slice(2).every((axis) => axis === 1);
}

function embeddingLength(shape: readonly (number | string)[]): number | null {
  return known(shape[1]);
}

function pickOutput(
  outputs: readonly TensorInfo[],
  ambiguities: string[],
): Result<TensorInfo, EmbedderContractError> {
  const vectors = outputs.filter((output) => isVector(output.shape));
  const chosen =
    vectors.find((output) => /^(embeddings?|output)$/i.test(output.name)) ?? vectors[0];
  if (chosen === undefined) {
    return refuse(
      `returns ${outputs.map((output) => shapeText(output.shape)).join(' and ')}; an embedder returns one vector per image, [batch,length]. If this is a feature extractor, export it with its pooling.`,
    );
  }
  if (chosen.type !== 'float32' && chosen.type !== 'float16') {
    return refuse(`returns ${chosen.type}; float32 or float16 is needed. Export it without that.`);
  }
  if (vectors.length > 1) {
    ambiguities.push(
      `It has ${vectors.length} vector outputs (${vectors.map((v) => v.name).join(', ')}); "${chosen.name}" is used.`,
    );
  }
  return ok(chosen);
}

function readSize(
  shape: readonly (number | string)[],
  layout: 'nchw' | 'nhwc',
  hints: EmbedderHints,
  ambiguities: string[],
): Result<{ width: number; height: number }, EmbedderContractError> {
  const [h, w] = layout === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const fixed = { height: known(h), width: known(w) };
  const told = typeof hints.size === 'number' ? ([hints.size, hints.size] as const) : hints.size;
  if (told !== undefined) {
    const [height, width] = told;
    if ((fixed.height ?? height) !== height || (fixed.width ?? width) !== width) {
      return refuse(
        `takes images of ${fixed.height ?? '?'} x ${fixed.width ?? '?'} px (height x width), but the recipe says size ${height} x ${width}. Correct embedder.size in the recipe.`,
      );
    }
    return ok({ width, height });
  }
  const height = fixed.height ?? fixed.width ?? DEFAULT_SIDE;
  const width = fixed.width ?? fixed.height ?? DEFAULT_SIDE;
  if (fixed.height === null || fixed.width === null) {
    ambiguities.push(
      `The input size is free and the recipe does not give it: ${height} x ${width} px is assumed. Set embedder.size.`,
    );
  }
  return height > LARGEST_SIDE || width > LARGEST_SIDE
    ? refuse(`takes ${shapeText(shape)}, which is too large to run here.`)
    : ok({ width, height });
}
