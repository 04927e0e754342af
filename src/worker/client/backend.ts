/** Which backend to use, and the plain reason why. */
import { allAgree, checkText, compareOutputs, type StageCheck } from '../../core/stages/agreement';
import type { Backend, BackendChoice, GpuReport, SelfCheck } from '../contract';

export interface BackendDecision {
  readonly backend: Backend;
  readonly reason: string;
  /** Every quantity that was compared; null when none was. */
  readonly checks: readonly StageCheck[] | null;
}

/** What can be said before WebGPU is tried: null when it has to be tried. */
export function decideEarly(
  choice: BackendChoice,
  gpu: Pick<GpuReport, 'adapter' | 'software'>,
): BackendDecision | null {
  const wasm = (reason: string): BackendDecision => ({ backend: 'wasm', reason, checks: null });
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
    return { backend: 'wasm', reason: `WASM: WebGPU failed (${webgpu.error}).`, checks: null };
  }
  const checks = compareOutputs(wasm.outputs, webgpu.outputs);
  const agree = allAgree(checks);
  const wasmMs = wasm.medianMs / wasmWorkers;
  const speed = `${webgpu.medianMs.toFixed(1)} ms a pass against ${wasmMs.toFixed(1)} ms on ${wasmWorkers} WASM workers`;
  if (choice === 'webgpu') {
    const doubt = agree
      ? ''
      : ` It does NOT agree with WASM (${disagreements(checks)}): do not trust these numbers.`;
    return { backend: 'webgpu', reason: `WebGPU, as chosen.${doubt}`, checks };
  }
  if (!agree) {
    return {
      backend: 'wasm',
      reason: `WASM: WebGPU gives other results (${disagreements(checks)}).`,
      checks,
    };
  }
  return webgpu.medianMs < wasmMs
    ? {
        backend: 'webgpu',
        reason: `WebGPU: agrees with WASM on every stage and is faster (${speed}).`,
        checks,
      }
    : { backend: 'wasm', reason: `WASM: WebGPU agrees but is not faster (${speed}).`, checks };
}

/** The stages that disagree, with what was measured. */
const disagreements = (checks: readonly StageCheck[]): string =>
  checks.length === 0
    ? 'nothing to compare'
    : checks
        .filter(({ agrees }) => !agrees)
        .map(checkText)
        .join('; ');
