/** Everything worth showing about a model file, for its card. */
import type { TensorInfo } from '../ports';
import type { OnnxFileInfo } from './file';
import { assignSlot, type SlotAssignment } from './slot';
import { suspicions } from './suspicions';
import { readUltralyticsMetadata, shownArguments } from './ultralyticsMetadata';

export { assignSlot, type SlotAssignment } from './slot';
export { missingExternalData, suspicions } from './suspicions';

/** Facts read from one file. Nothing here was verified by a run. */
export interface ModelCard {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly assignment: SlotAssignment;
  readonly task: string | null;
  readonly description: string | null;
  readonly author: string | null;
  readonly classNames: readonly string[] | null;
  /** [height, width] in px. */
  readonly imgsz: readonly [number, number] | null;
  readonly stride: number | null;
  readonly keypointShape: readonly [number, number] | null;
  readonly keypointNames: readonly string[] | null;
  /** Of ultralytics, as written. */
  readonly version: string | null;
  readonly license: string | null;
  readonly date: string | null;
  readonly irVersion: number;
  readonly opset: number | null;
  /** Name and version of the exporter. */
  readonly producer: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** How the weights are stored, in words. */
  readonly weights: string;
  /** Export arguments that are not private. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly externalData: readonly string[];
  /** Whether the graph's tail looks like an L2 normalisation; only a run can verify it. */
  readonly endsInL2: boolean;
  /** Sentences to follow the file's name. */
  readonly warnings: readonly string[];
}

/**
 * The card of a file. A recorded path of the exporter's machine (the `data` argument of int8 exports) is
 * never among its facts.
 */
export function describeModel(
  info: OnnxFileInfo,
  file: { readonly name: string; readonly sha256: string },
): ModelCard {
  const metadata = readUltralyticsMetadata(info.metadata);
  return {
    file: file.name,
    size: info.size,
    sha256: file.sha256,
    assignment: assignSlot(info),
    task: metadata.task,
    description: withoutFolders(metadata.description),
    author: metadata.author,
    classNames: metadata.names,
    imgsz: metadata.imgsz ?? declaredSize(info),
    stride: metadata.stride,
    keypointShape: metadata.keypointShape,
    keypointNames: metadata.keypointNames,
    version: metadata.version,
    license: metadata.license,
    date: metadata.date,
    irVersion: info.irVersion,
    opset: info.opset,
    producer: `${info.producer} ${info.producerVersion}`.trim(),
    inputs: info.inputs,
    outputs: info.outputs,
    weights: weightsText(info),
    arguments: shownArguments(info.metadata),
    externalData: info.externalData,
    endsInL2: endsInL2(info),
    warnings: [...metadata.problems, ...suspicions(info)],
  };
}

/** Ultralytics writes the path of the training data into the description; only its last part is shown. */
function withoutFolders(text: string | null): string | null {
  return text?.replace(/(?:[A-Za-z]:|~)?[\\/](?:[^\s\\/]+[\\/])+/g, '') ?? null;
}

function declaredSize(info: OnnxFileInfo): readonly [number, number] | null {
  const shape = info.inputs[0]?.shape;
  if (shape?.length !== 4) return null;
  const [, a, b, c] = shape;
  const [h, w] = c === 3 && a !== 3 ? [a, b] : [b, c];
  return typeof h === 'number' && typeof w === 'number' && h > 0 && w > 0 ? [h, w] : null;
}

function weightsText(info: OnnxFileInfo): string {
  if (info.quantized) return 'int8 (quantised), float32 in and out';
  if (info.halfWeights) return 'stored as float16, computed in float32';
  const halves = info.weightTypes['float16'] ?? 0;
  const floats = info.weightTypes['float32'] ?? 0;
  return halves > floats ? 'float16' : 'float32';
}

/** Division by a norm as the last step (torch's F.normalize), or ONNX's own LpNormalization. */
function endsInL2(info: OnnxFileInfo): boolean {
  const [last] = info.tailOps;
  if (last === 'LpNormalization') return true;
  const near = info.tailOps.slice(0, 8);
  return last === 'Div' && near.some((op) => op === 'ReduceL2' || op === 'Sqrt' || op === 'Pow');
}
