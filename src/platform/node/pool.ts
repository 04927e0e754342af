/** A pool of worker threads, each with its own one-thread sessions. */
import { Worker } from 'node:worker_threads';
import type { PhotoViews } from '../../core/evaluation/branchReport';
import { failedPhoto, type FinishedPhoto } from '../../core/results/assemble';
import type { PipelineSetup, PoolJob, PoolMessage, PoolReply } from './poolMessages';

/** One photo done, with the milliseconds of its steps. */
export interface PoolResult {
  readonly finished: FinishedPhoto;
  readonly timings: Readonly<Record<string, number>>;
  /** The other views, where the setup asks for them and the photo could be decoded. */
  readonly views: PhotoViews | null;
}

/**
 * Runs `jobs` over `size` workers, in order of `jobs`; `onResult` is called in order of completion.
 * Rejects when a worker cannot be set up; a worker that dies takes only its photo with it (`worker-lost`).
 */
export async function runPool(
  setup: PipelineSetup,
  jobs: readonly PoolJob[],
  size: number,
  onResult: (result: PoolResult) => void,
): Promise<void> {
  let next = 0;
  const take = (): PoolJob | undefined => jobs[next++];
  const count = Math.max(1, Math.min(size, jobs.length));
  await Promise.all(Array.from({ length: count }, () => runWorker(setup, take, onResult)));
}

async function runWorker(
  setup: PipelineSetup,
  take: () => PoolJob | undefined,
  onResult: (result: PoolResult) => void,
): Promise<void> {
  let job = take();
  while (job !== undefined) {
    const worker = startWorker(setup);
    try {
      await worker.ready;
      while (job !== undefined) {
        onResult(await worker.process(job));
        job = take();
      }
    } catch (error) {
      if (!(error instanceof WorkerLost) || job === undefined) throw error;
      onResult(lostPhoto(job, error.message));
      job = take();
    } finally {
      await worker.end();
    }
  }
}

/** The models of a setup cannot be used; the message names the file. */
export class ModelRefused extends Error {}

/** The thread ended while it held a photo. */
class WorkerLost extends Error {}

function startWorker(setup: PipelineSetup): {
  ready: Promise<void>;
  process: (job: PoolJob) => Promise<PoolResult>;
  end: () => Promise<void>;
} {
  const thread = new Worker(new URL('./poolEntry.mjs', import.meta.url), { workerData: setup });
  const ask = (message: PoolMessage | null, lost: (text: string) => Error): Promise<PoolReply> =>
    new Promise((resolve, reject) => {
      const onError = (error: Error): void => settle(() => reject(lost(error.message)));
      const onExit = (code: number): void =>
        settle(() => reject(lost(`the worker ended with status ${code}`)));
      const onMessage = (reply: PoolReply): void => settle(() => resolve(reply));
      const settle = (act: () => void): void => {
        thread.off('error', onError).off('exit', onExit).off('message', onMessage);
        act();
      };
      thread.on('error', onError).on('exit', onExit).on('message', onMessage);
      if (message !== null) thread.postMessage(message);
    });
  return {
    ready: ask(null, (text) => new Error(text)).then((reply) => {
      if (reply.kind === 'refused') throw new ModelRefused(reply.message);
      if (reply.kind !== 'ready') throw new Error(`unexpected reply ${reply.kind}`);
    }),
    process: async (job) => {
      const reply = await ask({ kind: 'process', job }, (text) => new WorkerLost(text));
      if (reply.kind !== 'done') throw new Error(`unexpected reply ${reply.kind}`);
      const { finished, timings, views } = reply;
      return { finished, timings, views };
    },
    end: async () => {
      await thread.terminate();
    },
  };
}

function lostPhoto({ path, identity }: PoolJob, text: string): PoolResult {
  const finished = failedPhoto(path, identity, {
    code: 'worker-lost',
    stage: 'decode',
    message: `The worker died on this photo (${text}). Run it alone with --workers 1.`,
  });
  return { timings: {}, finished, views: null };
}
