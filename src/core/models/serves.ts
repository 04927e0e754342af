/** Whether and how a file serves its stage, from what it declares: told before anything is asked about it. */
import { readEmbedderContract, type EmbedderContract } from '../onnx/embedder';
import type { ModelSlot, Recipe } from '../recipe/schema';
import type { Result } from '../types';
import { readYoloContract, type YoloContract } from '../stages/yolo/contract';
import { formNotes } from '../stages/yolo/form';
import { isSection, type RecipeSection } from './layers';
import type { ModelCandidate, ModelProblem } from './read';

type Hints = Partial<Recipe['detector'] & Recipe['keypoint'] & Recipe['embedder']>;

/**
 * The reason why not, or null.
 * @param given the partial recipe that goes with the file; its values are used as hints where they look right
 */
export function whyNotServing(
  candidate: ModelCandidate,
  slot: ModelSlot,
  given: RecipeSection | null,
): ModelProblem | null {
  const contract = declared(candidate, slot, given);
  return contract.ok ? null : { file: candidate.path, slot, message: contract.error.message };
}

/**
 * What has to be assumed of a file that serves its stage: whole sentences. Ask before the recipe is completed from the
 * files: what was completed would vouch for itself.
 * @param given as above
 */
export function assumptionsOf(
  candidate: ModelCandidate,
  slot: ModelSlot,
  given: RecipeSection | null,
): readonly string[] {
  const contract = declared(candidate, slot, given);
  return contract.ok ? contract.value.ambiguities : [];
}

/** What the way in which a file gives its boxes means for the recipe: whole sentences. */
export function servingNotes(
  candidate: ModelCandidate,
  slot: ModelSlot,
  given: RecipeSection | null,
): readonly string[] {
  const contract = declared(candidate, slot, given);
  return contract.ok && 'form' in contract.value ? formNotes(contract.value) : [];
}

function declared(
  { info }: ModelCandidate,
  slot: ModelSlot,
  given: RecipeSection | null,
): Result<YoloContract | EmbedderContract, { readonly message: string }> {
  const section = given?.[slot];
  // Unchecked: a value of the wrong type is refused with its key when the recipe is resolved.
  const { imgsz, classes, names, size } = (isSection(section) ? section : {}) as Hints;
  const { inputs, outputs } = info;
  if (slot === 'embedder') return readEmbedderContract(info, inputs, outputs, sizeHint(size));
  return readYoloContract(info, inputs, outputs, slot === 'detector' ? 'detect' : 'pose', {
    imgsz: isPair(imgsz) ? imgsz : undefined,
    classes: isNames(classes) ? classes : undefined,
    names: isNames(names) ? names : undefined,
  });
}

const isPair = (value: unknown): boolean => Array.isArray(value) && value.length === 2;

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function sizeHint(size: unknown): { size?: number | [number, number] } {
  if (typeof size === 'number') return { size };
  return isPair(size) ? { size: size as [number, number] } : {};
}
