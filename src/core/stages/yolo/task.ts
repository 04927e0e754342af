/** Is the file a YOLO of the wanted task at all? Each other thing has its own plain message. */
import type { UltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { TensorInfo } from '../../ports';
import type { YoloTask } from './hints';
import { Refusal } from './refusal';

/** The one output that is read. */
export interface YoloOutput {
  readonly name: string;
  readonly type: 'float32' | 'float16';
  readonly shape: readonly (number | string)[];
}

const ASKED: Readonly<Record<YoloTask, string>> = {
  detect: 'a YOLO detector (task "detect")',
  pose: 'a YOLO-pose model (task "pose")',
};

const TOLD: Readonly<Record<string, string>> = {
  detect: 'a detector (task "detect")',
  pose: 'a keypoint model (task "pose")',
  segment: 'a segmentation model (task "segment")',
  classify: 'a classifier (task "classify")',
  obb: 'a rotated-box detector (task "obb")',
  semantic: 'a semantic segmentation model (task "semantic")',
};

/** "[1,5,8400]" */
export const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(',')}]`;

/** Checks the task and picks the output. @throws Refusal */
export function checkTask(
  metadata: UltralyticsMetadata,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  want: YoloTask,
): YoloOutput {
  if (metadata.task !== null && metadata.task !== want) {
    throw new Refusal(
      `is ${TOLD[metadata.task] ?? `a model of task "${metadata.task}"`}; this stage needs ${ASKED[want]}.`,
    );
  }
  if (/rt-?detr/i.test(`${metadata.head ?? ''} ${metadata.description ?? ''}`)) {
    throw new Refusal(
      'is an RT-DETR detector, whose output is read differently; export a YOLO model instead.',
    );
  }
  if (inputs.length !== 1) {
    throw new Refusal(`has ${inputs.length} inputs; ${ASKED[want]} has one, the image.`);
  }
  return pickOutput(outputs, want);
}

function pickOutput(outputs: readonly TensorInfo[], want: YoloTask): YoloOutput {
  if (outputs.length > 1 && outputs.some((o) => o.shape.length === 4)) {
    throw new Refusal(
      `has a mask output (${outputs.map((o) => shapeText(o.shape)).join(', ')}) as segmentation models do; this stage needs ${ASKED[want]}.`,
    );
  }
  const output = outputs[0];
  if (output === undefined || outputs.length > 1) {
    throw new Refusal(
      `has ${outputs.length} outputs (${outputs.map((o) => o.name).join(', ')}); an ultralytics export has one. Export ${ASKED[want]} with format="onnx".`,
    );
  }
  const { name, type, shape } = output;
  if (shape.length === 2) {
    throw new Refusal(
      `returns one vector per image (${shapeText(shape)}), as a classifier or an embedder does; this stage needs ${ASKED[want]}.`,
    );
  }
  if (shape.length !== 3) {
    throw new Refusal(
      `returns ${shapeText(shape)}, not the three axes of ${ASKED[want]}. Heads that are not decoded in the graph are not supported.`,
    );
  }
  if (type !== 'float32' && type !== 'float16') {
    throw new Refusal(`returns ${type}; float32 or float16 is needed. Export it without that.`);
  }
  return { name, type, shape };
}
