/** Renders the photos it is handed, one at a time, and writes them as JPEG. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { renderPhoto } from './photo.js';
import type { PhotoSpec, TruthPhoto } from './photo.js';

export interface Job {
  readonly spec: PhotoSpec;
  readonly out: string;
  readonly quality: number;
}

export interface Done {
  readonly truth: TruthPhoto;
  readonly seconds: number;
}

/** Renders one photo to its file. */
export async function runJob(job: Job): Promise<Done> {
  const start = performance.now();
  const { picture, truth } = renderPhoto(job.spec);
  const file = join(job.out, job.spec.path);
  await mkdir(dirname(file), { recursive: true });
  await sharp(picture.rgb, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .jpeg({ quality: job.quality, mozjpeg: true })
    .toFile(file);
  return { truth, seconds: (performance.now() - start) / 1000 };
}

parentPort?.on('message', (job: Job) => {
  runJob(job).then(
    (done) => parentPort?.postMessage({ done }),
    (error: unknown) =>
      parentPort?.postMessage({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
});
