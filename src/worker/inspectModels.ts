/** Runs each model of a bundle on made pictures and tells what came back: the verified half of a model card. */
import { verifyEmbedder } from '../core/onnx/warmup';
import type { Loaded } from '../core/pipeline';
import { MODEL_SLOTS, type ModelSlot } from '../core/recipe/schema';
import type { YoloContract } from '../core/stages/yolo/contract';
import { verifyYolo } from '../core/stages/yolo/verify';
import { fail, ok, type Result } from '../core/types';
import type { SessionOptions } from '../platform/browser/session';
import type { ModelBundle, SetupError, VerifiedModel, VerifiedModels } from './contract';
import { openDetector, openEmbedder, openKeypoint, Refused } from './loadPipeline';

/** One model after the other, each released before the next: large ones need not fit side by side. */
export async function inspectModels(
  bundle: ModelBundle,
  session: SessionOptions,
): Promise<Result<VerifiedModels, SetupError>> {
  const verified: Record<ModelSlot, VerifiedModel | null> = {
    detector: null,
    keypoint: null,
    embedder: null,
  };
  for (const slot of MODEL_SLOTS) {
    if (bundle.files[slot] === null) continue;
    try {
      verified[slot] = await inspectModel(bundle, slot, session);
    } catch (error) {
      if (error instanceof Refused) return fail({ slot: error.slot, message: error.message });
      const text = error instanceof Error ? error.message : String(error);
      const name = bundle.files[slot].name;
      return fail({ slot, message: `${name} failed its warm-up run (${text}). Export it again.` });
    }
  }
  return ok(verified);
}

async function inspectModel(
  bundle: ModelBundle,
  slot: ModelSlot,
  session: SessionOptions,
): Promise<VerifiedModel> {
  if (slot === 'embedder') {
    const loaded = await openEmbedder(bundle, session);
    const facts = await verifyEmbedder(loaded.session, loaded.contract, bundle.recipe.embedder);
    await loaded.session.dispose();
    return { kind: 'embedder', contract: loaded.contract, facts };
  }
  const loaded: Loaded<YoloContract> =
    slot === 'detector' ? await openDetector(bundle, session) : await openKeypoint(bundle, session);
  const facts = await verifyYolo(loaded.session, loaded.contract);
  await loaded.session.dispose();
  if (facts.output === null) {
    throw new Refused(slot, `${bundle.files[slot]?.name ?? slot} ${facts.problems.join(' ')}`);
  }
  return { kind: 'yolo', contract: loaded.contract, facts };
}
