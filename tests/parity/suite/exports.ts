/** Every form of ultralytics export: contract, input tensor, raw output, boxes and keypoints against ultralytics itself. */
import { MAX_DETECTIONS, nms, rankByScore } from '../../../src/core/geometry/nms';
import { readOnnxFile } from '../../../src/core/onnx/file';
import { halfToFloat } from '../../../src/core/image/half';
import { planLetterbox, type Letterbox } from '../../../src/core/image/letterbox';
import type { Session } from '../../../src/core/ports';
import { readYoloContract, type YoloContract } from '../../../src/core/stages/yolo/contract';
import { decode } from '../../../src/core/stages/yolo/decode';
import { detectDogs } from '../../../src/core/stages/yolo/detect';
import { findPose } from '../../../src/core/stages/yolo/pose';
import { runYolo, yoloTensor } from '../../../src/core/stages/yolo/run';
import type { RgbImage } from '../../../src/core/types';
import { assert, assertSamples, equal, near } from './check';
import {
  decodeFile,
  referencePath,
  type Case,
  type Environment,
  type ExpectedBox,
  type ExportRow,
  type Fixtures,
  type Four,
  type RawOutputRow,
} from './environment';
import { withMetadata } from './metadata';

/** Boxes and keypoints agree within this many px of the network's input. */
export const MODEL_PIXELS = 0.25;
export const SCORE_TOLERANCE = 0.005;
/** Fewer boxes than this would prove nothing. */
const FEWEST_BOXES = 5;

export function exportCases({ reference, exports }: Fixtures): Case[] {
  return exports.flatMap((row) => [
    {
      name: `export ${row.name} (${row.note}): boxes are ultralytics'`,
      run: (environment: Environment) => compareBoxes(environment, row),
    },
    ...reference.rawOutputs
      .filter((raw) => raw.export === row.name)
      .map((raw) => ({
        name: `export ${row.name}: input tensor and raw output are onnxruntime's in Python`,
        run: (environment: Environment) => compareRaw(environment, row, raw),
      })),
  ]);
}

export interface OpenExport {
  readonly session: Session;
  readonly contract: YoloContract;
}

export async function openExport(environment: Environment, row: ExportRow): Promise<OpenExport> {
  const path = `exports/${row.file}`;
  const file = await environment.read(path);
  const info = readOnnxFile(
    row.metadataProps === undefined ? file : withMetadata(file, row.metadataProps),
  );
  assert(info.ok, `${row.file} was not read`);
  const session = await environment.openSession(path);
  const names = row.keypointNames ?? undefined;
  const contract = readYoloContract(info.value, session.inputs, session.outputs, row.task, {
    classes: ['dog'],
    names,
  });
  assert(contract.ok, `${row.file} ${contract.ok ? '' : contract.error.message}`);
  return { session, contract: contract.value };
}

/** Expected dogs with an area: a box wholly in the letterbox's border is clipped away. */
export function expectedDogs(row: ExportRow): ExpectedBox[] {
  return row.boxes.filter(
    ({ cls, box }) => row.classes[cls] === 'dog' && box[2] > box[0] && box[3] > box[1],
  );
}

async function compareBoxes(environment: Environment, row: ExportRow): Promise<void> {
  const expected = expectedDogs(row);
  assert(expected.length >= FEWEST_BOXES, `only ${expected.length} boxes in the fixture`);
  const { session, contract } = await openExport(environment, row);
  try {
    compareContract(contract, row);
    const picture = await decodeFile(environment, `exports/${row.picture}`);
    const found = await detect(session, contract, picture, row);
    compareAll(found, expected, planOf(picture, row));
    if (row.task === 'pose') {
      await compareBestPose(session, contract, picture, row);
    } else {
      const dogs = await detectDogs(session, contract, picture, {
        conf: row.conf,
        iou: row.iou,
        resize: 'cv-linear',
      });
      const asFound = dogs.map(({ bbox, score }): ExpectedBox => ({
        box: four(bbox),
        score,
        cls: 0,
      }));
      compareAll(asFound, expected, planOf(picture, row));
    }
  } finally {
    await session.dispose();
  }
}

function compareContract(contract: YoloContract, row: ExportRow): void {
  const bare = row.metadata === 'strip' || row.name === 'old-end2end';
  const rows = bare ? 'end2end' : 'nms';
  equal(contract.form, row.endToEnd ? 'end2end' : row.nms ? rows : 'raw', 'form of the output');
  equal([contract.input.height, contract.input.width], [...row.imgsz], 'imgsz');
  if (row.keypoints !== null) {
    assert(contract.keypoints !== null, 'no keypoints');
    const { count, dims } = contract.keypoints;
    equal([count, dims], [...row.keypoints], 'keypoint shape');
  }
  if (row.keypointNames !== null) equal(contract.keypoints?.names, row.keypointNames, 'names');
  if (row.metadata === 'as exported' && row.keypointNames !== null) {
    equal(contract.ambiguities, [], 'ambiguities');
  }
}

const planOf = (picture: RgbImage, row: ExportRow): Letterbox =>
  planLetterbox(picture, { width: row.imgsz[1], height: row.imgsz[0] });

const four = (box: { x1: number; y1: number; x2: number; y2: number }): Four => [
  box.x1,
  box.y1,
  box.x2,
  box.y2,
];

/** All boxes and keypoints that pass the threshold and NMS; px of the picture, clipped as ultralytics clips them. */
async function detect(
  session: Session,
  contract: YoloContract,
  picture: RgbImage,
  row: ExportRow,
): Promise<ExpectedBox[]> {
  const output = await runYolo(session, contract, picture, 'cv-linear');
  const found = decode(output, contract, row.conf);
  const kept =
    contract.form === 'raw'
      ? nms(found.boxes, found.scores, row)
      : rankByScore(found.scores, row.conf).slice(0, MAX_DETECTIONS);
  const dims = contract.keypoints?.dims ?? 0;
  return kept
    .map((i): ExpectedBox => {
      const box = four(output.plan.boxToSource(found.boxes[i]!));
      const values = found.points(i);
      const keypoints = Array.from({ length: contract.keypoints?.count ?? 0 }, (_, k): number[] => {
        const at = output.plan.pointToSource({ x: values[k * dims]!, y: values[k * dims + 1]! });
        return [at.x, at.y, ...values.slice(k * dims + 2, (k + 1) * dims)];
      });
      const clipped = box.map((v, side) => clip(v, side, picture)) as unknown as Four;
      return { box: clipped, score: found.scores[i]!, cls: 0, keypoints };
    })
    .filter(({ box }) => box[2] > box[0] && box[3] > box[1]);
}

const clip = (value: number, side: number, picture: RgbImage): number =>
  Math.min(Math.max(value, 0), side % 2 === 0 ? picture.width : picture.height);

/** The same boxes, each within a quarter of a model px and .005 of score; no more and no fewer. */
export function compareAll(
  found: readonly ExpectedBox[],
  expected: readonly ExpectedBox[],
  plan: Letterbox,
): void {
  equal(found.length, expected.length, 'number of boxes');
  const left = [...found];
  for (const want of expected) {
    left.sort((a, b) => distance(a.box, want.box) - distance(b.box, want.box));
    const best = left.shift()!;
    const tolerance = [
      plan.source.width / plan.inner.width,
      plan.source.height / plan.inner.height,
    ].map((scale) => scale * MODEL_PIXELS);
    want.box.forEach((v, side) =>
      near(
        best.box[side]!,
        v,
        tolerance[side % 2]!,
        `edge ${side} of the box with score ${want.score}`,
      ),
    );
    near(best.score, want.score, SCORE_TOLERANCE, 'score');
    want.keypoints?.forEach((point, k) => {
      const actual = best.keypoints?.[k] ?? [];
      equal(actual.length, point.length, 'values of a keypoint');
      const picture = { ...plan.source, data: new Uint8Array(0) };
      near(clip(actual[0]!, 0, picture), point[0]!, tolerance[0]!, `x of keypoint ${k}`);
      near(clip(actual[1]!, 1, picture), point[1]!, tolerance[1]!, `y of keypoint ${k}`);
      if (point.length === 3)
        near(actual[2]!, point[2]!, SCORE_TOLERANCE, `visibility of keypoint ${k}`);
    });
  }
}

const distance = (a: Four, b: Four): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

async function compareBestPose(
  session: Session,
  contract: YoloContract,
  picture: RgbImage,
  row: ExportRow,
): Promise<void> {
  const pose = await findPose(session, contract, picture, { resize: 'cv-linear' });
  assert(pose !== null, 'no pose');
  const keypoints = pose.keypoints.map((p) =>
    p.score === null ? [p.x, p.y] : [p.x, p.y, p.score],
  );
  const best = { box: four(pose.bbox), score: pose.score, cls: 0, keypoints };
  compareAll([best], row.boxes.slice(0, 1), planOf(picture, row));
}

/** Rounding of the runtimes, relative to the largest value: float32 sums, fp16 sums, int8 steps. */
const RELATIVE_TOLERANCE = { float: 1e-4, half: 4e-3, int8: 4e-2 };

async function compareRaw(
  environment: Environment,
  row: ExportRow,
  raw: RawOutputRow,
): Promise<void> {
  const { session, contract } = await openExport(environment, row);
  try {
    const boxed = await decodeFile(environment, referencePath(raw.boxed));
    const tensor = yoloTensor(boxed, contract.input);
    const values = tensor.type === 'float16' ? halfToFloat(tensor.data) : tensor.data;
    assertSamples(values, raw.inputSamples, tensor.type === 'float16' ? 5e-4 : 1e-6, 'input');
    const output = (await session.run({ [contract.input.name]: tensor }))[contract.output.name];
    assert(output !== undefined, 'no output');
    equal(output.dims.slice(1), raw.shape, 'shape of the output');
    const data = output.type === 'float16' ? halfToFloat(output.data) : output.data;
    const kind = row.name.includes('half') ? 'half' : row.name.includes('int8') ? 'int8' : 'float';
    assertSamples(data, raw.outputSamples, RELATIVE_TOLERANCE[kind] * raw.outputMax, 'output');
  } finally {
    await session.dispose();
  }
}
