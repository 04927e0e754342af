/** What the page says when WebGPU and WASM do not give the same numbers. */
import { allAgree, checkText } from '../core/stages/agreement';
import type { BackendReport } from '../worker/contract';

export interface BackendDoubt {
  /** Whether the numbers on the page are in doubt, or the doubtful backend was left out. */
  readonly inUse: boolean;
  readonly message: string;
}

/** Null where the backends agree or were not compared. */
export function backendDoubt(
  report: Pick<BackendReport, 'backend' | 'checks'> | null,
): BackendDoubt | null {
  if (report?.checks == null || allAgree(report.checks)) return null;
  const found = report.checks.filter(({ agrees }) => !agrees).map(checkText);
  const facts = found.length === 0 ? 'there was nothing to compare' : found.join('; ');
  return report.backend === 'webgpu'
    ? {
        inUse: true,
        message: `Do not trust these numbers. WebGPU gives other results than WASM on this computer (on the same input, ${facts}).`,
      }
    : {
        inUse: false,
        message: `WebGPU gives other results than WASM on this computer (on the same input, ${facts}). WASM is used; its numbers are the reference.`,
      };
}

/** For the facts about the backend: whether the self-check's quantities agree, or which do not. */
export function agreementText(checks: BackendReport['checks']): string {
  if (checks === null) return 'not compared';
  const apart = checks.filter(({ agrees }) => !agrees);
  return apart.length === 0
    ? `all ${checks.length} quantities within their limits`
    : apart.map(checkText).join('; ');
}
