/** Feeds photos to inference workers, replaces one that dies, and never loses a photo. */
import type { InferenceWorkerApi, PhotoJob, PhotoReply, RunOptions } from '../contract';
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

export class Pool {
  private constructor(
    private readonly workers: InferenceHandle[],
    private readonly start: () => Promise<InferenceHandle>,
  ) {}

  /** Starts `size` workers; rejects when one cannot be started. `onStarted` counts them. */
  static async open(
    size: number,
    start: () => Promise<InferenceHandle>,
    onStarted: (started: number) => void,
  ): Promise<Pool> {
    const workers: InferenceHandle[] = [];
    // One after the other: the first fills the browser's cache of compiled code for the rest.
    for (let i = 0; i < size; i++) {
      workers.push(await start());
      onStarted(workers.length);
    }
    return new Pool(workers, start);
  }

  get size(): number {
    return this.workers.length;
  }

  /** Resolves when every job is replied to, or soon after `signal` aborts. `onPhoto` is not called after that. */
  async run({
    jobs,
    options,
    onPhoto,
    signal,
  }: PoolRun): Promise<{ done: number; cancelled: boolean }> {
    let next = 0;
    let done = 0;
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // A function, so that the compiler does not take the answer of a moment ago for the present one.
    const stopped = (): boolean => signal.aborted;
    const lanes = this.workers.map(async (_, lane) => {
      while (!stopped() && next < jobs.length) {
        const job = jobs[next++]!;
        const reply = await this.process(lane, job, options);
        if (stopped()) return;
        done += 1;
        onPhoto(reply);
      }
    });
    // Photos in flight finish in their worker and are dropped; the page does not wait for them.
    await Promise.race([Promise.all(lanes), aborted]);
    return { done, cancelled: signal.aborted && done < jobs.length };
  }

  end(): void {
    for (const worker of this.workers) worker.end();
    this.workers.length = 0;
  }

  private async process(lane: number, job: PhotoJob, options: RunOptions): Promise<PhotoReply> {
    let reason = '';
    for (let attempt = 0; attempt < TRIES; attempt++) {
      try {
        const worker = await this.live(lane);
        return await worker.call((api) => api.process(job, options));
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        // An error that the worker survived is no reason to replace it, but its photo has failed all the same.
        if (!(error instanceof WorkerLost)) break;
      }
    }
    return lostPhoto(job, reason);
  }

  private async live(lane: number): Promise<InferenceHandle> {
    const worker = this.workers[lane];
    if (worker === undefined) throw new WorkerLost('the pool was closed');
    if (!worker.lost) return worker;
    const fresh = await this.start();
    this.workers[lane] = fresh;
    return fresh;
  }
}

function lostPhoto({ path, identity }: PhotoJob, reason: string): PhotoReply {
  return {
    embeddings: new Float32Array(0),
    thumb: null,
    chips: [],
    timings: {},
    photo: {
      path,
      identity,
      sha256: null,
      takenAt: null,
      status: 'failed',
      failure: {
        code: 'worker-lost',
        stage: 'decode',
        message: `The worker died on this photo, twice (${reason}). Try it with a smaller copy or on the WASM backend.`,
      },
      width: null,
      height: null,
      dogs: [],
    },
  };
}
