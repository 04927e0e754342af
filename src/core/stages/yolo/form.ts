/** Which of the three output forms a file has. */
import type { UltralyticsMetadata } from '../../onnx/ultralyticsMetadata';
import type { YoloHints, YoloTask } from './hints';
import type { YoloInput } from './input';
import { Refusal } from './refusal';
import { shapeText, type YoloOutput } from './task';

export type OutputForm = 'raw' | 'nms' | 'end2end';

/** A decided form. */
export interface ResolvedForm {
  readonly form: OutputForm;
  readonly decidedBy: 'metadata' | 'shape';
  /** Values per candidate (raw: 4 + classes + K * D; rows: 6 + K * D), or null where no shape tells. */
  readonly width: number | null;
  readonly shape: readonly (number | string)[];
}

/** What a form means for the recipe's thresholds: whole sentences; none for raw output. */
export function formNotes({
  form,
  decidedBy,
  task,
}: Pick<ResolvedForm, 'form' | 'decidedBy'> & { readonly task: YoloTask }): string[] {
  if (form === 'raw') return [];
  const unused = task === 'detect' ? ' The recipe’s "iou" is not used.' : '';
  const floor =
    'what scored below the threshold of its export (0.25 by default) is already gone, and a lower "conf" cannot bring it back.';
  if (form === 'nms') return [`NMS is inside the file: ${floor}${unused}`];
  const perhaps = decidedBy === 'shape' ? ` If NMS is inside it, ${floor}` : '';
  return [`The file returns finished boxes.${perhaps}${unused}`];
}

interface Evidence {
  readonly metadata: UltralyticsMetadata;
  readonly hints: YoloHints;
  readonly input: YoloInput;
  readonly output: YoloOutput;
  readonly want: YoloTask;
}

/** Strides of the heads that ultralytics ships: P3-P5, P3-P6, P2-P5, P4-P5. */
const HEADS: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [16, 32],
];
/** Rows that ultralytics returns at most by default. */
const USUAL_ROWS = 300;

/** Numbers of anchors that an input of this size can give: the sum of H/s * W/s over a head's strides. */
export function anchorCounts(input: { readonly width: number; readonly height: number }): number[] {
  return HEADS.map((strides) =>
    strides.reduce((n, s) => n + Math.ceil(input.height / s) * Math.ceil(input.width / s), 0),
  );
}

const axis = (value: number | string | undefined): number | null =>
  typeof value === 'number' && value > 0 ? value : null;

/**
 * Decides by `end2end` first, then `args.nms` (True only: older exports write False where recent ones write
 * None), then by shape. @throws Refusal
 */
export function resolveForm(evidence: Evidence, ambiguities: string[]): ResolvedForm {
  const { output } = evidence;
  refuseOldHeads(evidence);
  const told = toldForm(evidence.metadata);
  const raw = fitsRaw(evidence);
  const rows = fitsRows(evidence);
  const [, first, second] = output.shape;
  const as = (form: OutputForm, decidedBy: 'metadata' | 'shape'): ResolvedForm => ({
    form,
    decidedBy,
    width: axis(form === 'raw' ? first : second),
    shape: output.shape,
  });
  if (told !== null && (told === 'raw' ? raw : rows) !== 'no') return as(told, 'metadata');
  if (raw === 'no' && rows === 'no') {
    throw new Refusal(
      `returns ${shapeText(output.shape)}, which is no known form of a ${evidence.want === 'pose' ? 'YOLO-pose model' : 'YOLO detector'} for ${evidence.input.width} x ${evidence.input.height} px input. If the recipe gives keypoint names, check their number.`,
    );
  }
  const form = byShape(raw, rows);
  // Before they wrote `end2end`, ultralytics gave YOLOv10's finished rows the same arguments as raw output.
  const oldEnd2end = told === 'raw' && evidence.metadata.end2end === null && rows === 'exact';
  if (told !== null && !oldEnd2end) {
    ambiguities.push(
      `The metadata says the output is ${told}, but its shape ${shapeText(output.shape)} is that of ${form === 'raw' ? 'raw candidates' : 'finished rows'}; the shape is followed.`,
    );
  } else if (
    told === null &&
    raw !== 'no' &&
    rows !== 'no' &&
    !(raw === 'exact' && rows === 'possible')
  ) {
    ambiguities.push(
      `The file does not say whether ${shapeText(output.shape)} holds raw candidates or finished rows; ${form === 'raw' ? 'raw candidates' : 'finished rows'} are assumed. Export it again with its metadata to be sure.`,
    );
  }
  return as(form, 'shape');
}

function toldForm(metadata: UltralyticsMetadata): OutputForm | null {
  if (metadata.end2end === true) return 'end2end';
  if (metadata.nms === true) return 'nms';
  return metadata.end2end === false || metadata.hasArgs ? 'raw' : null;
}

/** `exact`: the number of candidates is one that this input size gives. */
type Fit = 'exact' | 'possible' | 'no';

function byShape(raw: Fit, rows: Fit): OutputForm {
  if (raw === 'no') return 'end2end';
  if (rows === 'no') return 'raw';
  return raw === 'exact' ? 'raw' : 'end2end';
}

/** Values per keypoint block that are possible: K * D, 0 for a detector, or any when unknown. */
function blockSizes({ metadata, hints, want }: Evidence): number[] | 'any' {
  if (want === 'detect') return [0];
  if (metadata.keypointShape !== null) {
    return [metadata.keypointShape[0] * metadata.keypointShape[1]];
  }
  if (hints.names !== undefined) return [hints.names.length * 3, hints.names.length * 2];
  return 'any';
}

function fitsRaw(evidence: Evidence): Fit {
  const [, channels, anchors] = evidence.output.shape.map(axis);
  if (channels !== null && channels !== undefined) {
    const classes = evidence.metadata.names?.length;
    const blocks = blockSizes(evidence);
    const left = (block: number): number => channels - 4 - block;
    const enough = (n: number): boolean => (classes === undefined ? n >= 1 : n === classes);
    if (blocks === 'any' ? left(2) < 1 : !blocks.some((block) => enough(left(block)))) return 'no';
  }
  if (anchors === null || anchors === undefined) return 'possible';
  if (anchorCounts(evidence.input).includes(anchors)) return 'exact';
  return channels !== null && channels !== undefined && anchors > channels ? 'possible' : 'no';
}

function fitsRows(evidence: Evidence): Fit {
  const [, rows, width] = evidence.output.shape.map(axis);
  if (width === null || width === undefined) return rows === null ? 'possible' : 'no';
  const blocks = blockSizes(evidence);
  const block = width - 6;
  if (
    blocks === 'any' ? block < 2 || !(block % 2 === 0 || block % 3 === 0) : !blocks.includes(block)
  ) {
    return 'no';
  }
  if (rows === null || rows === undefined) return 'possible';
  // A transposed raw output has as many rows as anchors, and more than a model returns.
  if (rows > USUAL_ROWS && anchorCounts(evidence.input).includes(rows)) return 'no';
  return rows === USUAL_ROWS ? 'exact' : 'possible';
}

/** v5-style rows with an objectness column, and transposed outputs. */
function refuseOldHeads({ input, output, metadata }: Evidence): void {
  const [, rows, width] = output.shape.map(axis);
  if (rows === null || rows === undefined || width === null || width === undefined) return;
  const anchors = anchorCounts(input);
  if (width >= 6 && rows > width && anchors.slice(0, 2).some((n) => n * 3 === rows)) {
    throw new Refusal(
      `returns ${shapeText(output.shape)}: three anchors per cell and an objectness column, as YOLOv5 and YOLOv7 do. Export YOLOv8 or newer (or a "u" model).`,
    );
  }
  if (
    rows > USUAL_ROWS &&
    rows > width &&
    anchors.includes(rows) &&
    metadata.end2end !== true &&
    metadata.nms !== true
  ) {
    throw new Refusal(
      `returns ${shapeText(output.shape)}, one row per anchor: a transposed or YOLOX-style output. Export it with ultralytics' format="onnx".`,
    );
  }
}
