/** What the page knows of the branches side by side, as plain data. */
import type { FullBranchReport } from '../core/evaluation/branchReport';
import type { Decision } from '../core/evaluation/decisions';
import type { Collected } from '../core/results/assemble';
import type { Steps } from './verdictModel';

export interface BranchesSlice {
  /** `embedding`: photos go through the embedder again; `weighing`: the figures are computed. */
  readonly phase: 'empty' | 'embedding' | 'weighing' | 'ready' | 'failed';
  /** Photos embedded so far, of all that can be. */
  readonly steps: Steps | null;
  /** The run that `report` is about. */
  readonly of: Collected | null;
  /** The decisions whose names `report` goes by. */
  readonly decisions: readonly Decision[];
  readonly report: FullBranchReport | null;
  readonly error: string | null;
}

export const NO_BRANCHES: BranchesSlice = {
  phase: 'empty',
  steps: null,
  of: null,
  decisions: [],
  report: null,
  error: null,
};
