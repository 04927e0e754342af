/** What the page knows of the verdict on a run, as plain data. */
import type { Decision } from '../core/evaluation/decisions';
import type { RunMetrics } from '../core/evaluation/report';
import type { Suspicion } from '../core/evaluation/mislabels';
import { LIBRARY_DEFAULTS, type LibrarySettings } from '../core/immich/faces';
import type { Rehearsal } from '../core/immich/rehearse';
import type { Collected } from '../core/results/assemble';
import type { VerdictReport } from '../worker/contract';

export type { VerdictReport } from '../worker/contract';

/** Steps done of all steps; null before the first word of them. */
export interface Steps {
  readonly done: number;
  readonly total: number;
}

export interface LibrarySlice {
  readonly phase: 'empty' | 'working' | 'ready' | 'failed';
  /** The settings the table of dogs is for, or will be. */
  readonly settings: LibrarySettings;
  readonly steps: Steps | null;
  /** The last rehearsal; its sweep is kept while other settings are tried. */
  readonly report: Rehearsal | null;
  /** The decisions whose names `report` goes by. */
  readonly decisions: readonly Decision[];
  readonly error: string | null;
}

export interface LostOfFile {
  /** Causes of failure that truth.json showed. */
  readonly causes: boolean;
  /** The floor of mere colours. */
  readonly colours: boolean;
}

export interface VerdictSlice {
  readonly phase: 'empty' | 'working' | 'ready' | 'failed';
  /** The run that `report` is about. */
  readonly of: Collected | null;
  readonly steps: Steps | null;
  /** With the decisions applied. Stays while a new one is under way. */
  readonly report: VerdictReport | null;
  /** The decisions that `report` follows. */
  readonly judged: readonly Decision[];
  /** The figures by the folder's own names, to tell what the decisions changed. */
  readonly base: RunMetrics | null;
  readonly queue: readonly Suspicion[];
  /** True where the figures of an opened file are not those that are computed from its vectors. */
  readonly differs: boolean;
  /** What an opened file says by its own names and what cannot be computed by others without the folder. */
  readonly lost: LostOfFile | null;
  /** `true` once intervals were asked for in spite of the number of photos. */
  readonly intervals: 'auto' | true;
  readonly error: string | null;
  /** Cosine similarity from which two photos are called one dog; null until one is chosen. */
  readonly threshold: number | null;
  readonly decisions: readonly Decision[];
  readonly library: LibrarySlice;
}

export const NO_VERDICT: VerdictSlice = {
  phase: 'empty',
  of: null,
  steps: null,
  report: null,
  judged: [],
  base: null,
  queue: [],
  differs: false,
  lost: null,
  intervals: 'auto',
  error: null,
  threshold: null,
  decisions: [],
  library: {
    phase: 'empty',
    settings: LIBRARY_DEFAULTS,
    steps: null,
    report: null,
    decisions: [],
    error: null,
  },
};
