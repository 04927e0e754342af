/** Opens the model files of a setup and composes the pipeline on the native runtime. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readOnnxFile, type OnnxFileInfo } from '../../core/onnx/file';
import { createPipeline, type Loaded, type Pipeline } from '../../core/pipeline';
import type { Session, Sha256 } from '../../core/ports';
import { loadDetector, loadEmbedder, loadKeypoint } from '../../core/stages/load';
import { fail, ok, type Result } from '../../core/types';
import { createNodeDecoder } from './decoder';
import type { PipelineSetup } from './poolMessages';
import { openSession } from './session';

/** SHA-256 of the platform. */
export const sha256: Sha256 = (bytes) =>
  Promise.resolve(createHash('sha256').update(bytes).digest('hex'));

/** A model that cannot serve: a message naming the file. */
class Refused extends Error {}

/** Builds the pipeline; the error is one sentence naming the file. */
export async function openPipeline(setup: PipelineSetup): Promise<Result<Pipeline, string>> {
  const { recipe, models, stages, dogs, preview } = setup;
  try {
    const detector =
      models.detector === null
        ? null
        : await open(models.detector, (session, info) =>
            loadDetector(session, info, recipe.detector),
          );
    const keypoint =
      models.keypoint === null
        ? null
        : await open(models.keypoint, (session, info) =>
            loadKeypoint(session, info, recipe.keypoint),
          );
    if (models.embedder === null) return fail('no embedder given');
    const embedder = await open(models.embedder, (session, info) =>
      loadEmbedder(session, info, recipe.embedder),
    );
    const decoder = createNodeDecoder();
    const clock = performance;
    return ok(
      createPipeline({
        decoder,
        sha256,
        clock,
        recipe,
        detector,
        keypoint,
        embedder,
        stages,
        dogs,
        preview,
      }),
    );
  } catch (error) {
    if (error instanceof Refused) return fail(error.message);
    throw error;
  }
}

async function open<C>(
  path: string,
  load: (session: Session, info: OnnxFileInfo | null) => Result<Loaded<C>, { message: string }>,
): Promise<Loaded<C>> {
  const info = readOnnxFile(await readFile(path));
  if (!info.ok) throw new Refused(`${path} ${info.error.message}`);
  let session: Session;
  try {
    session = await openSession(path);
  } catch (error) {
    throw new Refused(
      `${basename(path)} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const stage = load(session, info.value);
  if (!stage.ok) throw new Refused(`${basename(path)} ${stage.error.message}`);
  return stage.value;
}
