/** Workers that are no workers: handles whose calls a test decides. */
import type { PhotoViews } from '../../../src/core/evaluation/branchReport';
import type { EmbedderRules } from '../../../src/core/doctor/candidates';
import type {
  ChipJob,
  GpuReport,
  InferenceWorkerApi,
  ModelBundle,
  PhotoJob,
  PhotoReply,
  RunOptions,
  SelfCheck,
  SetupError,
  ViewsJob,
  VerifiedModels,
} from '../../../src/worker/contract';
import { WorkerLost, type WorkerHandle } from '../../../src/worker/client/handle';
import type { EmbeddingMatrix, FailureCode, Result } from '../../../src/core/types';

export const OPTIONS: RunOptions = { stages: 'detect,keypoints,embed', dogs: 'best' };
export const BUNDLE = { recipe: {}, files: {} } as unknown as ModelBundle;
export const NO_GPU: GpuReport = { adapter: null, software: false, decoder: 'fake' };

export const job = (path: string): PhotoJob => ({ path, identity: 'rex', file: new Blob([]) });
export const jobs = (count: number): PhotoJob[] =>
  Array.from({ length: count }, (_, i) => job(`rex/${i}.jpg`));

/** A reply as a worker would give it. */
export function replyTo({ path, identity }: PhotoJob, code: FailureCode | null = null): PhotoReply {
  return {
    embeddings: new Float32Array(0),
    thumb: null,
    chips: [],
    timings: {},
    photo: {
      ...{ path, identity, sha256: null, takenAt: null, width: 1, height: 1, dogs: [] },
      status: code === null ? 'no-dog' : 'failed',
      failure: code === null ? null : { code, stage: 'detect', message: 'x' },
    },
  };
}

export interface FakeWorker extends WorkerHandle<InferenceWorkerApi> {
  readonly setups: string[];
  die(reason: string): void;
  readonly ended: boolean;
}

export interface FakeBehaviour {
  views?: (job: ViewsJob, die: (reason: string) => void) => Promise<PhotoViews>;
  process?: (job: PhotoJob, die: (reason: string) => void) => Promise<PhotoReply>;
  setup?: (backend: string) => Promise<Result<SelfCheck, SetupError>>;
  inspect?: () => Promise<Result<VerifiedModels, SetupError>>;
  hold?: (job: ChipJob) => string | null;
  embed?: (rules: EmbedderRules) => Promise<EmbeddingMatrix>;
  gpu?: GpuReport;
}

const NOTHING_VERIFIED: VerifiedModels = { detector: null, keypoint: null, embedder: null };

const CHECK: SelfCheck = {
  outputs: [{ slot: 'embedder', data: new Float32Array([1, 0, 0]), cut: null }],
  medianMs: 10,
};

export function fakeWorker(behaviour: FakeBehaviour = {}): FakeWorker {
  const waiting = new Set<(error: WorkerLost) => void>();
  const setups: string[] = [];
  let reason: string | null = null;
  const die = (why: string): void => {
    reason ??= why;
    for (const reject of waiting) reject(new WorkerLost(reason));
    waiting.clear();
  };
  const api: InferenceWorkerApi = {
    probeGpu: () => Promise.resolve(behaviour.gpu ?? NO_GPU),
    setup: (_, backend) => {
      setups.push(backend);
      return behaviour.setup?.(backend) ?? Promise.resolve({ ok: true, value: CHECK });
    },
    inspect: () => behaviour.inspect?.() ?? Promise.resolve({ ok: true, value: NOTHING_VERIFIED }),
    views: (one) =>
      behaviour.views?.(one, die) ??
      Promise.resolve({ path: one.path, body: null, photo: null, failure: null }),
    holdChip: (one) => Promise.resolve(behaviour.hold?.(one) ?? null),
    embedHeld: (rules) => behaviour.embed?.(rules) ?? Promise.reject(new Error('no embedder')),
    process: (one) => behaviour.process?.(one, die) ?? Promise.resolve(replyTo(one)),
  };
  return {
    setups,
    die,
    get ended() {
      return reason !== null;
    },
    get lost() {
      return reason !== null;
    },
    call: (work) =>
      new Promise((resolve, reject) => {
        if (reason !== null) {
          reject(new WorkerLost(reason));
          return;
        }
        waiting.add(reject);
        work(api)
          .then(resolve, reject)
          .finally(() => waiting.delete(reject));
      }),
    end: (why = 'ended') => die(why),
  };
}
