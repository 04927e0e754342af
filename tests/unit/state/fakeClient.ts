/** A client without workers: plausible replies on demand, so that the store can be tested step by step. */
import { diagnose } from '../../../src/core/doctor/diagnose';
import { applyDecisions } from '../../../src/core/evaluation/decisions';
import { COLOUR_DIM } from '../../../src/core/evaluation/colourHistogram';
import { hashOf } from './hash';
import type { Metrics, PhotoRecord } from '../../../src/core/results/schema';
import { fail, ok, type Result } from '../../../src/core/types';
import type {
  Analysis,
  AnalysisRequest,
  BackendReport,
  ModelBundle,
  PhotoJob,
  PhotoReply,
  PipelineClient,
  PipelineReady,
  RunOptions,
  SetupError,
  VerifiedModels,
} from '../../../src/worker/contract';
import { reportBranches } from '../../../src/core/evaluation/branchReport';
import { reportComparison } from '../../../src/core/evaluation/compareReport';
import { judge } from '../../../src/worker/verdict';
import { rehearseRun } from '../../../src/worker/verdictLibrary';
import { fakeBundle } from './fakeBundle';

export const DIM = 8;

export interface FakeClient extends PipelineClient {
  /** What `bundledModels` waits for; call `release` to let it end. */
  release(): void;
  /** Photos finish one by one as this is called; without a number, all that are left. */
  finish(count?: number): Promise<void>;
  readonly calls: {
    prepare: number;
    run: number;
    analyse: number;
    judge: number;
    rehearse: number;
    views: number;
    branches: number;
    compare: number;
    inspect: number;
    preview: number;
    examine: number;
    picture: number;
  };
  /** Bundles given to `prepare`. */
  readonly prepared: ModelBundle[];
  /** Paths given to `run`, per call. */
  readonly jobs: string[][];
}

export interface FakeOptions {
  /** Models are held back until `release` is called. */
  readonly hold?: boolean;
  readonly setupError?: string;
  readonly analysisError?: string;
  /** Called for each photo; the default decides by its name: `nodog`, `broken`, else a dog. */
  readonly reply?: (job: PhotoJob, options: RunOptions) => PhotoReply | Promise<PhotoReply>;
  /** Photos finish by themselves. */
  readonly automatic?: boolean;
  readonly delayMs?: number;
  /** What warm-up runs show; by default nothing. */
  readonly inspect?: (bundle: ModelBundle) => Result<VerifiedModels, SetupError>;
  readonly bundle?: ModelBundle;
}

const NOTHING_VERIFIED: VerifiedModels = { detector: null, keypoint: null, embedder: null };
const PREVIEW: RunOptions = { stages: 'detect,keypoints,embed', dogs: 'best' };

const REPORT: BackendReport = {
  backend: 'wasm',
  choice: 'auto',
  reason: 'WASM: this browser offers no WebGPU.',
  workers: 2,
  threads: 1,
  adapter: null,
  softwareAdapter: false,
  decoder: 'fake',
  checks: null,
};

export function createFakeClient(options: FakeOptions = {}): FakeClient {
  let release: () => void = () => undefined;
  const held = options.hold === true ? new Promise<void>((done) => (release = done)) : null;
  const calls = {
    prepare: 0,
    run: 0,
    analyse: 0,
    judge: 0,
    rehearse: 0,
    views: 0,
    branches: 0,
    compare: 0,
    inspect: 0,
    preview: 0,
    examine: 0,
    picture: 0,
  };
  const prepared: ModelBundle[] = [];
  const jobs: string[][] = [];
  let step: ((count: number) => Promise<void>) | null = null;

  return {
    calls,
    jobs,
    prepared,
    release: () => release(),
    async finish(count = Infinity) {
      await settle();
      await step?.(count);
      await settle();
    },
    async bundledModels(onProgress): Promise<Result<ModelBundle, SetupError>> {
      onProgress({ step: 'download', done: 1, total: 4 });
      if (held !== null) await held;
      return ok(options.bundle ?? fakeBundle());
    },
    prepare(bundle, choice): Promise<Result<PipelineReady, SetupError>> {
      calls.prepare++;
      prepared.push(bundle);
      return Promise.resolve(
        options.setupError === undefined
          ? ok({ report: { ...REPORT, choice }, dim: DIM })
          : fail({ slot: 'detector', message: options.setupError }),
      );
    },
    inspect(bundle) {
      calls.inspect++;
      return Promise.resolve(options.inspect?.(bundle) ?? ok(NOTHING_VERIFIED));
    },
    async preview(_bundle, given, onPhoto) {
      calls.preview++;
      for (const job of given) onPhoto(await (options.reply ?? fakeReply)(job, PREVIEW));
      return ok(null);
    },
    async run(given, runOptions, onPhoto, signal) {
      calls.run++;
      jobs.push(given.map(({ path }) => path));
      const left = [...given];
      let done = 0;
      const next = async (): Promise<void> => {
        const job = left.shift();
        if (job === undefined) return;
        onPhoto(await (options.reply ?? fakeReply)(job, runOptions));
        done++;
      };
      if (options.automatic === true) {
        while (left.length > 0 && !signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, options.delayMs ?? 0));
          await next();
        }
      } else {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
          step = async (count) => {
            for (let i = 0; i < count && left.length > 0; i++) await next();
            if (left.length === 0) resolve();
          };
        });
        step = null;
      }
      return { done, cancelled: left.length > 0 };
    },
    analyse(request) {
      calls.analyse++;
      return options.analysisError === undefined
        ? Promise.resolve(fakeAnalysis(request))
        : Promise.reject(new Error(options.analysisError));
    },
    judge(request, onProgress) {
      calls.judge++;
      return Promise.resolve(judge(request, onProgress));
    },
    rehearse(request, onProgress) {
      calls.rehearse++;
      return Promise.resolve(rehearseRun(request, onProgress));
    },
    async views(given, _options, onViews, signal) {
      calls.views++;
      let done = 0;
      for (const { path, dog } of given) {
        await new Promise((resolve) => setTimeout(resolve, options.delayMs ?? 0));
        if (signal.aborted) break;
        const vector = fakeVector(path, path);
        onViews({
          path,
          body: dog?.branch === 'face' ? vector : null,
          photo: vector,
          failure: null,
        });
        done++;
      }
      return { done, cancelled: done < given.length };
    },
    branches({ run, views, intervals }, onProgress) {
      calls.branches++;
      return Promise.resolve(reportBranches(run, views, { draws: 20, intervals, onProgress }));
    },
    compare({ a, b }, onProgress) {
      calls.compare++;
      return Promise.resolve(reportComparison(a, b, { draws: 20, onProgress }));
    },
    async examine({ bundle, photos }, onProgress, signal) {
      calls.examine++;
      onProgress({ step: 'chips', done: photos.length, total: photos.length });
      const result = await diagnose({
        given: bundle.recipe.embedder,
        identities: photos.map(({ identity }) => identity),
        embed: async ({ colour }) => {
          await settle();
          if (signal.aborted) throw new Error('the worker was ended');
          // A model that wants BGR: under RGB there is no dog in its vectors.
          const rows = photos.map(({ identity, path }) =>
            fakeVector(colour === 'bgr' ? identity : path, path),
          );
          const data = new Float32Array(rows.length * DIM);
          rows.forEach((row, i) => data.set(row, i * DIM));
          return { rows: rows.length, dim: DIM, data };
        },
        onProgress: (done, total) => onProgress({ step: 'recipes', done, total }),
      });
      return result.ok ? ok({ diagnosis: result.value, unread: [] }) : result;
    },
    async picture({ file, sha256, chips }) {
      calls.picture++;
      // A fake photo is known by its words.
      const hash = hashOf(await file.text())
        .toString(16)
        .padStart(64, '0');
      if (hash !== sha256) return { sha256: hash, thumb: null, chips: [], colours: undefined };
      const colours = new Float32Array(chips.length * COLOUR_DIM);
      chips.forEach((_, i) => colours.set(fakeVector('colours', hash, COLOUR_DIM), i * COLOUR_DIM));
      return { sha256: hash, thumb: new Blob([hash]), chips: chips.map(() => file), colours };
    },
    close: () => undefined,
  };
}

/** Lets everything that waits for promises go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A reply that depends only on the path. */
export function fakeReply(
  job: PhotoJob,
  options: RunOptions = { stages: 'detect,keypoints,embed', dogs: 'best' },
): PhotoReply {
  const base: PhotoRecord = {
    path: job.path,
    sha256: hashOf(job.path).toString(16).padStart(64, '0'),
    takenAt: null,
    identity: job.identity,
    status: 'embedded',
    failure: null,
    width: 640,
    height: 480,
    dogs: [],
  };
  const none = { embeddings: new Float32Array(0), thumb: null, chips: [], timings: { decode: 5 } };
  if (job.path.includes('broken')) {
    const failure = {
      code: 'corrupt-image',
      stage: 'decode',
      message: 'The file ends in the middle of the image. Copy it again from where it came from.',
    } as const;
    return { ...none, photo: { ...base, status: 'failed', failure, width: null, height: null } };
  }
  if (job.path.includes('nodog')) return { ...none, photo: { ...base, status: 'no-dog' } };
  const seed = hashOf(job.path);
  const face = options.stages === 'detect,keypoints,embed' && seed % 3 !== 0;
  return {
    photo: {
      ...base,
      dogs: [
        {
          identity: job.identity,
          bbox: [120.25, 80.5, 480.75, 430],
          score: 0.6 + (seed % 40) / 100,
          keypoints: face
            ? [
                { name: 'left_eye', x: 320, y: 170, score: 0.93 },
                { name: 'right_eye', x: 260, y: 172, score: 0.91 },
                { name: 'nose', x: 290, y: 220, score: 0.97 },
              ]
            : [],
          branch: face ? 'face' : 'body',
          reason: face ? 'face-found' : 'no-pose',
          chip: face ? [220, 120, 360, 270] : [84, 44, 517, 466],
          row: 0,
        },
      ],
    },
    embeddings: fakeVector(job.identity ?? job.path, job.path),
    thumb: new Blob([job.path], { type: 'image/jpeg' }),
    chips: [new Blob([`chip of ${job.path}`], { type: 'image/png' })],
    timings: { decode: 5, detect: 21, keypoints: 12, embed: 9 },
  };
}

/** A unit vector near others of the same dog. */
export function fakeVector(dog: string, path: string, dim = DIM): Float32Array {
  const values = new Float32Array(dim);
  for (let i = 0; i < dim; i++) {
    values[i] = Math.sin(hashOf(`${dog}/${i}`)) + 0.6 * Math.sin(hashOf(`${path}#${i}`)) + 0.3;
  }
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

/** Small and slow, but what the real analysis means. */
export function fakeAnalysis({
  rows,
  dim,
  embeddings,
  topK,
  counts,
  decisions,
}: AnalysisRequest): Analysis {
  const n = rows.length;
  const similarity = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let d = 0; d < dim; d++) dot += embeddings[i * dim + d]! * embeddings[j * dim + d]!;
      similarity[i * n + j] = dot;
    }
  }
  const neighbours = new Int32Array(n * topK).fill(-1);
  for (let i = 0; i < n; i++) {
    const others = rows.map((_, j) => j).filter((j) => j !== i);
    others.sort((a, b) => similarity[i * n + b]! - similarity[i * n + a]!);
    others.slice(0, topK).forEach((j, r) => (neighbours[i * topK + r] = j));
  }
  const named = applyDecisions(rows, decisions).rows;
  const labelled = named.flatMap(({ identity }, i) =>
    identity !== null && named.some((row, j) => j !== i && row.identity === identity) ? [i] : [],
  );
  const hits = labelled.filter(
    (i) => named[neighbours[i * topK]!]?.identity === named[i]!.identity,
  ).length;
  const firsts = new Map<string, number>();
  rows.forEach(({ identity }, i) => {
    if (identity !== null && !firsts.has(identity)) firsts.set(identity, i);
  });
  return {
    similarity,
    neighbours,
    k: topK,
    queries: Array.from(firsts, ([identity, i]) => ({
      identity,
      path: rows[i]!.path,
      matches: Array.from(neighbours.subarray(i * topK, (i + 1) * topK))
        .filter((j) => j >= 0)
        .map((j, r) => ({
          path: rows[j]!.path,
          identity: rows[j]!.identity,
          similarity: similarity[i * n + j]!,
          rank: r + 1,
        })),
    })),
    metrics: fakeMetrics(counts, firsts.size, labelled.length, hits),
  };
}

function fakeMetrics(
  counts: AnalysisRequest['counts'],
  dogs: number,
  queries: number,
  hits: number,
): Metrics {
  const none = { value: null, reason: 'not computed by the fake' } as const;
  const recallAt1 =
    queries === 0
      ? ({ value: null, reason: 'no dog has two photos' } as const)
      : { value: hits / queries, n: queries, low: null, high: null };
  return {
    schema: 'samedog.metrics/1',
    counts: { ...counts, dogs, queries },
    identification: { recallAt1, recallAt5: none, recallAt10: none, mAP: none, mapAtR: none },
    verification: {
      genuinePairs: 0,
      impostorPairs: 0,
      genuineMean: none,
      impostorMean: none,
      auc: none,
      eer: none,
      tarAtFar: { '0.1': none, '0.01': none, '0.001': none },
    },
  };
}
