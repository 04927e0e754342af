/** What an inference worker does, apart from being one. */
import type { EmbedderRules } from '../core/doctor/candidates';
import { photoViews, type PhotoViews } from '../core/evaluation/branchReport';
import type { Pipeline } from '../core/pipeline';
import { failedPhoto, finishPhoto, type FinishedPhoto } from '../core/results/assemble';
import { selfCheck } from '../core/stages/selfCheck';
import { ok, type EmbeddingMatrix, type Result } from '../core/types';
import { browserDecoder, createBrowserDecoder } from '../platform/browser/decoder';
import { probeGpu } from '../platform/browser/gpu';
import { exactPng, thumbnail } from '../platform/browser/pictures';
import type {
  Backend,
  ChipJob,
  GpuReport,
  InferenceWorkerApi,
  ModelBundle,
  PhotoJob,
  PhotoReply,
  RunOptions,
  SelfCheck,
  SetupError,
  VerifiedModels,
  ViewsJob,
} from './contract';
import { DoctorChips } from './doctorChips';
import { inspectModels } from './inspectModels';
import { composePipeline, disposeModels, loadModels, type LoadedModels } from './loadPipeline';
import { runtimeUrl } from './runtime';

interface Ready {
  readonly bundle: ModelBundle;
  readonly models: LoadedModels;
}

export class InferenceWorker implements InferenceWorkerApi {
  private ready: Ready | null = null;
  private composed: { readonly key: string; readonly pipeline: Pipeline } | null = null;

  private chips = new DoctorChips();

  private last: Promise<unknown> = Promise.resolve();

  async probeGpu(): Promise<GpuReport> {
    return { ...(await probeGpu()), decoder: browserDecoder(navigator.userAgent) };
  }

  setup(...args: Parameters<InferenceWorkerApi['setup']>): ReturnType<InferenceWorkerApi['setup']> {
    return this.inTurn(() => this.setupNow(...args));
  }

  inspect(bundle: ModelBundle): Promise<Result<VerifiedModels, SetupError>> {
    const session = { backend: 'wasm', threads: 1, runtimeUrl: runtimeUrl() } as const;
    return this.inTurn(() => inspectModels(bundle, session));
  }

  holdChip(job: ChipJob): Promise<string | null> {
    return this.inTurn(() => this.chips.add(job));
  }

  embedHeld(rules: EmbedderRules): Promise<EmbeddingMatrix> {
    return this.inTurn(() => this.chips.held.embed(this.loaded().models.embedder, rules));
  }

  process(job: PhotoJob, options: RunOptions): Promise<PhotoReply> {
    return this.inTurn(() => this.processNow(job, options));
  }

  views(job: ViewsJob, options: RunOptions): Promise<PhotoViews> {
    return this.inTurn(() => this.viewsNow(job, options));
  }

  /** A session may not be entered twice, and a cancelled run's last photo may still be at work when the next comes. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async setupNow(
    bundle: ModelBundle,
    backend: Backend,
    threads: number,
    options: RunOptions,
    passes: number,
  ): Promise<Result<SelfCheck, SetupError>> {
    if (this.ready !== null) await disposeModels(this.ready.models);
    this.ready = null;
    this.composed = null;
    this.chips = new DoctorChips();
    const session = { backend, threads, runtimeUrl: runtimeUrl() };
    const models = await loadModels(bundle, session, options.stages);
    if (!models.ok) return models;
    this.ready = { bundle, models: models.value };
    // The first pass compiles kernels; it belongs to getting ready, not to the first photo.
    return ok(await selfCheck(models.value, bundle.recipe, performance, passes));
  }

  private async processNow(job: PhotoJob, options: RunOptions): Promise<PhotoReply> {
    const { path, identity } = job;
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await job.file.arrayBuffer());
    } catch (error) {
      return reply(unreadable(job, error), null, [], {});
    }
    const done = await this.pipeline(options).process({ path, identity, bytes });
    // A photo whose numbers are there does not fail for want of its small picture.
    const thumb = done.image === null ? null : await thumbnail(done.image).catch(() => null);
    const chips = await Promise.all(done.dogs.map(({ seen }) => exactPng(seen)));
    return reply(finishPhoto(done), thumb, chips, done.timings);
  }

  private async viewsNow({ path, file, dog }: ViewsJob, options: RunOptions): Promise<PhotoViews> {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const photo = await createBrowserDecoder().decode(bytes);
      if (!photo.ok) return photoViews(path, photo);
      return photoViews(path, await this.pipeline(options).otherViews(photo.value, dog));
    } catch (error) {
      return { path, body: null, photo: null, failure: textOf(error) };
    }
  }

  private pipeline(options: RunOptions): Pipeline {
    const key = `${options.stages} ${options.dogs} ${options.preview === true ? 'preview' : ''}`;
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
  { photo, embeddings, colours }: FinishedPhoto,
  thumb: Blob | null,
  chips: readonly Blob[],
  timings: Readonly<Record<string, number>>,
): PhotoReply {
  return { photo, embeddings, colours, thumb, chips, timings };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unreadable({ path, identity }: PhotoJob, error: unknown): FinishedPhoto {
  const text = textOf(error);
  return failedPhoto(path, identity, {
    code: 'read-error',
    stage: 'read',
    message: `The file could not be read (${text}). It may have been moved or changed: choose the folder again.`,
  });
}
