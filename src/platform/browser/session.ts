/** onnxruntime-web behind the core's Session port. One build serves WASM and WebGPU; its files lie in /ort/. */
import * as ort from 'onnxruntime-web/webgpu';
import type { Session, TensorData, TensorInfo } from '../../core/ports';

/** How a session is to be run. */
export interface SessionOptions {
  readonly backend: 'wasm' | 'webgpu';
  /** WASM threads; more than 1 needs cross-origin isolation. */
  readonly threads: number;
  /** Folder of the runtime's .mjs and .wasm files, absolute URL ending in /. */
  readonly runtimeUrl: string;
}

/** A model's bytes, and those of its external data by file name. */
export interface SessionModel {
  readonly bytes: Uint8Array;
  readonly external?: readonly { readonly name: string; readonly bytes: Uint8Array }[] | undefined;
}

/**
 * Creates a session. The runtime is configured by the first call in a worker: threads cannot change later.
 * Throws what the runtime throws (unsupported operator, missing external data, no adapter).
 */
export async function openSession(model: SessionModel, options: SessionOptions): Promise<Session> {
  ort.env.wasm.wasmPaths = options.runtimeUrl;
  ort.env.wasm.numThreads = options.threads;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(model.bytes, {
    executionProviders: [options.backend],
    graphOptimizationLevel: 'all',
    ...(model.external !== undefined && model.external.length > 0
      ? { externalData: model.external.map(({ name, bytes }) => ({ path: name, data: bytes })) }
      : {}),
  });
  return {
    inputs: session.inputMetadata.map(toInfo),
    outputs: session.outputMetadata.map(toInfo),
    run: (feeds) => run(session, feeds),
    dispose: () => session.release(),
  };
}

async function run(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Record<string, TensorData>> {
  const tensors: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    tensors[name] = new ort.Tensor(tensor.type, tensor.data, [...tensor.dims]);
  }
  const results = await session.run(tensors);
  const outputs: Record<string, TensorData> = {};
  for (const [name, tensor] of Object.entries(results)) outputs[name] = fromOrt(name, tensor);
  return outputs;
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
    // Where the browser has Float16Array the bits come wrapped in it; the port wants the bits.
    const { buffer, byteOffset, byteLength } = tensor.data;
    const data = new Uint16Array(buffer as ArrayBuffer, byteOffset, byteLength / 2);
    return { type: 'float16', dims: tensor.dims, data };
  }
  throw new Error(`output "${name}" is ${tensor.type}; expected float32 or float16`);
}
