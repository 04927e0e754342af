/** Which stage a model file is for, from what it says about itself and from its shapes. */
import type { ModelSlot } from '../recipe/schema';
import type { OnnxFileInfo } from './file';
import { readUltralyticsMetadata } from './ultralyticsMetadata';

export interface SlotAssignment {
  /** Null when the file serves no stage. */
  readonly slot: ModelSlot | null;
  /** `certain`: the file's task says so; `likely`: only its shapes; `unsure`: the shapes fit more than one stage. */
  readonly confidence: 'certain' | 'likely' | 'unsure';
  /** A sentence to follow the file's name. */
  readonly reason: string;
}

const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(',')}]`;

const WRONG_TASKS: Readonly<Record<string, string>> = {
  segment: 'is a segmentation model; use a detector (task "detect") instead',
  classify: 'is a classifier; it finds no boxes and gives no embedding',
  obb: 'finds rotated boxes; use a detector (task "detect") instead',
  semantic: 'is a semantic segmentation model; use a detector (task "detect") instead',
};
/** Class scores of the stock ImageNet networks. */
const IMAGENET_CLASSES = 1000;

/** Assigns a readable ONNX file to a stage. */
export function assignSlot(info: OnnxFileInfo): SlotAssignment {
  const metadata = readUltralyticsMetadata(info.metadata);
  const { task } = metadata;
  if (task === 'detect' || task === 'pose') {
    const slot = task === 'detect' ? 'detector' : 'keypoint';
    return { slot, confidence: 'certain', reason: `is the ${slot} model: its task is "${task}".` };
  }
  if (task === 'embed') {
    return {
      slot: 'embedder',
      confidence: 'certain',
      reason: 'is the embedder: its task is "embed".',
    };
  }
  const wrong = task === null ? undefined : WRONG_TASKS[task];
  if (wrong !== undefined) return { slot: null, confidence: 'certain', reason: `${wrong}.` };
  return byShape(info, metadata.keypointShape !== null || metadata.keypointNames !== null);
}

function byShape(info: OnnxFileInfo, hasKeypoints: boolean): SlotAssignment {
  const image = info.inputs.length === 1 && info.inputs[0]!.shape.length === 4;
  const shapes = info.outputs.map((output) => output.shape);
  const told = `takes ${info.inputs.map((i) => shapeText(i.shape)).join(', ')} and returns ${shapes.map(shapeText).join(', ')}`;
  if (!image) {
    return { slot: null, confidence: 'likely', reason: `${told}; no stage works like that.` };
  }
  if (shapes.length === 1 && shapes[0]!.length === 3) return yoloByShape(shapes[0]!, hasKeypoints);
  const vector = shapes.find((s) => s.length === 2 || (s.length === 4 && s[2] === 1 && s[3] === 1));
  if (vector !== undefined && shapes.every((s) => s.length !== 3)) {
    return vector[1] === IMAGENET_CLASSES
      ? {
          slot: 'embedder',
          confidence: 'unsure',
          reason: `returns ${IMAGENET_CLASSES} values per image, as an ImageNet classifier does; an embedder without its classifier is better.`,
        }
      : {
          slot: 'embedder',
          confidence: 'likely',
          reason: `returns one vector per image (${shapeText(vector)}), as an embedder does.`,
        };
  }
  return { slot: null, confidence: 'likely', reason: `${told}; no stage works like that.` };
}

/** [B, 4 + classes + K * D, anchors] or [B, rows, 6 + K * D], metadata lost. */
function yoloByShape(shape: readonly (number | string)[], hasKeypoints: boolean): SlotAssignment {
  const sizes = shape.slice(1).filter((n): n is number => typeof n === 'number' && n > 0);
  const width = Math.min(...sizes);
  const told = `returns ${shapeText(shape)}`;
  if (!Number.isFinite(width)) {
    return {
      slot: null,
      confidence: 'unsure',
      reason: `${told}, which does not tell a detector from a keypoint model. Say which stage it is for.`,
    };
  }
  if (hasKeypoints) {
    return {
      slot: 'keypoint',
      confidence: 'likely',
      reason: 'names keypoints, so it is the keypoint model.',
    };
  }
  const detector = width === 5 || width === 6 || width === 84;
  if (detector) {
    return { slot: 'detector', confidence: 'likely', reason: `${told}, as a detector does.` };
  }
  // One class and K points of 3 values: 5 + 3K raw, 6 + 3K in rows.
  const pose = (width - 5) % 3 === 0 || (width - 6) % 3 === 0;
  return {
    slot: pose ? 'keypoint' : 'detector',
    confidence: 'unsure',
    reason: `${told} without metadata: ${pose ? 'a keypoint model, or a detector of many classes' : 'a detector of many classes'}. Check the stage.`,
  };
}
