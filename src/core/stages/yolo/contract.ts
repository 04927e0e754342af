/**
 * The contract of a YOLO file: how to feed it and how to read what it returns, decided from the file's
 * metadata first, then from its shapes. What stays unsure is said in `ambiguities`.
 */
import { readUltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { OnnxFileInfo } from '../../onnx/file';
import type { TensorInfo } from '../../ports';
import { fail, ok, type Result } from '../../types';
import { resolveClasses } from './classes';
import { resolveForm, type OutputForm } from './form';
import { readYoloInput, type YoloInput } from './input';
import { resolveKeypoints, type KeypointLayout } from './keypoints';
import type { YoloHints, YoloTask } from './hints';
import { Refusal } from './refusal';
import { checkTask } from './task';

export type { YoloHints, YoloTask } from './hints';
export type { OutputForm } from './form';
export type { YoloInput } from './input';
export type { KeypointLayout } from './keypoints';

/** Everything that is needed to run a YOLO file. Plain data: it can be cloned to a worker. */
export interface YoloContract {
  readonly task: YoloTask;
  readonly input: YoloInput;
  readonly output: { readonly name: string; readonly type: 'float32' | 'float16' };
  /**
   * `raw`: [B, 4 + classes + K * D, anchors], cxcywh, every candidate; NMS is ours.
   * `nms`: [B, N, 6 + K * D], xyxy, zero-padded, NMS done with a confidence floor baked in.
   * `end2end`: the same rows from an NMS-free head, every one of the best N, no floor.
   */
  readonly form: OutputForm;
  /** Where the form came from. Rows that only the shape vouches for are checked when decoded. */
  readonly decidedBy: 'metadata' | 'shape';
  /** Number of classes; null when rows do not tell. */
  readonly classCount: number | null;
  readonly classNames: readonly string[] | null;
  /** Indexes of the classes that are dogs. */
  readonly dogClasses: readonly number[];
  /** Null for a detector. */
  readonly keypoints: KeypointLayout | null;
  /** Sentences for the user: what had to be assumed, and what would settle it. Empty when all is known. */
  readonly ambiguities: readonly string[];
}

/** Why a file cannot serve a stage: a sentence to follow the file's name. */
export interface YoloContractError {
  readonly message: string;
}

/**
 * Reads the contract of a YOLO export.
 * @param info what the file says about itself; null when it could not be read, then only shapes count
 * @param inputs, outputs as the runtime declares them
 * @param want the stage the file is to serve
 */
export function readYoloContract(
  info: OnnxFileInfo | null,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  want: YoloTask,
  hints: YoloHints = {},
): Result<YoloContract, YoloContractError> {
  const metadata = readUltralyticsMetadata(info?.metadata ?? {});
  const ambiguities: string[] = metadata.problems.map((problem) => `The file ${problem}`);
  try {
    const output = checkTask(metadata, inputs, outputs, want);
    const input = readYoloInput(inputs, metadata, hints, ambiguities);
    const form = resolveForm({ metadata, hints, input, output, want }, ambiguities);
    const keypoints = want === 'pose' ? resolveKeypoints(metadata, hints, form, ambiguities) : null;
    const classes = resolveClasses(metadata, hints, form, keypoints, ambiguities);
    return ok({
      task: want,
      input,
      output: { name: output.name, type: output.type },
      form: form.form,
      decidedBy: form.decidedBy,
      ...classes,
      keypoints,
      ambiguities,
    });
  } catch (error) {
    if (error instanceof Refusal) return fail({ message: error.message });
    throw error;
  }
}
