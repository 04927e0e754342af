/** What an inference worker does, apart from being one. */
import type { Pipeline } from '../core/pipeline';
import { finishPhoto, type FinishedPhoto } from '../core/results/assemble';
import { selfCheck } from '../core/stages/selfCheck';
import { ok, type Result } from '../core/types';
import { probeGpu } from '../platform/browser/gpu';
import { exactPng, thumbnail } from '../platform/browser/pictures';
import type {
  Backend,
  GpuReport,
  InferenceWorkerApi,
  ModelBundle,
  PhotoJob,
  PhotoReply,
  RunOptions,
  SelfCheck,
  SetupError,
} from './contract';
import { composePipeline, disposeModels, loadModels, type LoadedModels } from './loadPipeline';

/** Where vite puts onnxruntime's own files. */
const RUNTIME_URL = new URL(`${import.meta.env.BASE_URL}ort/`, self.location.origin).href;

interface Ready {
  readonly bundle: ModelBundle;
  readonly models: LoadedModels;
}

export class InferenceWorker implements InferenceWorkerApi {
  private ready: Ready | null = null;
  private composed: { readonly key: string; readonly pipeline: Pipeline } | null = null;

  probeGpu(): Promise<GpuReport> {
    return probeGpu();
  }

  async setup(
    bundle: ModelBundle,
    backend: Backend,
    threads: number,
    options: RunOptions,
  ): Promise<Result<{ readonly dim: number }, SetupError>> {
    if (this.ready !== null) await disposeModels(this.ready.models);
    this.ready = null;
    this.composed = null;
    const session = { backend, threads, runtimeUrl: RUNTIME_URL };
    const models = await loadModels(bundle, session, options.stages);
    if (!models.ok) return models;
    this.ready = { bundle, models: models.value };
    // The first pass compiles kernels; it belongs to getting ready, not to the first photo.
    const { outputs } = await selfCheck(models.value, bundle.recipe, performance, 0);
    return ok({ dim: outputs.at(-1)?.length ?? 0 });
  }

  selfCheck(): Promise<SelfCheck> {
    const { models, bundle } = this.loaded();
    return selfCheck(models, bundle.recipe, performance);
  }

  async process(job: PhotoJob, options: RunOptions): Promise<PhotoReply> {
    const { path, identity } = job;
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await job.file.arrayBuffer());
    } catch (error) {
      return reply(unreadable(job, error), null, [], {});
    }
    const done = await this.pipeline(options).process({ path, identity, bytes });
    const thumb = done.image === null ? null : await thumbnail(done.image);
    const chips = await Promise.all(done.dogs.map(({ seen }) => exactPng(seen)));
    return reply(finishPhoto(done), thumb, chips, done.timings);
  }

  private pipeline(options: RunOptions): Pipeline {
    const key = `${options.stages} ${options.dogs}`;
    if (this.composed?.key !== key) {
      const { bundle, models } = this.loaded();
      this.composed = { key, pipeline: composePipeline(bundle, models, options) };
    }
    return this.composed.pipeline;
  }

  private loaded(): Ready {
    if (this.ready === null) throw new Error('the worker was asked for work before its setup');
    return this.ready;
  }
}

function reply(
  { photo, embeddings }: FinishedPhoto,
  thumb: Blob | null,
  chips: readonly Blob[],
  timings: Readonly<Record<string, number>>,
): PhotoReply {
  return { photo, embeddings, thumb, chips, timings };
}

function unreadable({ path, identity }: PhotoJob, error: unknown): FinishedPhoto {
  const text = error instanceof Error ? error.message : String(error);
  return {
    embeddings: new Float32Array(0),
    photo: {
      path,
      identity,
      sha256: null,
      takenAt: null,
      status: 'failed',
      failure: {
        code: 'read-error',
        stage: 'read',
        message: `The file could not be read (${text}). It may have been moved or changed: choose the folder again.`,
      },
      width: null,
      height: null,
      dogs: [],
    },
  };
}
