/**
 * The one typed contract between the page and its workers. Types only: both sides import it, neither
 * imports the other. Everything here can be structured-cloned. Ownership: buffers in a reply are
 * transferred, so the worker never touches them again; buffers in a request are cloned.
 */
import type { EmbedderRules } from '../core/doctor/candidates';
import type { Diagnosis } from '../core/doctor/diagnose';
import type { BranchRun, FullBranchReport, PhotoViews } from '../core/evaluation/branchReport';
import type { ComparableRun, CompareReport } from '../core/evaluation/compareReport';
import type { Decision } from '../core/evaluation/decisions';
import type { Report } from '../core/evaluation/report';
import type { TruthPhoto } from '../core/evaluation/truth';
import type { LibrarySettings } from '../core/immich/faces';
import type { Rehearsal } from '../core/immich/rehearse';
import type { EmbedderContract } from '../core/onnx/embedder';
import type { EmbedderFacts } from '../core/onnx/warmup';
import type { SeenDog } from '../core/otherViews';
import type { ModelSlot, Recipe } from '../core/recipe/schema';
import type { Metrics, PhotoRecord, QueryRecord } from '../core/results/schema';
import type { StageCheck, StageOutput } from '../core/stages/agreement';
import type { YoloContract } from '../core/stages/yolo/contract';
import type { YoloFacts } from '../core/stages/yolo/verify';
import type { DogChoice, EmbeddingMatrix, IntBox, Result, StageChoice } from '../core/types';

/** Where inference runs. */
export type Backend = 'wasm' | 'webgpu';
/** What the user asked for; `auto` takes WebGPU only when it is real, agrees with WASM and is faster. */
export type BackendChoice = 'auto' | Backend;

/** The backend in use and the plain reason why. */
export interface BackendReport {
  readonly backend: Backend;
  readonly choice: BackendChoice;
  readonly reason: string;
  /** Inference workers running and threads in each. */
  readonly workers: number;
  readonly threads: number;
  /** The WebGPU adapter's own description, or null where there is none. */
  readonly adapter: string | null;
  readonly softwareAdapter: boolean;
  /** The platform's image decoder, for the export. */
  readonly decoder: string;
  /** Every quantity of every stage that both backends gave in the self-check, or null when not compared. */
  readonly checks: readonly StageCheck[] | null;
}

/** One model file's bytes. `external` holds `.onnx.data` files by name. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly external?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Everything a pipeline needs. A slot is null when the stage choice does not need it. */
export interface ModelBundle {
  readonly recipe: Recipe;
  readonly files: Readonly<Record<ModelSlot, ModelFile | null>>;
}

/** Why models could not be made ready: which slot, and a sentence with what to do. */
export interface SetupError {
  readonly slot: ModelSlot | null;
  readonly message: string;
}

/** What became ready. */
export interface PipelineReady {
  readonly report: BackendReport;
  readonly dim: number;
}

/** What a warm-up run of a model on made pictures showed, and how its file was read. */
export type VerifiedModel =
  | { readonly kind: 'yolo'; readonly contract: YoloContract; readonly facts: YoloFacts }
  | {
      readonly kind: 'embedder';
      readonly contract: EmbedderContract;
      readonly facts: EmbedderFacts;
    };

/** Null where the bundle has no such model. */
export type VerifiedModels = Readonly<Record<ModelSlot, VerifiedModel | null>>;

/** One photo to do. */
export interface PhotoJob {
  readonly path: string;
  readonly identity: string | null;
  readonly file: Blob;
}

/** How a run was asked for. */
export interface RunOptions {
  readonly stages: StageChoice;
  readonly dogs: DogChoice;
  /** Whether each photo first becomes the photo library's preview. */
  readonly preview?: boolean | undefined;
}

/** One photo done. */
export interface PhotoReply {
  /** `dogs[i].row` is i here: rows of the whole run are given when results are assembled. */
  readonly photo: PhotoRecord;
  /** dogs.length x dim float32, row-major. */
  readonly embeddings: Float32Array;
  /** dogs.length x COLOUR_DIM: colour histograms of `chips`. */
  readonly colours?: Float32Array | undefined;
  /** Upright thumbnail (longer side <= 320 px), or null when the photo could not be decoded. */
  readonly thumb: Blob | null;
  /** For each dog a PNG of exactly the pixels the embedder got (after resize, before mean/std). */
  readonly chips: readonly Blob[];
  /** Milliseconds by step. */
  readonly timings: Readonly<Record<string, number>>;
}

/** One photo of a finished run, to be embedded in the views that the run lacks. */
export interface ViewsJob {
  readonly path: string;
  readonly file: Blob;
  /** The dog that carries the photo's name; null where none was found. */
  readonly dog: SeenDog | null;
}

/** What a worker finds in this browser. */
export interface GpuReport {
  /** The WebGPU adapter as the browser describes it, or null where there is none. */
  readonly adapter: string | null;
  readonly software: boolean;
  /** What decodes photos here, for the export. */
  readonly decoder: string;
}

/** Outputs (the embedder's last) and median milliseconds of a pass, 0 when none was timed, on fixed inputs. */
export interface SelfCheck {
  readonly outputs: readonly StageOutput[];
  readonly medianMs: number;
}

/** What an inference worker does. */
export interface InferenceWorkerApi {
  probeGpu(): Promise<GpuReport>;
  /**
   * Creates the sessions and runs every loaded network on fixed synthetic inputs, once to warm up and `passes`
   * times to measure. May be called again with other models or another backend.
   */
  setup(
    bundle: ModelBundle,
    backend: Backend,
    threads: number,
    options: RunOptions,
    passes: number,
  ): Promise<Result<SelfCheck, SetupError>>;
  /** Runs every model of the bundle on made pictures, in sessions of their own on WASM. Not for a worker that was set up. */
  inspect(bundle: ModelBundle): Promise<Result<VerifiedModels, SetupError>>;
  /** Cuts a chip and keeps it; the answer is null, or why that could not be done. */
  holdChip(job: ChipJob): Promise<string | null>;
  /** Embeds the chips held since `setup`, in order, under other rules than the bundle's. */
  embedHeld(rules: EmbedderRules): Promise<EmbeddingMatrix>;
  /** Never rejects for a bad photo: that is a reply with a failure. Calls are served one after the other. */
  process(job: PhotoJob, options: RunOptions): Promise<PhotoReply>;
  /** As `process`: a photo that cannot be embedded is a reply with the reason. */
  views(job: ViewsJob, options: RunOptions): Promise<PhotoViews>;
}

/** A chip for the doctor: a photo and where it was cut. */
export interface ChipJob {
  readonly path: string;
  readonly file: Blob;
  readonly chip: IntBox<'photo'>;
}

/** What the doctor is asked: which recipe the bundle's embedder was trained with. */
export interface ExamineRequest {
  /** With the recipe in use, or the usual one where none is known. */
  readonly bundle: ModelBundle;
  readonly photos: readonly (ChipJob & { readonly identity: string })[];
}

export interface ExamineProgress {
  readonly step: 'models' | 'chips' | 'recipes';
  readonly done: number;
  readonly total: number;
}

export interface Examined {
  readonly diagnosis: Diagnosis;
  /** Photos that could not be read again, with the reason. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** A row of the embedding matrix: which photo and dog it came from. */
export interface AnalysisRow {
  readonly path: string;
  readonly identity: string | null;
}

export interface AnalysisRequest {
  readonly rows: readonly AnalysisRow[];
  readonly dim: number;
  /** rows.length x dim float32, unit rows. */
  readonly embeddings: Float32Array;
  readonly topK: number;
  readonly counts: {
    readonly photos: number;
    readonly embedded: number;
    readonly noDog: number;
    readonly failed: number;
  };
  /** All photos of the run: for end-to-end figures and bursts. */
  readonly photos: readonly PhotoRecord[];
  /** What the reviewer decided: the figures follow, queries keep the names as they came. */
  readonly decisions: readonly Decision[];
}

export interface Analysis {
  /** float32 [n, n], row-major. */
  readonly similarity: Float32Array;
  /** Top K of every row: `neighbours[row * k + r]` is the row at rank r + 1, or -1 where the gallery is smaller. */
  readonly neighbours: Int32Array;
  readonly k: number;
  readonly queries: readonly QueryRecord[];
  readonly metrics: Metrics;
}

/** A file that may be a photo of a saved run. */
export interface PictureRequest {
  readonly file: Blob;
  /** Hash of the photo it is taken for; pictures are made only when it is that one. */
  readonly sha256: string | null;
  /** Integer crops, xyxy in px of the upright photo. */
  readonly chips: readonly (readonly [number, number, number, number])[];
  readonly embedder: Recipe['embedder'];
  /** Whether the run saw the photo library's preview. */
  readonly preview?: boolean | undefined;
}

export interface PictureReply {
  /** Null when the file could not be read. */
  readonly sha256: string | null;
  /** As in `PhotoReply`; nothing where the hash is another or the file cannot be decoded. */
  readonly thumb: Blob | null;
  readonly chips: readonly Blob[];
  readonly colours: Float32Array | undefined;
}

/** Steps done of all steps of a long computation. */
export type OnSteps = (done: number, total: number) => void;

/** What the verdict is made of: a run, what is known of its photos, and what the reviewer decided. */
export interface VerdictRequest extends Omit<AnalysisRequest, 'topK'> {
  /** rows.length x COLOUR_DIM colour histograms of the chips, or null where some are not at hand. */
  readonly colours: Float32Array | null;
  /** What the folder's truth.json says, or null without one. */
  readonly truth: readonly TruthPhoto[] | null;
  /** `auto`: up to the number of photos that intervals are computed for unasked. */
  readonly intervals: 'auto' | boolean;
}

/** With the decisions applied. */
export type VerdictReport = Report;

export interface RehearsalRequest extends Pick<AnalysisRequest, 'rows' | 'dim' | 'embeddings'> {
  /** Date of every path (`YYYY-MM-DDTHH:MM:SS`) or null: orders the upload. */
  readonly taken: readonly (readonly [string, string | null])[];
  readonly settings: LibrarySettings;
  /** Whether all settings are tried, too. */
  readonly sweep: boolean;
}

/** A finished run and the vectors of the views that it lacks. */
export interface BranchesRequest {
  readonly run: BranchRun;
  readonly views: readonly PhotoViews[];
  readonly intervals: boolean;
}

/** The baseline and the run on the page. */
export interface CompareRequest {
  readonly a: ComparableRun;
  readonly b: ComparableRun;
}

/** What the analysis worker does: everything quadratic, off the main thread. */
export interface AnalysisWorkerApi {
  analyse(request: AnalysisRequest): Promise<Analysis>;
  /** `onProgress` is a Comlink proxy. */
  judge(request: VerdictRequest, onProgress: OnSteps): Promise<VerdictReport>;
  rehearse(request: RehearsalRequest, onProgress: OnSteps): Promise<Rehearsal>;
  branches(request: BranchesRequest, onProgress: OnSteps): Promise<FullBranchReport>;
  compare(request: CompareRequest, onProgress: OnSteps): Promise<CompareReport>;
  /** `embed` and `onProgress` are Comlink proxies; rejects when `embed` does. */
  diagnose(
    request: { readonly given: EmbedderRules; readonly identities: readonly string[] },
    embed: (rules: EmbedderRules) => Promise<EmbeddingMatrix>,
    onProgress: OnSteps,
  ): Promise<Result<Diagnosis, { readonly message: string }>>;
  picture(request: PictureRequest): Promise<PictureReply>;
}

/** Progress of getting models and sessions ready. */
export interface PrepareProgress {
  readonly step: 'download' | 'verify' | 'sessions' | 'self-check';
  readonly done: number;
  readonly total: number;
}

/**
 * What the state layer knows of the workers (implemented in worker/client, injected by main.tsx).
 * No promise stays pending: when a worker dies, the photo it held comes back as a failed reply
 * (`worker-lost`) after one retry and the worker is replaced.
 */
export interface PipelineClient {
  /** The models served with the page; hashes are checked against the recipe. */
  bundledModels(
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<ModelBundle, SetupError>>;
  /** Makes the pool ready for this bundle, backend and choice of stages. */
  prepare(
    bundle: ModelBundle,
    choice: BackendChoice,
    options: RunOptions,
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<PipelineReady, SetupError>>;
  /** Runs every model of the bundle on made pictures, beside the pool: nothing that is ready or under way is touched. */
  inspect(bundle: ModelBundle): Promise<Result<VerifiedModels, SetupError>>;
  /**
   * Runs a few photos through a bundle that is not in use, in one worker beside the pool. Resolves when they are done
   * or `signal` aborts.
   */
  preview(
    bundle: ModelBundle,
    jobs: readonly PhotoJob[],
    onPhoto: (reply: PhotoReply) => void,
    signal: AbortSignal,
  ): Promise<Result<null, SetupError>>;
  /**
   * Runs the jobs over the pool. `onPhoto` is called once per finished photo, in order of completion.
   * Aborting lets running photos finish or be dropped at once, and resolves with the number of photos done.
   */
  run(
    jobs: readonly PhotoJob[],
    options: RunOptions,
    onPhoto: (reply: PhotoReply) => void,
    signal: AbortSignal,
  ): Promise<{ readonly done: number; readonly cancelled: boolean }>;
  analyse(request: AnalysisRequest): Promise<Analysis>;
  /** The verdict, in a worker of its own: a long bootstrap holds up no matrix. */
  judge(request: VerdictRequest, onProgress: OnSteps): Promise<VerdictReport>;
  /** What the photo library would make of the run. */
  rehearse(request: RehearsalRequest, onProgress: OnSteps): Promise<Rehearsal>;
  /**
   * Embeds photos in the views that their run lacks, over the pool that `prepare` made. As `run`: `onViews` once per
   * photo, in order of completion, and none after an abort.
   */
  views(
    jobs: readonly ViewsJob[],
    options: RunOptions,
    onViews: (views: PhotoViews) => void,
    signal: AbortSignal,
  ): Promise<{ readonly done: number; readonly cancelled: boolean }>;
  /** The branches side by side. */
  branches(request: BranchesRequest, onProgress: OnSteps): Promise<FullBranchReport>;
  /** The run on the page against the baseline. */
  compare(request: CompareRequest, onProgress: OnSteps): Promise<CompareReport>;
  /**
   * Tries recipes on the photos' chips, in workers of its own on WASM. Aborting ends them at once; the answer is
   * then a failure that nobody waits for.
   */
  examine(
    request: ExamineRequest,
    onProgress: (progress: ExamineProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<Examined, { readonly message: string }>>;
  /** The pictures of a photo of a saved run. Needs no models. */
  picture(request: PictureRequest): Promise<PictureReply>;
  /** Ends all workers. */
  close(): void;
}
