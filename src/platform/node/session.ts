/** onnxruntime-node behind the core's Session port. One thread each: workers, not threads, use the cores. */
import * as ort from 'onnxruntime-node';
import type { Session, TensorData, TensorInfo } from '../../core/ports';

/** Loads a model from its path (external data beside it is found by the runtime). Throws when the runtime refuses it. */
export async function openSession(file: string, threads = 1): Promise<Session> {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  return {
    inputs: session.inputMetadata.map(toInfo),
    outputs: session.outputMetadata.map(toInfo),
    run: async (feeds) => {
      const tensors: Record<string, ort.Tensor> = {};
      for (const [name, tensor] of Object.entries(feeds)) {
        tensors[name] = new ort.Tensor(tensor.type, tensor.data, [...tensor.dims]);
      }
      const results = await session.run(tensors);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, fromOrt(name, tensor)]),
      );
    },
    dispose: () => session.release(),
  };
}

function toInfo(meta: ort.InferenceSession.ValueMetadata): TensorInfo {
  return meta.isTensor
    ? { name: meta.name, type: meta.type, shape: meta.shape }
    : { name: meta.name, type: 'non-tensor', shape: [] };
}

function fromOrt(name: string, tensor: ort.Tensor): TensorData {
  if (tensor.type === 'float32' && tensor.data instanceof Float32Array) {
    return { type: 'float32', dims: tensor.dims, data: tensor.data };
  }
  if (tensor.type === 'float16' && ArrayBuffer.isView(tensor.data)) {
    // Where the runtime has Float16Array the bits come wrapped in it; the port wants the bits.
    const { buffer, byteOffset, byteLength } = tensor.data;
    return {
      type: 'float16',
      dims: tensor.dims,
      data: new Uint16Array(buffer as ArrayBuffer, byteOffset, byteLength / 2),
    };
  }
  throw new Error(`output "${name}" is ${tensor.type}; expected float32 or float16`);
}
