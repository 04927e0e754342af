/** Feeds photos to inference workers, replaces one that dies, and never loses a photo. */
import { failedPhoto } from '../../core/results/assemble';
import type { PhotoViews } from '../../core/evaluation/branchReport';
import type { InferenceWorkerApi, PhotoJob, PhotoReply, RunOptions, ViewsJob } from '../contract';
import { WorkerLost, type WorkerHandle } from './handle';

export type InferenceHandle = WorkerHandle<InferenceWorkerApi>;

/** How often a photo is tried; a worker that dies on it twice would die for ever. */
const TRIES = 2;

export interface PoolRun {
  readonly jobs: readonly PhotoJob[];
  readonly options: RunOptions;
  readonly onPhoto: (reply: PhotoReply) => void;
  readonly signal: AbortSignal;
}

export interface PoolViews {
  readonly jobs: readonly ViewsJob[];
  readonly options: RunOptions;
  readonly onViews: (views: PhotoViews) => void;
  readonly signal: AbortSignal;
}

interface PoolDone {
  readonly done: number;
  readonly cancelled: boolean;
}

interface Lane {
  worker: InferenceHandle;
  /** Whether this worker has finished a photo yet. */
  proven: boolean;
}

export class Pool {
  private readonly lanes: Lane[];
  private ended = false;

  private constructor(
    workers: readonly InferenceHandle[],
    private readonly start: () => Promise<InferenceHandle>,
  ) {
    this.lanes = workers.map((worker) => ({ worker, proven: false }));
  }

  /**
   * Starts up to `size` workers. Rejects when the first cannot be started; when a later one cannot (memory, most
   * likely), the pool is smaller. `onStarted` counts them.
   */
  static async open(
    size: number,
    start: () => Promise<InferenceHandle>,
    onStarted: (started: number) => void,
  ): Promise<Pool> {
    const workers: InferenceHandle[] = [];
    // One after the other: the first fills the browser's cache of compiled code for the rest.
    while (workers.length < size) {
      try {
        workers.push(await start());
      } catch (error) {
        if (workers.length === 0) throw error;
        break;
      }
      onStarted(workers.length);
    }
    return new Pool(workers, start);
  }

  get size(): number {
    return this.lanes.length;
  }

  /** Resolves when every job is replied to, or at once when `signal` aborts. `onPhoto` is not called after that. */
  run({ jobs, options, onPhoto, signal }: PoolRun): Promise<PoolDone> {
    return this.spread(jobs, (lane, job) => this.process(lane, job, options), onPhoto, signal);
  }

  /** As `run`. A photo whose worker died is tried once more, then it is a reply with the reason. */
  views({ jobs, options, onViews, signal }: PoolViews): Promise<PoolDone> {
    return this.spread(jobs, (lane, job) => this.viewsOf(lane, job, options), onViews, signal);
  }

  private async spread<Job, Reply>(
    jobs: readonly Job[],
    doJob: (lane: Lane, job: Job) => Promise<Reply>,
    onReply: (reply: Reply) => void,
    signal: AbortSignal,
  ): Promise<PoolDone> {
    let next = 0;
    let done = 0;
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // A function, so that the compiler does not take the answer of a moment ago for the present one.
    const stopped = (): boolean => signal.aborted;
    const work = this.lanes.map(async (lane) => {
      while (!stopped() && next < jobs.length) {
        const job = jobs[next++]!;
        const reply = await doJob(lane, job);
        if (stopped()) return;
        done += 1;
        onReply(reply);
      }
    });
    // Photos in flight finish in their worker and are dropped; the page does not wait for them.
    await Promise.race([Promise.all(work), aborted]);
    return { done, cancelled: signal.aborted && done < jobs.length };
  }

  /** Ends all workers; photos still in flight come back as `worker-lost`. */
  end(): void {
    this.ended = true;
    for (const { worker } of this.lanes) worker.end();
  }

  private async process(lane: Lane, job: PhotoJob, options: RunOptions): Promise<PhotoReply> {
    let reason = '';
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        await this.revive(lane);
        const reply = await lane.worker.call((api) => api.process(job, options));
        const suspect = runtimeBroke(reply) && lane.proven;
        if (!suspect) {
          lane.proven ||= !runtimeBroke(reply);
          return reply;
        }
        // A runtime that aborted once (out of memory, say) fails on every photo after it: a fresh one decides.
        lane.worker.end('its runtime failed');
        if (attempt === TRIES) return reply;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        // An error that the worker survived is no reason to replace it, but its photo has failed all the same.
        if (!(error instanceof WorkerLost) || this.ended) break;
      }
    }
    return lostPhoto(job, reason);
  }

  private async viewsOf(lane: Lane, job: ViewsJob, options: RunOptions): Promise<PhotoViews> {
    let failure = '';
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        await this.revive(lane);
        return await lane.worker.call((api) => api.views(job, options));
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        if (!(error instanceof WorkerLost) || this.ended) break;
      }
    }
    return { path: job.path, body: null, photo: null, failure: `The worker was lost: ${failure}` };
  }

  private async revive(lane: Lane): Promise<void> {
    if (this.ended) throw new WorkerLost('the pool was closed');
    if (!lane.worker.lost) return;
    const fresh = await this.start();
    // `end` may have come while the new one started; it must not outlive the pool.
    if (this.hasEnded()) {
      fresh.end();
      throw new WorkerLost('the pool was closed');
    }
    lane.worker = fresh;
    lane.proven = false;
  }

  private hasEnded(): boolean {
    return this.ended;
  }
}

/** Whether the reply tells of the runtime's failure and not of the photo's. */
const runtimeBroke = ({ photo }: PhotoReply): boolean =>
  photo.failure?.code === 'model-error' || photo.failure?.code === 'out-of-memory';

function lostPhoto({ path, identity }: PhotoJob, reason: string): PhotoReply {
  const lost = failedPhoto(path, identity, {
    code: 'worker-lost',
    stage: 'decode',
    message: `The worker died on this photo (${reason}), also when it was tried again. Try a smaller copy of it, or the WASM backend.`,
  });
  return { ...lost, thumb: null, chips: [], timings: {} };
}
