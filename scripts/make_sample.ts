/**
 * Renders the built-in sample folder, or training renders of other dogs.
 *
 *   npx tsx scripts/make_sample.ts                       public/sample
 *   npx tsx scripts/make_sample.ts --training --out .work/renders --dogs 100 --photos 5 \
 *     --negatives 100 --long-side 384 --seed 1           random dogs
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { PhotoSpec, TruthPhoto } from './sample/photo.js';
import { trainingPlan } from './sample/plan.js';
import { samplePlan } from './sample/sample_plan.js';
import type { Done, Job } from './sample/worker.js';

const { values } = parseArgs({
  options: {
    training: { type: 'boolean', default: false },
    out: { type: 'string', default: 'public/sample' },
    dogs: { type: 'string', default: '100' },
    photos: { type: 'string', default: '5' },
    negatives: { type: 'string', default: '100' },
    'long-side': { type: 'string' },
    seed: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    only: { type: 'string' },
    quality: { type: 'string', default: '84' },
    workers: { type: 'string', default: '1' },
  },
});

function whole(name: string, text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0)
    throw new Error(`--${name} wants a whole number, not "${text}".`);
  return n;
}

/** Runs every job on `count` threads; answers come in the jobs' order. */
function renderAll(
  jobs: readonly Job[],
  count: number,
  onPart: (photos: TruthPhoto[]) => void,
): Promise<TruthPhoto[]> {
  const truths: (TruthPhoto | undefined)[] = jobs.map(() => undefined);
  let next = 0;
  let finished = 0;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const start = (): void => {
      const worker = new Worker(new URL('./sample/worker_entry.mjs', import.meta.url), {
        execArgv: [],
      });
      let current = -1;
      const feed = (): void => {
        if (next >= jobs.length) {
          void worker.terminate();
          return;
        }
        current = next;
        next += 1;
        worker.postMessage(jobs[current]);
      };
      worker.on('message', (m: { done?: Done; error?: string }) => {
        if (m.done === undefined) {
          reject(new Error(`${jobs[current]?.spec.path ?? '?'}: ${m.error ?? 'no answer'}`));
          return;
        }
        truths[current] = m.done.truth;
        finished += 1;
        if (finished % 20 === 0 || finished === jobs.length) {
          const s = (performance.now() - begun) / 1000;
          console.log(`${finished} of ${jobs.length} photos, ${(s / finished).toFixed(2)} s each`);
        }
        if (finished % 20 === 0) onPart(truths.filter((t) => t !== undefined));
        if (finished === jobs.length) resolve(truths.filter((t) => t !== undefined));
        feed();
      });
      worker.on('error', reject);
      feed();
    };
    if (jobs.length === 0) resolve([]);
    for (let i = 0; i < Math.min(count, jobs.length); i += 1) start();
  });
}

const seed = whole('seed', values.seed);
const longSide =
  values['long-side'] === undefined ? undefined : whole('long-side', values['long-side']);
let specs: PhotoSpec[] = values.training
  ? trainingPlan({
      dogs: whole('dogs', values.dogs),
      photos: whole('photos', values.photos),
      negatives: whole('negatives', values.negatives),
      longSide: longSide ?? 384,
      seed,
    })
  : samplePlan(longSide ?? 800);
if (values.only !== undefined) {
  const only = values.only;
  specs = specs.filter((s) => s.path.includes(only));
}
const out = values.out;
await mkdir(out, { recursive: true });

/** What an earlier, unfinished run left (only with --resume): the same seed gives the same photos. */
function earlier(): TruthPhoto[] {
  const file = join(out, 'truth.json');
  if (!values.resume || !existsSync(file)) return [];
  const { photos: done } = JSON.parse(readFileSync(file, 'utf8')) as { photos: TruthPhoto[] };
  return done.filter((p) => existsSync(join(out, p.path)));
}

const kept = earlier();
const have = new Set(kept.map((p) => p.path));
specs = specs.filter((s) => !have.has(s.path));
const jobs = specs.map((spec): Job => ({ spec, out, quality: whole('quality', values.quality) }));

/** Written as it grows, so that an unfinished folder of renders is usable too. */
function writeTruth(fresh: TruthPhoto[]): void {
  const photos = [...kept, ...fresh];
  photos.sort((a, b) => (a.path < b.path ? -1 : 1));
  writeFileSync(
    join(out, 'truth.json'),
    `{"photos": [\n${photos.map((p) => JSON.stringify(p)).join(',\n')}\n]}\n`,
  );
}

const photos = await renderAll(jobs, Math.max(1, whole('workers', values.workers)), writeTruth);
writeTruth(photos);
const lost = photos.filter((p) => p.identity !== null && p.bbox === null);
console.log(
  `${photos.length} photos rendered in ${out}${lost.length > 0 ? `; no dog visible in ${lost.map((p) => p.path).join(', ')}` : ''}`,
);
