/** What the page knows of a baseline and the comparison with it, as plain data. */
import type { Decision } from '../core/evaluation/decisions';
import type { ComparableRun, CompareReport } from '../core/evaluation/compareReport';
import type { Collected } from '../core/results/assemble';
import type { Folder } from './model';
import type { Steps } from './verdictModel';

export interface Baseline {
  /** The folder it was run over, or the file it was read from. */
  readonly name: string;
  readonly run: ComparableRun;
  /** The run on the page when it was kept; null for a file. */
  readonly kept: Collected | null;
  /** Where a kept run comes from: while this folder is on the page, the baseline goes by the names of the page. */
  readonly origin: {
    readonly folder: Folder | null;
    /** Of its first embedded photo: the same array as long as the run on the page is this one. */
    readonly vectors: Float32Array | null;
  } | null;
}

export interface BaselineSlice {
  readonly baseline: Baseline | null;
  /** Why the last file could not be taken. */
  readonly problem: string | null;
  readonly phase: 'empty' | 'working' | 'ready' | 'failed';
  readonly steps: Steps | null;
  /** What `report` is about. */
  readonly of: {
    readonly run: Collected;
    readonly baseline: Baseline;
    readonly decisions: readonly Decision[];
  } | null;
  readonly report: CompareReport | null;
  readonly error: string | null;
}

export const NOT_COMPARED = {
  phase: 'empty',
  steps: null,
  of: null,
  report: null,
  error: null,
} as const;

export const NO_BASELINE: BaselineSlice = { baseline: null, problem: null, ...NOT_COMPARED };
