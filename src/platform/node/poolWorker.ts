/** A thread of the pool: builds the pipeline once, then does one photo per message. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { photoViews, seenDog } from '../../core/evaluation/branchReport';
import type { Pipeline } from '../../core/pipeline';
import { failedPhoto, finishPhoto } from '../../core/results/assemble';
import { drawDebugImage } from './debugImage';
import { openPipeline } from './openPipeline';
import type { PipelineSetup, PoolJob, PoolMessage, PoolReply } from './poolMessages';

const port = parentPort;
if (port === null) throw new Error('poolWorker.ts must be started as a worker thread');

const reply = (message: PoolReply, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

const setup = workerData as PipelineSetup;
const opened = await openPipeline(setup);
if (opened.ok) {
  const pipeline = opened.value;
  port.on('message', ({ job }: PoolMessage) => {
    doPhoto(job, pipeline).catch((error: unknown) => {
      // Throwing out of the handler ends the thread: the pool reports the photo as lost.
      queueMicrotask(() => {
        throw error;
      });
    });
  });
  reply({ kind: 'ready' });
} else {
  reply({ kind: 'refused', message: opened.error });
}

async function doPhoto(job: PoolJob, pipeline: Pipeline): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(job.file);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const finished = failedPhoto(job.path, job.identity, {
      code: 'read-error',
      stage: 'read',
      message: `The file could not be read: ${text}`,
    });
    reply({ kind: 'done', timings: {}, finished, views: null });
    return;
  }
  const done = await pipeline.process({ path: job.path, identity: job.identity, bytes });
  if (job.debugFile !== null && done.image !== null)
    await drawDebugImage(done, done.image, job.debugFile);
  const finished = finishPhoto(done);
  const views =
    setup.branches && done.image !== null && done.status !== 'failed'
      ? photoViews(job.path, await pipeline.otherViews(done.image, seenDog(finished.photo)))
      : null;
  reply({ kind: 'done', finished, timings: done.timings, views }, [
    finished.embeddings.buffer as ArrayBuffer,
  ]);
}
