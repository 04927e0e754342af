/** Network output -> candidates in model px, for each output form. */
import { fromCentre } from '../../geometry/boxes';
import { ModelOutputError } from '../../onnx/modelOutputError';
import type { Box } from '../../types';
import type { YoloContract } from './contract';

/** Candidates of one image, in the network's order. */
export interface Candidates {
  readonly boxes: readonly Box<'model'>[];
  readonly scores: readonly number[];
  /** Keypoint values of candidate i, K * D numbers in model px; empty for a detector. */
  readonly points: (i: number) => readonly number[];
}

/** Output of one image, row-major [rows, columns]. */
export interface OutputMatrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Candidates of the dog classes with score > conf.
 * @throws ModelOutputError when the output's size is not the contract's
 */
export function decode(output: OutputMatrix, contract: YoloContract, conf: number): Candidates {
  return contract.form === 'raw'
    ? decodeRaw(output, contract, conf)
    : decodeRows(output, contract, conf);
}

function keypointValues(contract: YoloContract): number {
  return contract.keypoints === null ? 0 : contract.keypoints.count * contract.keypoints.dims;
}

function wrongSize(output: OutputMatrix, expected: string): ModelOutputError {
  return new ModelOutputError(
    'model-error',
    `The model returned [${output.rows},${output.columns}] where ${expected} was expected.`,
  );
}

/**
 * [4 + classes + K * D, anchors], boxes cxcywh. The best class of each anchor counts (the first of equals, as
 * argmax), and the anchor is kept when that class is a dog.
 */
function decodeRaw(output: OutputMatrix, contract: YoloContract, conf: number): Candidates {
  const { data, rows, columns: anchors } = output;
  const values = keypointValues(contract);
  const classes = contract.classCount ?? rows - 4 - values;
  if (rows !== 4 + classes + values) {
    throw wrongSize(output, `${4 + classes + values} values per candidate`);
  }
  const isDog = new Set(contract.dogClasses);
  const kept: number[] = [];
  const boxes: Box<'model'>[] = [];
  const scores: number[] = [];
  for (let a = 0; a < anchors; a++) {
    let best = 0;
    let score = data[4 * anchors + a]!;
    for (let c = 1; c < classes; c++) {
      const other = data[(4 + c) * anchors + a]!;
      if (other > score) {
        score = other;
        best = c;
      }
    }
    if (!(score > conf) || !isDog.has(best)) continue;
    kept.push(a);
    scores.push(score);
    boxes.push(
      fromCentre(data[a]!, data[anchors + a]!, data[2 * anchors + a]!, data[3 * anchors + a]!),
    );
  }
  const first = 4 + classes;
  const points = (i: number): number[] =>
    Array.from({ length: values }, (_, v) => data[(first + v) * anchors + kept[i]!]!);
  return { boxes, scores, points };
}

/** [N, 6 + K * D] rows of xyxy, score, class, keypoints. Padding rows have score 0. */
function decodeRows(output: OutputMatrix, contract: YoloContract, conf: number): Candidates {
  const { data, rows, columns } = output;
  const values = keypointValues(contract);
  if (columns !== 6 + values) throw wrongSize(output, `rows of ${6 + values} values`);
  const isDog = new Set(contract.dogClasses);
  const kept: number[] = [];
  for (let r = 0; r < rows; r++) {
    if (data[r * columns + 4]! > conf && isDog.has(data[r * columns + 5]!)) kept.push(r * columns);
  }
  const upright = kept.filter((at) => isUpright(data, at)).length;
  const corners = contract.decidedBy === 'metadata' || 2 * upright >= kept.length;
  const boxes = kept.map((at): Box<'model'> => {
    const [a, b, c, d] = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
    return corners ? { x1: a, y1: b, x2: c, y2: d } : fromCentre(a, b, c, d);
  });
  return {
    boxes,
    scores: kept.map((at) => data[at + 4]!),
    points: (i) => Array.from(data.subarray(kept[i]! + 6, kept[i]! + 6 + values)),
  };
}

/**
 * Rows that only a shape vouches for might hold centre and size instead of corners: then most of them are inside out
 * as corners. A single one may be a degenerate box of a network that does give corners.
 */
function isUpright(data: Float32Array, at: number): boolean {
  return data[at + 2]! > data[at]! && data[at + 3]! > data[at + 1]!;
}
