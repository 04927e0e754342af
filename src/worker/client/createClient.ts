/** The page's side of the workers. */
import { proxy } from 'comlink';
import { fail, ok, type Result } from '../../core/types';
import type {
  AnalysisWorkerApi,
  Backend,
  BackendChoice,
  GpuReport,
  InferenceWorkerApi,
  ModelBundle,
  PipelineClient,
  PipelineReady,
  PrepareProgress,
  RunOptions,
  SelfCheck,
  SetupError,
  VerifiedModels,
} from '../contract';
import { decideByCheck, decideEarly, type BackendDecision } from './backend';
import { fetchBundled } from './bundled';
import { examine } from './examine';
import { handleWorker, WorkerLost, type WorkerHandle } from './handle';
import { keepRuntime } from './keepRuntime';
import { Pool, type InferenceHandle } from './pool';
import { poolSize } from './poolSize';

/** Timed passes of the self-check; none on a software adapter, where a single one takes half a minute. */
const PASSES = 3;

/** Previews show the best dog with its keypoints. */
const PREVIEW: RunOptions = { stages: 'detect,keypoints,embed', dogs: 'best' };

/** How the client starts its workers; tests put others in their place. */
export interface WorkerFactory {
  inference(): InferenceHandle;
  analysis(): WorkerHandle<AnalysisWorkerApi>;
  /** Workers that this machine can carry. */
  readonly size: number;
}

/** The real workers. Created on demand. */
function browserWorkers(): WorkerFactory {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return {
    inference: () => {
      keepRuntime();
      return handleWorker<InferenceWorkerApi>(
        new Worker(new URL('../inference.worker.ts', import.meta.url), { type: 'module' }),
      );
    },
    analysis: () =>
      handleWorker<AnalysisWorkerApi>(
        new Worker(new URL('../analysis.worker.ts', import.meta.url), { type: 'module' }),
      ),
    size: poolSize(navigator.hardwareConcurrency, deviceMemory),
  };
}

/** A model that a worker refused; carries what the page is to show. */
class SetupFailed extends Error {
  constructor(readonly detail: SetupError) {
    super(detail.message);
  }
}

interface Request {
  readonly bundle: ModelBundle;
  readonly choice: BackendChoice;
  readonly options: RunOptions;
  readonly onProgress: (progress: PrepareProgress) => void;
}

interface Prepared {
  readonly request: Request;
  readonly pool: Pool;
  readonly ready: PipelineReady;
}

/** A worker with its sessions made, and what they gave on the fixed inputs. */
interface Started {
  readonly worker: InferenceHandle;
  readonly check: SelfCheck;
}

/** The decision and the worker it was tried on, so that its sessions are not made twice. */
interface Decided {
  readonly decision: BackendDecision;
  readonly found: GpuReport;
  readonly started: Started | null;
}

/** Starts nothing until it is asked. */
export function createClient(workers: WorkerFactory = browserWorkers()): PipelineClient {
  return new Client(workers);
}

class Client implements PipelineClient {
  private prepared: Prepared | null = null;
  private analysis: WorkerHandle<AnalysisWorkerApi> | null = null;
  private verdicts: WorkerHandle<AnalysisWorkerApi> | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly workers: WorkerFactory) {}

  bundledModels(
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<ModelBundle, SetupError>> {
    return fetchBundled(onProgress);
  }

  /** One after the other: two at once would each start a pool, and the slower one would win. */
  prepare(
    bundle: ModelBundle,
    choice: BackendChoice,
    options: RunOptions,
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<PipelineReady, SetupError>> {
    const turn = this.last.then(() => this.prepareNow({ bundle, choice, options, onProgress }));
    this.last = turn;
    return turn;
  }

  async inspect(bundle: ModelBundle): Promise<Result<VerifiedModels, SetupError>> {
    const worker = this.workers.inference();
    try {
      return await worker.call((api) => api.inspect(bundle));
    } catch (error) {
      return fail(cannotStart(error).detail);
    } finally {
      worker.end();
    }
  }

  async preview(
    ...[bundle, jobs, onPhoto, signal]: Parameters<PipelineClient['preview']>
  ): ReturnType<PipelineClient['preview']> {
    const worker = this.workers.inference();
    signal.addEventListener('abort', () => worker.end(), { once: true });
    try {
      const ready = await worker.call((api) => api.setup(bundle, 'wasm', 1, PREVIEW, 0));
      if (!ready.ok) return ready;
      for (const job of jobs) {
        if (signal.aborted) break;
        onPhoto(await worker.call((api) => api.process(job, PREVIEW)));
      }
      return ok(null);
    } catch (error) {
      return signal.aborted ? ok(null) : fail(cannotStart(error).detail);
    } finally {
      worker.end();
    }
  }

  run(
    ...[jobs, options, onPhoto, signal]: Parameters<PipelineClient['run']>
  ): ReturnType<PipelineClient['run']> {
    if (this.prepared === null) return Promise.reject(new Error('run before prepare'));
    return this.prepared.pool.run({ jobs, options, onPhoto, signal });
  }

  async analyse(
    request: Parameters<PipelineClient['analyse']>[0],
  ): ReturnType<PipelineClient['analyse']> {
    return this.analysisWorker().call((api) => api.analyse(request));
  }

  judge(
    ...[request, onProgress]: Parameters<PipelineClient['judge']>
  ): ReturnType<PipelineClient['judge']> {
    return this.verdictWorker().call((api) => api.judge(request, proxy(onProgress)));
  }

  rehearse(
    ...[request, onProgress]: Parameters<PipelineClient['rehearse']>
  ): ReturnType<PipelineClient['rehearse']> {
    return this.verdictWorker().call((api) => api.rehearse(request, proxy(onProgress)));
  }

  views(
    ...[jobs, options, onViews, signal]: Parameters<PipelineClient['views']>
  ): ReturnType<PipelineClient['views']> {
    if (this.prepared === null) return Promise.reject(new Error('views before prepare'));
    return this.prepared.pool.views({ jobs, options, onViews, signal });
  }

  branches(
    ...[request, onProgress]: Parameters<PipelineClient['branches']>
  ): ReturnType<PipelineClient['branches']> {
    return this.verdictWorker().call((api) => api.branches(request, proxy(onProgress)));
  }

  compare(
    ...[request, onProgress]: Parameters<PipelineClient['compare']>
  ): ReturnType<PipelineClient['compare']> {
    return this.verdictWorker().call((api) => api.compare(request, proxy(onProgress)));
  }

  examine(
    ...[request, onProgress, signal]: Parameters<PipelineClient['examine']>
  ): ReturnType<PipelineClient['examine']> {
    return examine(this.workers, request, onProgress, signal);
  }

  picture(
    ...[request]: Parameters<PipelineClient['picture']>
  ): ReturnType<PipelineClient['picture']> {
    return this.analysisWorker().call((api) => api.picture(request));
  }

  private analysisWorker(): WorkerHandle<AnalysisWorkerApi> {
    if (this.analysis === null || this.analysis.lost) this.analysis = this.workers.analysis();
    return this.analysis;
  }

  private verdictWorker(): WorkerHandle<AnalysisWorkerApi> {
    if (this.verdicts === null || this.verdicts.lost) this.verdicts = this.workers.analysis();
    return this.verdicts;
  }

  close(): void {
    this.closed = true;
    this.prepared?.pool.end();
    this.prepared = null;
    this.analysis?.end();
    this.analysis = null;
    this.verdicts?.end();
    this.verdicts = null;
  }

  /** Never rejects. */
  private async prepareNow(request: Request): Promise<Result<PipelineReady, SetupError>> {
    const { bundle, choice, options, onProgress } = request;
    const held = this.prepared;
    if (
      held?.request.bundle === bundle &&
      held.request.choice === choice &&
      held.request.options.stages === options.stages
    ) {
      return ok(held.ready);
    }
    held?.pool.end();
    this.prepared = null;
    let spare: Started | null = null;
    try {
      const { decision, found, started } = await this.decide(request);
      spare = started;
      const size = decision.backend === 'webgpu' ? 1 : this.workers.size;
      let dim = 0;
      onProgress({ step: 'sessions', done: 0, total: size });
      const start = async (): Promise<InferenceHandle> => {
        const fresh = spare ?? (await this.start(request, decision.backend, 0));
        spare = null;
        // The embedder's output comes last.
        dim = fresh.check.outputs.at(-1)?.data.length ?? 0;
        return fresh.worker;
      };
      const pool = await Pool.open(size, start, (done) =>
        onProgress({ step: 'sessions', done, total: size }),
      );
      if (this.closed) {
        pool.end();
        return fail({ slot: null, message: 'The page was closed.' });
      }
      const { backend, reason, checks } = decision;
      const { adapter, software, decoder } = found;
      const ready: PipelineReady = {
        dim,
        report: {
          ...{ backend, choice, reason, checks, adapter, decoder },
          workers: pool.size,
          threads: 1,
          softwareAdapter: software,
        },
      };
      this.prepared = { request, pool, ready };
      return ok(ready);
    } catch (error) {
      if (error instanceof SetupFailed) return fail(error.detail);
      return fail({ slot: null, message: `The models could not be started: ${textOf(error)}` });
    }
  }

  /** Tries WebGPU against WASM where that can change the answer. */
  private async decide(request: Request): Promise<Decided> {
    const { choice, onProgress } = request;
    const probe = this.workers.inference();
    let found: GpuReport;
    try {
      found = await probe.call((api) => api.probeGpu());
    } catch (error) {
      probe.end();
      throw cannotStart(error);
    }
    const early = decideEarly(choice, found);
    if (early !== null) {
      return { decision: early, found, started: await this.start(request, 'wasm', 0, probe) };
    }
    const passes = found.software ? 0 : PASSES;
    onProgress({ step: 'self-check', done: 0, total: 2 });
    const wasm = await this.start(request, 'wasm', passes, probe);
    onProgress({ step: 'self-check', done: 1, total: 2 });
    let webgpu: Started | { readonly error: string };
    try {
      webgpu = await this.start(request, 'webgpu', passes);
    } catch (error) {
      webgpu = { error: textOf(error) };
    }
    onProgress({ step: 'self-check', done: 2, total: 2 });
    const gpuCheck = 'error' in webgpu ? webgpu : webgpu.check;
    const decision = decideByCheck(choice, wasm.check, gpuCheck, this.workers.size);
    if (decision.backend === 'webgpu' && !('error' in webgpu)) {
      wasm.worker.end();
      return { decision, found, started: webgpu };
    }
    if (!('error' in webgpu)) webgpu.worker.end();
    return { decision, found, started: wasm };
  }

  /** Makes the sessions in a worker, a new one unless one is given. Ends it when that fails. */
  private async start(
    { bundle, options }: Request,
    backend: Backend,
    passes: number,
    worker = this.workers.inference(),
  ): Promise<Started> {
    try {
      const result = await worker.call((api) => api.setup(bundle, backend, 1, options, passes));
      if (!result.ok) throw new SetupFailed(result.error);
      return { worker, check: result.value };
    } catch (error) {
      worker.end();
      throw error instanceof WorkerLost ? cannotStart(error) : error;
    }
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const cannotStart = (error: unknown): SetupFailed =>
  new SetupFailed({
    slot: null,
    message: `A worker could not be started (${textOf(error)}). Reload the page, or close other pages to free memory.`,
  });
