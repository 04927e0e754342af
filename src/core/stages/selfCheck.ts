/** Runs every loaded network on one fixed drawing of a dog: for comparing backends, outputs and speed. */
import { halfToFloat } from '../image/half';
import { resize } from '../image/resize';
import type { Loaded } from '../pipeline';
import type { Clock, Session, TensorData } from '../ports';
import type { ModelSlot, Recipe } from '../recipe/schema';
import type { RgbImage } from '../types';
import type { StageOutput, YoloCut } from './agreement';
import { embedderInput, fitToEmbedder, type EmbedderIo } from './embed';
import type { YoloContract } from './yolo/contract';
import { yoloTensor } from './yolo/run';

const SIDE = 256;
/** Timed passes after one warm-up. */
export const SELF_CHECK_PASSES = 3;

export interface SelfCheckResult {
  /** Outputs of detector, keypoint model and embedder, in this order, of those that are loaded. */
  readonly outputs: readonly StageOutput[];
  /** Median milliseconds of one pass over all of them; 0 when none was timed. */
  readonly medianMs: number;
}

type Rgb = readonly [number, number, number];
/** Ellipses in 256ths of the side: centre, half axes, turn in degrees, colour. Painted in this order. */
const DOG: readonly (readonly [number, number, number, number, number, Rgb])[] = [
  [110, 192, 6, 28, 0, [140, 92, 50]],
  [126, 192, 6, 28, 0, [128, 84, 46]],
  [185, 192, 6, 28, 0, [140, 92, 50]],
  [200, 192, 6, 28, 0, [128, 84, 46]],
  [215, 130, 30, 7, -50, [150, 100, 55]],
  [150, 150, 62, 32, 0, [150, 100, 55]],
  [85, 105, 30, 30, 0, [150, 100, 55]],
  [62, 115, 20, 12, 10, [190, 150, 105]],
  [46, 111, 6, 6, 0, [20, 20, 20]],
  [75, 96, 4, 4, 0, [15, 15, 15]],
  [95, 97, 4, 4, 0, [15, 15, 15]],
  [105, 108, 10, 24, 15, [95, 60, 35]],
  [68, 80, 8, 18, 30, [95, 60, 35]],
];

/** A plain dog on grass: something that a detector gives a score to. The same everywhere. */
export function drawnDog(side = SIDE): RgbImage {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at += 3)
      data.set(dogColour((x * 256) / side, (y * 256) / side), at);
  }
  return { width: side, height: side, data };
}

function dogColour(x: number, y: number): Rgb {
  let colour: Rgb = y < 90 ? [170, 200, 230] : [150, 190, 110];
  for (const [cx, cy, a, b, degrees, paint] of DOG) {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const u = ((x - cx) * cos + (y - cy) * sin) / a;
    const v = ((y - cy) * cos - (x - cx) * sin) / b;
    if (u * u + v * v <= 1) colour = paint;
  }
  return colour;
}

/** Feeds the networks the drawing, once to warm up and `passes` times to measure. Throws when a runtime does. */
export async function selfCheck(
  models: {
    readonly detector: Loaded<YoloContract> | null;
    readonly keypoint: Loaded<YoloContract> | null;
    readonly embedder: Loaded<EmbedderIo>;
  },
  recipe: Recipe,
  clock: Clock,
  passes = SELF_CHECK_PASSES,
): Promise<SelfCheckResult> {
  const photo = drawnDog();
  const jobs: Job[] = [];
  for (const slot of ['detector', 'keypoint'] as const) {
    const yolo = models[slot];
    if (yolo === null) continue;
    const { input, output } = yolo.contract;
    const tensor = yoloTensor(resize(photo, input.width, input.height, 'cv-linear'), input);
    const feeds = { [input.name]: tensor };
    jobs.push({ slot, session: yolo.session, feeds, output: output.name, yolo: yolo.contract });
  }
  const { session, contract } = models.embedder;
  const seen = fitToEmbedder(photo, recipe.embedder);
  jobs.push({
    slot: 'embedder',
    session,
    feeds: { [contract.inputName]: embedderInput(seen, contract, recipe.embedder) },
    output: contract.outputName,
    yolo: null,
  });

  const pass = async (): Promise<StageOutput[]> => {
    const outputs: StageOutput[] = [];
    for (const job of jobs) {
      const result = (await job.session.run(job.feeds))[job.output];
      if (result === undefined) throw new Error(`no output "${job.output}"`);
      outputs.push(stageOutput(job, result));
    }
    return outputs;
  };
  // The runtime may write its next output over this one.
  const outputs = (await pass()).map((one) => ({ ...one, data: one.data.slice() }));
  const times: number[] = [];
  for (let i = 0; i < passes; i++) {
    const start = clock.now();
    await pass();
    times.push(clock.now() - start);
  }
  times.sort((a, b) => a - b);
  return { outputs, medianMs: times[Math.floor(passes / 2)] ?? 0 };
}

interface Job {
  readonly slot: ModelSlot;
  readonly session: Session;
  readonly feeds: Record<string, TensorData>;
  readonly output: string;
  /** Null for the embedder. */
  readonly yolo: YoloContract | null;
}

/** The output of the first image. */
function stageOutput({ slot, yolo }: Job, tensor: TensorData): StageOutput {
  const half = tensor.type === 'float16';
  const data = half ? halfToFloat(tensor.data) : tensor.data;
  if (yolo === null) return { slot, data, cut: null };
  const [, rows = 0, columns = 0] = tensor.dims;
  const cut: YoloCut = { rows, columns, form: yolo.form, keypoints: yolo.keypoints, half };
  return { slot, data: data.subarray(0, rows * columns), cut };
}
