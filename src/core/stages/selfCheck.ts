/** Runs every loaded network on one fixed synthetic photo: for comparing backends, outputs and speed. */
import { halfToFloat } from '../image/half';
import { resize } from '../image/resize';
import type { Loaded } from '../pipeline';
import type { Clock, Session, TensorData } from '../ports';
import type { Recipe } from '../recipe/schema';
import type { RgbImage } from '../types';
import { embedderInput, fitToEmbedder, type EmbedderIo } from './embed';
import type { YoloContract } from './yolo/contract';
import { yoloTensor } from './yolo/run';

/** Two backends agree when every output of the self-check points the same way: the least cosine. */
export const BACKEND_AGREEMENT = 0.999;

const SIDE = 256;
/** Timed passes after one warm-up. */
export const SELF_CHECK_PASSES = 3;

export interface SelfCheckResult {
  /** Raw outputs of detector, keypoint model and embedder, in this order, of those that are loaded. */
  readonly outputs: readonly Float32Array[];
  /** Median milliseconds of one pass over all of them; 0 when none was timed. */
  readonly medianMs: number;
}

/** A smooth pattern with some edges; no random numbers, so that it is the same everywhere. */
export function syntheticPhoto(side = SIDE): RgbImage {
  const data = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y * side + x) * 3;
      const inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 3) ** 2;
      data[at] = (x * 255) / side;
      data[at + 1] = inside ? 200 - (y * 90) / side : (y * 255) / side;
      data[at + 2] = (x >> 4) % 2 === (y >> 4) % 2 ? 90 : 160;
    }
  }
  return { width: side, height: side, data };
}

/** Feeds the networks the synthetic photo, once to warm up and `passes` times to measure. Throws when a runtime does. */
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
  const photo = syntheticPhoto();
  const jobs: { session: Session; feeds: Record<string, TensorData>; output: string }[] = [];
  for (const yolo of [models.detector, models.keypoint]) {
    if (yolo === null) continue;
    const { input, output } = yolo.contract;
    const tensor = yoloTensor(resize(photo, input.width, input.height, 'cv-linear'), input);
    jobs.push({ session: yolo.session, feeds: { [input.name]: tensor }, output: output.name });
  }
  const { session, contract } = models.embedder;
  const seen = fitToEmbedder(photo, recipe.embedder);
  jobs.push({
    session,
    feeds: { [contract.inputName]: embedderInput(seen, contract, recipe.embedder) },
    output: contract.outputName,
  });

  const pass = async (): Promise<Float32Array[]> => {
    const outputs: Float32Array[] = [];
    for (const job of jobs) {
      const result = (await job.session.run(job.feeds))[job.output];
      if (result === undefined) throw new Error(`no output "${job.output}"`);
      outputs.push(result.type === 'float16' ? halfToFloat(result.data) : result.data);
    }
    return outputs;
  };
  const outputs = (await pass()).map((output) => output.slice());
  const times: number[] = [];
  for (let i = 0; i < passes; i++) {
    const start = clock.now();
    await pass();
    times.push(clock.now() - start);
  }
  times.sort((a, b) => a - b);
  return { outputs, medianMs: times[Math.floor(passes / 2)] ?? 0 };
}
