/** A network that returns what it is told and remembers what it was fed. */
import type { Session, TensorData, TensorInfo } from '../../../src/core/ports';

export interface FakeSession extends Session {
  readonly fed: TensorData[];
}

export function fakeSession(
  dims: readonly number[],
  data: Float32Array,
  inputShape: readonly (number | string)[] = [1, 3, 64, 64],
): FakeSession {
  const fed: TensorData[] = [];
  const inputs: TensorInfo[] = [{ name: 'images', type: 'float32', shape: inputShape }];
  return {
    inputs,
    outputs: [{ name: 'output0', type: 'float32', shape: dims }],
    fed,
    run: (feeds) => {
      fed.push(feeds['images']!);
      return Promise.resolve({ output0: { type: 'float32', dims, data } });
    },
    dispose: () => Promise.resolve(),
  };
}

/** Candidates [values][anchors] as the raw output of one image. */
export function raw(candidates: readonly (readonly number[])[], anchors = candidates.length) {
  const values = candidates[0]!.length;
  const data = new Float32Array(values * anchors);
  candidates.forEach((candidate, a) => {
    candidate.forEach((value, v) => (data[v * anchors + a] = value));
  });
  return { dims: [1, values, anchors] as const, data };
}

/** Rows [N][values] as the finished output of one image. */
export function rows(list: readonly (readonly number[])[]) {
  return {
    dims: [1, list.length, list[0]!.length] as const,
    data: Float32Array.from(list.flat()),
  };
}
