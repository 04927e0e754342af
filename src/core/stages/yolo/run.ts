/** One image through a YOLO network: letterbox, tensor, run, float32 output of the first image. */
import { floatToHalf, halfToFloat } from '../../image/half';
import { letterbox, planLetterbox, type Letterbox, type SourceSpace } from '../../image/letterbox';
import { toNchw, YOLO_NORMALISATION } from '../../image/tensor';
import { ModelOutputError } from '../../onnx/modelOutputError';
import type { Session, TensorData } from '../../ports';
import type { ResizeKernel } from '../../recipe/schema';
import type { RgbImage } from '../../types';
import type { YoloContract, YoloInput } from './contract';

/** Output [rows, columns] of one image, and the way back to its pixels. */
export interface YoloOutputs<S extends SourceSpace> {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly plan: Letterbox<S>;
}

/** Network input of one image; a graph of a fixed batch gets the image in every place. */
export function yoloTensor(boxed: RgbImage, input: YoloInput): TensorData {
  const one = toNchw(boxed, YOLO_NORMALISATION);
  const dims = [input.batch, 3, input.height, input.width];
  let data = one;
  if (input.batch > 1) {
    data = new Float32Array(one.length * input.batch);
    for (let i = 0; i < input.batch; i++) data.set(one, i * one.length);
  }
  return input.type === 'float16'
    ? { type: 'float16', dims, data: floatToHalf(data) }
    : { type: 'float32', dims, data };
}

/**
 * Runs the network on one image.
 * @throws ModelOutputError when the output is not the one of the contract or holds NaN or infinity
 */
export async function runYolo<S extends SourceSpace>(
  session: Session,
  contract: YoloContract,
  image: RgbImage,
  kernel: ResizeKernel,
): Promise<YoloOutputs<S>> {
  const { input, output } = contract;
  const plan = planLetterbox<S>(image, input);
  const feed = yoloTensor(letterbox(image, plan, kernel), input);
  const tensor = (await session.run({ [input.name]: feed }))[output.name];
  if (tensor === undefined) {
    throw new ModelOutputError('model-error', `The model returned no output "${output.name}".`);
  }
  const [, rows, columns] = tensor.dims;
  if (tensor.dims.length !== 3 || rows === undefined || columns === undefined) {
    throw new ModelOutputError(
      'model-error',
      `The model returned [${tensor.dims.join(',')}], not three axes.`,
    );
  }
  const all = tensor.type === 'float16' ? halfToFloat(tensor.data) : tensor.data;
  const data = all.subarray(0, rows * columns);
  if (!allFinite(data)) {
    throw new ModelOutputError(
      'non-finite-output',
      'The model returned values that are not numbers (NaN or infinite). Use its float32 export.',
    );
  }
  return { data, rows, columns, plan };
}

function allFinite(data: Float32Array): boolean {
  for (const value of data) if (!Number.isFinite(value)) return false;
  return true;
}
