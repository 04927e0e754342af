/** Which backend to use, and the plain reason why. */
import { BACKEND_AGREEMENT } from '../../core/stages/selfCheck';
import type { Backend, BackendChoice, GpuReport, SelfCheck } from '../contract';

export interface BackendDecision {
  readonly backend: Backend;
  readonly reason: string;
  readonly agreement: number | null;
}

/** What can be said before WebGPU is tried: null when it has to be tried. */
export function decideEarly(
  choice: BackendChoice,
  gpu: Pick<GpuReport, 'adapter' | 'software'>,
): BackendDecision | null {
  const wasm = (reason: string): BackendDecision => ({ backend: 'wasm', reason, agreement: null });
  if (choice === 'wasm') return wasm('WASM, as chosen.');
  if (gpu.adapter === null) {
    const none = 'this browser offers no WebGPU adapter';
    return wasm(choice === 'webgpu' ? `WASM: WebGPU was chosen, but ${none}.` : `WASM: ${none}.`);
  }
  if (choice === 'webgpu') return null;
  return gpu.software ? wasm(`WASM: the WebGPU adapter (${gpu.adapter}) is a software one.`) : null;
}

/**
 * The decision once both were run on the same inputs. Speed is that of the whole pool: `wasmWorkers` work side
 * by side where one WebGPU worker has the adapter to itself.
 */
export function decideByCheck(
  choice: BackendChoice,
  wasm: SelfCheck,
  webgpu: SelfCheck | { readonly error: string },
  wasmWorkers: number,
): BackendDecision {
  if ('error' in webgpu) {
    return { backend: 'wasm', reason: `WASM: WebGPU failed (${webgpu.error}).`, agreement: null };
  }
  const agreement = agreementOf(wasm.outputs, webgpu.outputs);
  const cosine = agreement.toFixed(5);
  const wasmMs = wasm.medianMs / wasmWorkers;
  const speed = `${webgpu.medianMs.toFixed(1)} ms a pass against ${wasmMs.toFixed(1)} ms on ${wasmWorkers} WASM workers`;
  if (choice === 'webgpu') {
    const doubt =
      agreement >= BACKEND_AGREEMENT
        ? ''
        : ` It does NOT agree with WASM (cosine ${cosine}): do not trust these numbers.`;
    return { backend: 'webgpu', reason: `WebGPU, as chosen.${doubt}`, agreement };
  }
  if (!(agreement >= BACKEND_AGREEMENT)) {
    return {
      backend: 'wasm',
      reason: `WASM: WebGPU gives other results (cosine ${cosine}).`,
      agreement,
    };
  }
  return webgpu.medianMs < wasmMs
    ? {
        backend: 'webgpu',
        reason: `WebGPU: agrees with WASM (cosine ${cosine}) and is faster (${speed}).`,
        agreement,
      }
    : { backend: 'wasm', reason: `WASM: WebGPU agrees but is not faster (${speed}).`, agreement };
}

/** The smallest cosine over the outputs; NaN or a different length counts as none at all. */
export function agreementOf(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  if (a.length !== b.length || a.length === 0) return 0;
  return Math.min(...a.map((output, i) => cosine(output, b[i]!)));
}

function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  const value = dot / Math.sqrt(aa * bb);
  return Number.isFinite(value) ? value : 0;
}
