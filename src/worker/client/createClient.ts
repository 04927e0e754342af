/** The page's side of the workers. */
import { proxy } from 'comlink';
import { fail, ok, type Result } from '../../core/types';
import type {
  AnalysisWorkerApi,
  Backend,
  BackendChoice,
  BackendReport,
  GpuReport,
  InferenceWorkerApi,
  ModelBundle,
  PipelineClient,
  PipelineReady,
  PrepareProgress,
  RunOptions,
  SelfCheck,
  SetupError,
} from '../contract';
import { decideByCheck, decideEarly, type BackendDecision } from './backend';
import { fetchBundled } from './bundled';
import { handleWorker, WorkerLost, type WorkerHandle } from './handle';
import { Pool, type InferenceHandle } from './pool';

/** Each worker holds its own copy of the networks; more than this costs memory and gains nothing. */
const MAX_WORKERS = 8;

const startInference = (): InferenceHandle =>
  handleWorker<InferenceWorkerApi>(
    new Worker(new URL('../inference.worker.ts', import.meta.url), { type: 'module' }),
  );

const startAnalysis = (): WorkerHandle<AnalysisWorkerApi> =>
  handleWorker<AnalysisWorkerApi>(
    new Worker(new URL('../analysis.worker.ts', import.meta.url), { type: 'module' }),
  );

/** A model that a worker refused; carries what the page is to show. */
class SetupFailed extends Error {
  constructor(readonly detail: SetupError) {
    super(detail.message);
  }
}

interface Prepared {
  readonly bundle: ModelBundle;
  readonly choice: BackendChoice;
  readonly options: RunOptions;
  readonly pool: Pool;
  readonly ready: PipelineReady;
}

/** Starts nothing until it is asked. */
export function createClient(): PipelineClient {
  return new Client();
}

class Client implements PipelineClient {
  private prepared: Prepared | null = null;
  private analysis: WorkerHandle<AnalysisWorkerApi> | null = null;
  private verdicts: WorkerHandle<AnalysisWorkerApi> | null = null;

  bundledModels(
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<ModelBundle, SetupError>> {
    return fetchBundled(onProgress);
  }

  async prepare(
    bundle: ModelBundle,
    choice: BackendChoice,
    options: RunOptions,
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Result<PipelineReady, SetupError>> {
    const held = this.prepared;
    if (
      held?.bundle === bundle &&
      held.choice === choice &&
      held.options.stages === options.stages
    ) {
      return ok(held.ready);
    }
    held?.pool.end();
    this.prepared = null;
    try {
      const { decision, gpu } = await this.decide(bundle, choice, options, onProgress);
      const size = decision.backend === 'webgpu' ? 1 : poolSize();
      let dim = 0;
      onProgress({ step: 'sessions', done: 0, total: size });
      const pool = await Pool.open(
        size,
        async () => {
          const started = await setUp(startInference(), bundle, decision.backend, options);
          dim = started.dim;
          return started.worker;
        },
        (done) => onProgress({ step: 'sessions', done, total: size }),
      );
      const ready = { dim, report: report(choice, decision, gpu, size) };
      this.prepared = { bundle, choice, options, pool, ready };
      return ok(ready);
    } catch (error) {
      if (error instanceof SetupFailed) return fail(error.detail);
      const text = error instanceof Error ? error.message : String(error);
      return fail({ slot: null, message: `The models could not be started: ${text}` });
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
    if (this.analysis === null || this.analysis.lost) this.analysis = startAnalysis();
    return this.analysis.call((api) => api.analyse(request));
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

  private verdictWorker(): WorkerHandle<AnalysisWorkerApi> {
    if (this.verdicts === null || this.verdicts.lost) this.verdicts = startAnalysis();
    return this.verdicts;
  }

  close(): void {
    this.prepared?.pool.end();
    this.prepared = null;
    this.analysis?.end();
    this.analysis = null;
    this.verdicts?.end();
    this.verdicts = null;
  }

  /** Tries WebGPU against WASM where that can change the answer. */
  private async decide(
    bundle: ModelBundle,
    choice: BackendChoice,
    options: RunOptions,
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<{ decision: BackendDecision; gpu: GpuReport }> {
    const probe = startInference();
    try {
      const gpu = await probe.call((api) => api.probeGpu());
      const early = decideEarly(choice, gpu);
      if (early !== null) return { decision: early, gpu };
      onProgress({ step: 'self-check', done: 0, total: 2 });
      await setUp(probe, bundle, 'wasm', options);
      const wasm = await probe.call((api) => api.selfCheck());
      onProgress({ step: 'self-check', done: 1, total: 2 });
      const webgpu = await checkGpu(bundle, options);
      onProgress({ step: 'self-check', done: 2, total: 2 });
      return { decision: decideByCheck(choice, wasm, webgpu), gpu };
    } finally {
      probe.end();
    }
  }
}

async function checkGpu(
  bundle: ModelBundle,
  options: RunOptions,
): Promise<SelfCheck | { error: string }> {
  const worker = startInference();
  try {
    await setUp(worker, bundle, 'webgpu', options);
    return await worker.call((api) => api.selfCheck());
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    worker.end();
  }
}

async function setUp(
  worker: InferenceHandle,
  bundle: ModelBundle,
  backend: Backend,
  options: RunOptions,
): Promise<{ worker: InferenceHandle; dim: number }> {
  try {
    const result = await worker.call((api) => api.setup(bundle, backend, 1, options));
    if (!result.ok) throw new SetupFailed(result.error);
    return { worker, dim: result.value.dim };
  } catch (error) {
    worker.end();
    if (error instanceof WorkerLost) {
      throw new SetupFailed({
        slot: null,
        message: `A worker could not be started: ${error.message}`,
      });
    }
    throw error;
  }
}

function poolSize(): number {
  return Math.max(1, Math.min(navigator.hardwareConcurrency, MAX_WORKERS));
}

function report(
  choice: BackendChoice,
  decision: BackendDecision,
  gpu: GpuReport,
  workers: number,
): BackendReport {
  return {
    backend: decision.backend,
    choice,
    reason: decision.reason,
    workers,
    threads: 1,
    adapter: gpu.adapter,
    softwareAdapter: gpu.software,
    decoder: `createImageBitmap, ${navigator.userAgent.match(/(Chrome|Firefox|Version)\/[\d.]+/)?.[0] ?? 'unknown browser'}`,
    agreement: decision.agreement,
  };
}
