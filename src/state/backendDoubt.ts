/** What the page says when WebGPU and WASM do not give the same numbers. */
import { BACKEND_AGREEMENT } from '../core/stages/selfCheck';
import type { BackendReport } from '../worker/contract';

export interface BackendDoubt {
  /** Whether the numbers on the page are in doubt, or the doubtful backend was left out. */
  readonly inUse: boolean;
  readonly message: string;
}

/** Null where the backends agree or were not compared. */
export function backendDoubt(
  report: Pick<BackendReport, 'backend' | 'agreement'> | null,
): BackendDoubt | null {
  if (report === null || report.agreement === null) return null;
  // NaN agrees with nothing.
  if (report.agreement >= BACKEND_AGREEMENT) return null;
  const facts = `on the same input the smallest cosine between their outputs is ${report.agreement.toFixed(5)}, and ${BACKEND_AGREEMENT} is needed`;
  return report.backend === 'webgpu'
    ? {
        inUse: true,
        message: `Do not trust these numbers. WebGPU gives other results than WASM on this computer: ${facts}.`,
      }
    : {
        inUse: false,
        message: `WebGPU gives other results than WASM on this computer: ${facts}. WASM is used; its numbers are the reference.`,
      };
}
