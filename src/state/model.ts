/** What the page knows, as plain data. One slice per lifecycle: setup, options, intake, run, analysis, verdict, view. */
import type { Decision } from '../core/evaluation/decisions';
import type { Collected, RunFacts } from '../core/results/assemble';
import type { IgnoredEntry, Metrics, PhotoRecord } from '../core/results/schema';
import type { Branch, DogChoice, StageChoice } from '../core/types';
import type {
  Analysis,
  AnalysisRow,
  BackendChoice,
  BackendReport,
  ModelBundle,
  PrepareProgress,
} from '../worker/contract';
import { NO_DOCTOR, type DoctorSlice } from './doctorModel';
import { NO_BASELINE, type BaselineSlice } from './baselineModel';
import { NO_BRANCHES, type BranchesSlice } from './branchesModel';
import { NO_MODELS, type ModelsSlice } from './modelsModel';
import { FOLDER_NAMES, type NamesSlice } from './names';
import { NO_VERDICT, type VerdictSlice } from './verdictModel';

/** A file as it was dropped or chosen. `file` is null when the browser would not hand it over. */
export interface FolderFile {
  /** Relative to the folder, `/`-separated. */
  readonly path: string;
  readonly file: Blob | null;
  /** Why `file` is null. */
  readonly error?: string;
}

/** A file that is treated as a photo, with the dog its path names. */
export interface FolderPhoto extends FolderFile {
  readonly identity: string | null;
}

/** A folder sorted into photos and the rest, photos in code-point order of `path`. */
export interface Folder {
  readonly name: string;
  readonly photos: readonly FolderPhoto[];
  readonly ignored: readonly IgnoredEntry[];
  /** Number of dogs, which is the number of sub-folders with photos. */
  readonly dogs: number;
  /** The truth.json at its root, where there is one. */
  readonly truth?: Blob;
}

/** One photo of the run: what was asked, and what came back so far (`record.status` is `not-run` until then). */
export interface PhotoEntry {
  readonly index: number;
  readonly file: Blob | null;
  readonly record: PhotoRecord;
  /** record.dogs.length x dim float32. */
  readonly embeddings: Float32Array;
  /** Colour histograms of `chips`, where those are at hand. */
  readonly colours?: Float32Array | undefined;
  readonly thumb: Blob | null;
  readonly chips: readonly Blob[];
  readonly timings: Readonly<Record<string, number>>;
}

export interface SetupSlice {
  readonly phase: 'idle' | 'loading' | 'ready' | 'error';
  readonly progress: PrepareProgress | null;
  readonly report: BackendReport | null;
  readonly dim: number;
  /** The models that are ready, or were when they were last made so. */
  readonly bundle: ModelBundle | null;
  /** The models served with the page; null until they were fetched. */
  readonly bundled: ModelBundle | null;
  readonly error: string | null;
}

export interface OptionsSlice {
  readonly stages: StageChoice;
  readonly dogs: DogChoice;
  /** Whether each photo first becomes the photo library's preview. */
  readonly preview: boolean;
  readonly topK: number;
  readonly backend: BackendChoice;
}

export interface IntakeSlice {
  readonly phase: 'empty' | 'reading' | 'ready';
  /** Files seen so far while reading. */
  readonly filesSeen: number;
  readonly folder: Folder | null;
  /** Why the last folder could not be taken, in a sentence. */
  readonly problem: string | null;
  /** A folder that waits until the results on the page are exported or given up. */
  readonly waiting: Folder | null;
}

export interface RunCounts {
  readonly photos: number;
  readonly done: number;
  readonly embedded: number;
  readonly noDog: number;
  readonly failed: number;
}

/** A run that was opened from results.json instead of being run here. */
export interface SavedRunSlice {
  /** What it was made with, for the next export. */
  readonly facts: RunFacts;
  /** The figures as they stand in the file. */
  readonly metrics: Metrics;
  /** The file that holds the vectors, while it is not at hand. */
  readonly missing: string | null;
  /** The folder that was dropped to restore the pictures, and how far that is. */
  readonly pictures: {
    readonly folder: Folder;
    readonly done: number;
    readonly found: number;
    /** Photos of the folder whose bytes are not in the run. */
    readonly strangers: number;
    readonly finished: boolean;
  } | null;
}

export interface RunSlice {
  /** `queued`: waiting for the models. `comparing`: all photos done, matrix and galleries under way. */
  readonly phase:
    'idle' | 'queued' | 'running' | 'stopping' | 'comparing' | 'done' | 'cancelled' | 'failed';
  /** The options this run was started with. */
  readonly options: Pick<OptionsSlice, 'stages' | 'dogs' | 'preview'>;
  /** The models that these results come from; null until the first photo may start. */
  readonly bundle: ModelBundle | null;
  readonly entries: readonly PhotoEntry[];
  readonly counts: RunCounts;
  /** Photos per second since the last start or resume; null until there is enough to tell. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  /** Why a run could not go on. */
  readonly error: string | null;
  /** True once the results as they are now were exported. */
  readonly exported: boolean;
  /** Null for a run that was made here. */
  readonly saved: SavedRunSlice | null;
}

/** A row of the matrix: which dog of which photo. */
export interface RowSource extends AnalysisRow {
  readonly entry: number;
  readonly dog: number;
}

export interface AnalysisSlice {
  readonly phase: 'empty' | 'working' | 'ready' | 'failed';
  readonly rows: readonly RowSource[];
  /** Photos and vectors behind `rows`, as they are exported. */
  readonly collected: Collected | null;
  readonly topK: number;
  /** Decisions that the figures of `result` follow. */
  readonly decisions: readonly Decision[];
  readonly result: Analysis | null;
  readonly error: string | null;
}

export const STATUS_FILTERS = [
  'all',
  'embedded',
  'no-dog',
  'failed',
  'not-run',
  'ignored',
] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

export const OVERLAYS = ['box', 'keypoints', 'chip'] as const;
export type Overlay = (typeof OVERLAYS)[number];

export interface ViewSlice {
  /** Id of the view shown. */
  readonly tab: string;
  readonly status: StatusFilter;
  readonly branch: Branch | 'any';
  /** Only this dog's photos. */
  readonly dog: string | null;
  readonly overlays: readonly Overlay[];
  /** Index of the photo shown large, or null. */
  readonly openPhoto: number | null;
  /** Rows of the pair shown large, or null. */
  readonly openPair: readonly [number, number] | null;
  readonly queries: 'one-per-dog' | 'all';
  readonly onlyWrong: boolean;
}

export interface AppState {
  readonly setup: SetupSlice;
  readonly options: OptionsSlice;
  readonly intake: IntakeSlice;
  readonly names: NamesSlice;
  readonly run: RunSlice;
  readonly analysis: AnalysisSlice;
  readonly verdict: VerdictSlice;
  readonly branches: BranchesSlice;
  readonly baseline: BaselineSlice;
  readonly models: ModelsSlice;
  readonly doctor: DoctorSlice;
  readonly view: ViewSlice;
}

export const NO_COUNTS: RunCounts = { photos: 0, done: 0, embedded: 0, noDog: 0, failed: 0 };

export const NO_ANALYSIS: AnalysisSlice = {
  phase: 'empty',
  rows: [],
  collected: null,
  topK: 0,
  decisions: [],
  result: null,
  error: null,
};

export const INITIAL_STATE: AppState = {
  setup: {
    phase: 'idle',
    progress: null,
    report: null,
    dim: 0,
    bundle: null,
    bundled: null,
    error: null,
  },
  options: {
    stages: 'detect,keypoints,embed',
    dogs: 'best',
    preview: false,
    topK: 5,
    backend: 'auto',
  },
  intake: { phase: 'empty', filesSeen: 0, folder: null, problem: null, waiting: null },
  names: FOLDER_NAMES,
  run: {
    phase: 'idle',
    options: { stages: 'detect,keypoints,embed', dogs: 'best', preview: false },
    bundle: null,
    entries: [],
    counts: NO_COUNTS,
    rate: null,
    secondsLeft: null,
    error: null,
    exported: false,
    saved: null,
  },
  analysis: NO_ANALYSIS,
  verdict: NO_VERDICT,
  branches: NO_BRANCHES,
  baseline: NO_BASELINE,
  models: NO_MODELS,
  doctor: NO_DOCTOR,
  view: {
    tab: 'photos',
    status: 'all',
    branch: 'any',
    dog: null,
    overlays: ['box', 'keypoints', 'chip'],
    openPhoto: null,
    openPair: null,
    queries: 'one-per-dog',
    onlyWrong: false,
  },
};
