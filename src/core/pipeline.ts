/**
 * The pipeline: bytes of a photo -> decoded photo -> dogs -> keypoints -> chips -> embeddings.
 * It knows only ports; the same code runs in the page's workers and in the headless run.
 */
import { cropImage } from './image/crop';
import { bodyCrop, chooseChip, poseToPhoto, wholeFrame } from './geometry/chip';
import { libraryPreview, Rescale } from './immich/preview';
import type { ImageFormat } from './intake/format';
import { inspectBytes } from './intake/inspect';
import { dhash } from './evaluation/dhash';
import { ModelOutputError } from './onnx/modelOutputError';
import { embedOtherViews, type OtherViews, type SeenDog } from './otherViews';
import type { Clock, ImageDecoder, Session, Sha256 } from './ports';
import type { Recipe } from './recipe/schema';
import type { PhotoRecord } from './results/schema';
import { embedChip, type EmbedderIo } from './stages/embed';
import type { YoloContract } from './stages/yolo/contract';
import { detectDogs } from './stages/yolo/detect';
import { findPose } from './stages/yolo/pose';
import {
  fail,
  type Box,
  type Chip,
  type Detection,
  type DogChoice,
  type Failure,
  type FailureStage,
  type Keypoint,
  type Pose,
  type Result,
  type RgbImage,
  type StageChoice,
} from './types';

/** A loaded network with what is known of it. */
export interface Loaded<Contract> {
  readonly session: Session;
  readonly contract: Contract;
}

/** What a pipeline is made of. A stage that is not run may be null. */
export interface PipelineDeps {
  readonly decoder: ImageDecoder;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly recipe: Recipe;
  readonly detector: Loaded<YoloContract> | null;
  readonly keypoint: Loaded<YoloContract> | null;
  readonly embedder: Loaded<EmbedderIo>;
  readonly stages: StageChoice;
  readonly dogs: DogChoice;
  /** Whether each photo first becomes the photo library's preview. Coordinates are px of the photo all the same. */
  readonly preview?: boolean | undefined;
}

/** One photo to do; `bytes` is the file as it is. */
export interface PhotoInput {
  readonly path: string;
  readonly identity: string | null;
  readonly bytes: Uint8Array;
}

/** One dog of a photo. Coordinates are px of the upright photo. */
export interface ProcessedDog {
  readonly identity: string | null;
  readonly bbox: Box<'photo'>;
  readonly score: number | null;
  readonly keypoints: readonly Keypoint[];
  readonly chip: Chip;
  readonly embedding: Float32Array;
  /** The pixels the embedder was given, before mean/std. */
  readonly seen: RgbImage;
}

/** One photo, done or failed. `image` is null when it could not be decoded. */
export interface ProcessedPhoto {
  readonly path: string;
  readonly identity: string | null;
  readonly sha256: string | null;
  readonly takenAt: string | null;
  /** By its bytes; null when they are no photo that is read. */
  readonly format: ImageFormat | null;
  /** Null when it could not be decoded. */
  readonly dhash: string | null;
  readonly status: Exclude<PhotoRecord['status'], 'not-run'>;
  readonly failure: Failure | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly dogs: readonly ProcessedDog[];
  readonly image: RgbImage | null;
  /** Milliseconds by step. */
  readonly timings: Readonly<Record<string, number>>;
}

export interface Pipeline {
  /** Never rejects: whatever goes wrong with a photo is in its `failure`. */
  readonly process: (input: PhotoInput) => Promise<ProcessedPhoto>;
  /** The views of a decoded photo that its run lacks (`otherViews.ts`). Never rejects. */
  readonly otherViews: (photo: RgbImage, dog: SeenDog | null) => Promise<Result<OtherViews>>;
}

/** Composes the stages. Throws when a stage that `stages` asks for has no model. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  if (deps.stages !== 'embed' && deps.detector === null) throw new Error('no detector loaded');
  if (deps.stages === 'detect,keypoints,embed' && deps.keypoint === null) {
    throw new Error('no keypoint model loaded');
  }
  return {
    process: (input) => processPhoto(deps, input),
    otherViews: async (photo, dog) => {
      try {
        return await embedOtherViews(deps, photo, dog);
      } catch (error) {
        return fail(runtimeFailure('embed', error));
      }
    },
  };
}

async function processPhoto(deps: PipelineDeps, input: PhotoInput): Promise<ProcessedPhoto> {
  const photo = new PhotoInProgress(deps, input);
  try {
    return await photo.run();
  } catch (error) {
    return photo.failed(runtimeFailure(photo.stage, error));
  }
}

/** The state of one photo on its way; `stage` tells where it is, for failures. */
class PhotoInProgress {
  stage: FailureStage = 'read';
  private readonly timings: Record<string, number> = {};
  private sha256: string | null = null;
  private takenAt: string | null = null;
  private format: ImageFormat | null = null;
  private dhash: string | null = null;
  private width: number | null = null;
  private height: number | null = null;
  private image: RgbImage | null = null;

  constructor(
    private readonly deps: PipelineDeps,
    private readonly input: PhotoInput,
  ) {}

  async run(): Promise<ProcessedPhoto> {
    const { deps, input } = this;
    this.sha256 = await this.timed('hash', () => deps.sha256(input.bytes));
    this.stage = 'decode';
    const facts = inspectBytes(input.bytes);
    if (!facts.ok) return this.failed(facts.error);
    this.takenAt = facts.value.takenAt;
    this.format = facts.value.format;
    const decoded = await this.timed('decode', () => deps.decoder.decode(input.bytes));
    if (!decoded.ok) return this.failed(decoded.error);
    this.image = decoded.value;
    this.width = decoded.value.width;
    this.height = decoded.value.height;
    const photo = deps.preview
      ? await this.timed('preview', () => Promise.resolve(libraryPreview(decoded.value)))
      : decoded.value;
    const back = new Rescale(photo, decoded.value);
    this.dhash = await this.timed('dhash', () => Promise.resolve(dhash(decoded.value)));

    const found = await this.findDogs(photo);
    if (found.length === 0) return this.done('no-dog', []);
    const dogs: ProcessedDog[] = [];
    for (const [index, detection] of found.entries()) {
      const { chip, keypoints } = await this.findChip(photo, detection.bbox);
      this.stage = 'embed';
      const embedded = await this.timed('embed', () =>
        embedChip(
          deps.embedder.session,
          deps.embedder.contract,
          photo,
          chip.bbox,
          deps.recipe.embedder,
        ),
      );
      if (!embedded.ok) return this.failed(embedded.error);
      dogs.push({
        identity: index === 0 ? input.identity : null,
        bbox: back.box(detection.bbox),
        score: detection.score,
        keypoints: keypoints.map((point) => back.keypoint(point)),
        chip: back.chip(chip),
        embedding: embedded.value.embedding,
        seen: embedded.value.seen,
      });
    }
    return this.done('embedded', dogs);
  }

  failed(failure: Failure): ProcessedPhoto {
    return { ...this.facts(), status: 'failed', failure, dogs: [] };
  }

  private async findDogs(
    photo: RgbImage,
  ): Promise<{ readonly bbox: Box<'photo'>; readonly score: number | null }[]> {
    const { deps } = this;
    if (deps.stages === 'embed' || deps.detector === null) {
      return [{ bbox: wholeFrame(photo), score: null }];
    }
    const { session, contract } = deps.detector;
    this.stage = 'detect';
    const found = await this.timed('detect', () =>
      detectDogs(session, contract, photo, deps.recipe.detector),
    );
    return deps.dogs === 'best' ? found.slice(0, 1) : found;
  }

  private async findChip(
    photo: RgbImage,
    bbox: Detection['bbox'],
  ): Promise<{ readonly chip: Chip; readonly keypoints: readonly Keypoint[] }> {
    const { deps } = this;
    if (deps.stages === 'embed') {
      const chip: Chip = { bbox: wholeFrame(photo), branch: 'photo', reason: 'already-a-chip' };
      return { chip, keypoints: [] };
    }
    const body = bodyCrop(bbox, photo, deps.recipe.crop);
    if (deps.stages === 'detect,embed' || deps.keypoint === null) {
      return { chip: { bbox: body, branch: 'body', reason: 'keypoints-off' }, keypoints: [] };
    }
    const { session, contract } = deps.keypoint;
    this.stage = 'keypoints';
    const pose: Pose<'crop'> | null = await this.timed('keypoints', () =>
      findPose(session, contract, cropImage(photo, body), deps.recipe.keypoint),
    );
    const onPhoto = pose === null ? null : poseToPhoto(pose, body);
    return { chip: chooseChip(onPhoto, body, deps.recipe), keypoints: onPhoto?.keypoints ?? [] };
  }

  private done(status: 'embedded' | 'no-dog', dogs: readonly ProcessedDog[]): ProcessedPhoto {
    return { ...this.facts(), status, failure: null, dogs };
  }

  private facts(): Omit<ProcessedPhoto, 'status' | 'failure' | 'dogs'> {
    const { path, identity } = this.input;
    const { sha256, takenAt, format, dhash: bits, width, height, image, timings } = this;
    return { path, identity, sha256, takenAt, format, dhash: bits, width, height, image, timings };
  }

  private async timed<T>(step: string, work: () => Promise<T>): Promise<T> {
    const start = this.deps.clock.now();
    try {
      return await work();
    } finally {
      this.timings[step] = (this.timings[step] ?? 0) + this.deps.clock.now() - start;
    }
  }
}

/** An exception of the runtime, told as data. Memory is told apart, since there the user can help. */
function runtimeFailure(stage: FailureStage, error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  if (/out of memory|allocation failed|bad_alloc|array buffer allocation/i.test(text)) {
    return {
      code: 'out-of-memory',
      stage,
      message: `Not enough memory for this photo (${text}). Close other pages or use fewer workers, then run it again.`,
    };
  }
  if (error instanceof ModelOutputError) return { code: error.code, stage, message: text };
  const code =
    stage === 'read' ? 'read-error' : stage === 'decode' ? 'corrupt-image' : 'model-error';
  return { code, stage, message: text };
}
