/** onnxruntime's own files, which vite copies beside the page. */

/** The WASM and WebGPU build that platform/browser/session.ts imports. */
export const RUNTIME_WASM = 'ort-wasm-simd-threaded.asyncify.wasm';
export const RUNTIME_FILES = ['ort-wasm-simd-threaded.asyncify.mjs', RUNTIME_WASM] as const;

/** Their folder: absolute, the same in the page and in its workers. */
export const runtimeUrl = (): string =>
  new URL(`${import.meta.env.BASE_URL}ort/`, self.location.origin).href;
