/** Hand-made networks: what goes in is recorded, what comes out is given. */
import type { Loaded, PipelineDeps } from '../../../src/core/pipeline';
import type { Session, TensorData } from '../../../src/core/ports';
import type { EmbedderIo } from '../../../src/core/stages/embed';
import { readYoloContract, type YoloContract } from '../../../src/core/stages/yolo/contract';
import { ok, type RgbImage } from '../../../src/core/types';
import { testRecipe } from '../recipe/testRecipe';

export interface FakeSession extends Session {
  readonly fed: TensorData[];
}

/** A session that answers with `answer(call)` every time. */
export function fakeSession(
  input: { name: string; shape: number[] },
  output: { name: string; shape: number[] },
  answer: (call: number) => Float32Array,
): FakeSession {
  const fed: TensorData[] = [];
  return {
    fed,
    inputs: [{ ...input, type: 'float32' }],
    outputs: [{ ...output, type: 'float32' }],
    run: (feeds) => {
      fed.push(feeds[input.name]!);
      const data = answer(fed.length - 1);
      return Promise.resolve({ [output.name]: { type: 'float32', dims: output.shape, data } });
    },
    dispose: () => Promise.resolve(),
  };
}

/** Number of anchors of a 64 x 64 input at strides 8, 16 and 32. */
const ANCHORS = 84;
export const SIZE = 64;

/** A raw YOLO of 64 x 64 px whose first anchors hold the given columns [cx, cy, w, h, score, ...]. */
export function fakeYolo(
  task: 'detect' | 'pose',
  columns: (call: number) => readonly (readonly number[])[],
): Loaded<YoloContract> & { session: FakeSession } {
  const channels = task === 'detect' ? 5 : 5 + 15;
  const session = fakeSession(
    { name: 'images', shape: [1, 3, SIZE, SIZE] },
    { name: 'output0', shape: [1, channels, ANCHORS] },
    (call) => {
      const data = new Float32Array(channels * ANCHORS);
      columns(call).forEach((column, a) => {
        column.forEach((value, c) => (data[c * ANCHORS + a] = value));
      });
      return data;
    },
  );
  const hints = {
    imgsz: [SIZE, SIZE] as const,
    classes: ['dog'],
    names: testRecipe.keypoint.names,
  };
  const contract = readYoloContract(null, session.inputs, session.outputs, task, hints);
  if (!contract.ok) throw new Error(contract.error.message);
  return { session, contract: contract.value };
}

/** An embedder of 8 x 8 px that returns the given vector. */
export function fakeEmbedder(answer: (call: number) => number[]): Loaded<EmbedderIo> & {
  session: FakeSession;
} {
  const session = fakeSession(
    { name: 'input', shape: [1, 3, 8, 8] },
    { name: 'output', shape: [1, 3] },
    (call) => Float32Array.from(answer(call)),
  );
  return {
    session,
    contract: { inputName: 'input', outputName: 'output', inputType: 'float32', layout: 'nchw' },
  };
}

/** Photo of a gradient, so that a wrong crop is seen in the pixels. */
export function gradient(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      data.set([x % 256, y % 256, (x + y) % 256], (y * width + x) * 3);
  }
  return { width, height, data };
}

export function deps(image: RgbImage, changes: Partial<PipelineDeps>): PipelineDeps {
  return {
    decoder: { decode: () => Promise.resolve(ok(image)) },
    sha256: () => Promise.resolve('0'.repeat(64)),
    clock: { now: () => 0 },
    recipe: {
      ...testRecipe,
      embedder: { ...testRecipe.embedder, size: 8, mean: [0, 0, 0], std: [1, 1, 1], scale: 1 },
    },
    detector: null,
    keypoint: null,
    embedder: fakeEmbedder(() => [3, 0, 4]),
    stages: 'detect,keypoints,embed',
    dogs: 'best',
    ...changes,
  };
}
