/** From model bytes to a pipeline, in a worker. */
import type { EmbedderContract } from '../core/onnx/embedder';
import { readOnnxFile, type OnnxFileInfo } from '../core/onnx/file';
import { createPipeline, type Loaded, type Pipeline } from '../core/pipeline';
import type { Session } from '../core/ports';
import { SLOTS_NEEDED } from '../core/recipe/slots';
import type { ModelSlot } from '../core/recipe/schema';
import type { EmbedderIo } from '../core/stages/embed';
import { loadDetector, loadEmbedder, loadKeypoint } from '../core/stages/load';
import type { YoloContract } from '../core/stages/yolo/contract';
import { fail, ok, type Result, type StageChoice } from '../core/types';
import { createBrowserDecoder } from '../platform/browser/decoder';
import { openSession, type SessionOptions } from '../platform/browser/session';
import { sha256 } from '../platform/browser/sha256';
import type { ModelBundle, RunOptions, SetupError } from './contract';

/** Networks in memory. */
export interface LoadedModels {
  readonly detector: Loaded<YoloContract> | null;
  readonly keypoint: Loaded<YoloContract> | null;
  readonly embedder: Loaded<EmbedderIo>;
}

/** A model that cannot serve its stage; carries what the page is to show. */
export class Refused extends Error {
  constructor(
    readonly slot: ModelSlot,
    message: string,
  ) {
    super(message);
  }
}

/** Opens the sessions that `stages` needs. The error names the slot and the file. */
export async function loadModels(
  bundle: ModelBundle,
  session: SessionOptions,
  stages: StageChoice,
): Promise<Result<LoadedModels, SetupError>> {
  const needed = SLOTS_NEEDED[stages];
  try {
    const detector = needed.includes('detector') ? await openDetector(bundle, session) : null;
    const keypoint = needed.includes('keypoint') ? await openKeypoint(bundle, session) : null;
    const embedder = await openEmbedder(bundle, session);
    return ok({ detector, keypoint, embedder });
  } catch (error) {
    if (error instanceof Refused) return fail({ slot: error.slot, message: error.message });
    throw error;
  }
}

/** One stage's session. @throws Refused */
export const openDetector = (
  bundle: ModelBundle,
  session: SessionOptions,
): Promise<Loaded<YoloContract>> =>
  open(bundle, 'detector', session, (s, info) => loadDetector(s, info, bundle.recipe.detector));

/** @throws Refused */
export const openKeypoint = (
  bundle: ModelBundle,
  session: SessionOptions,
): Promise<Loaded<YoloContract>> =>
  open(bundle, 'keypoint', session, (s, info) => loadKeypoint(s, info, bundle.recipe.keypoint));

/** @throws Refused */
export const openEmbedder = (
  bundle: ModelBundle,
  session: SessionOptions,
): Promise<Loaded<EmbedderContract>> =>
  open(bundle, 'embedder', session, (s, info) => loadEmbedder(s, info, bundle.recipe.embedder));

/** Composes the core's pipeline over loaded models. */
export function composePipeline(
  bundle: ModelBundle,
  models: LoadedModels,
  { stages, dogs, preview }: RunOptions,
): Pipeline {
  const { recipe } = bundle;
  const decoder = createBrowserDecoder();
  return createPipeline({
    decoder,
    sha256,
    clock: performance,
    recipe,
    ...models,
    stages,
    dogs,
    preview,
  });
}

/** Releases the sessions' memory. */
export async function disposeModels(models: LoadedModels): Promise<void> {
  await models.detector?.session.dispose();
  await models.keypoint?.session.dispose();
  await models.embedder.session.dispose();
}

async function open<C>(
  bundle: ModelBundle,
  slot: ModelSlot,
  options: SessionOptions,
  load: (session: Session, info: OnnxFileInfo | null) => Result<Loaded<C>, { message: string }>,
): Promise<Loaded<C>> {
  const file = bundle.files[slot];
  if (file === null) throw new Refused(slot, `There is no ${slot} model.`);
  const info = readOnnxFile(file.bytes);
  if (!info.ok) throw new Refused(slot, `${file.name} ${info.error.message}`);
  let session: Session;
  try {
    session = await openSession(file, options);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Refused(
      slot,
      `${file.name} could not be loaded on ${options.backend}: ${reasonIn(text)}. Export it again, without that or for another opset.`,
    );
  }
  const stage = load(session, info.value);
  if (!stage.ok) throw new Refused(slot, `${file.name} ${stage.error.message}`);
  return stage.value;
}

/** The runtime's own words without its codes. */
function reasonIn(text: string): string {
  return text.replace(/^.*ERROR_MESSAGE:\s*/s, '').replace(/[.\s]+$/, '');
}
