/** Whether a file can serve its stage at all, from what it declares: told before anything is asked about it. */
import { readEmbedderContract } from '../onnx/embedder';
import type { ModelSlot, Recipe } from '../recipe/schema';
import { readYoloContract } from '../stages/yolo/contract';
import { isSection, type RecipeSection } from './layers';
import type { ModelCandidate, ModelProblem } from './read';

type Hints = Partial<Recipe['detector'] & Recipe['keypoint'] & Recipe['embedder']>;

/**
 * The reason why not, or null.
 * @param given the partial recipe that goes with the file; its values are used as hints where they look right
 */
export function whyNotServing(
  { path, info }: ModelCandidate,
  slot: ModelSlot,
  given: RecipeSection | null,
): ModelProblem | null {
  const section = given?.[slot];
  // Unchecked: a value of the wrong type is refused with its key when the recipe is resolved.
  const { imgsz, classes, names, size } = (isSection(section) ? section : {}) as Hints;
  const { inputs, outputs } = info;
  const contract =
    slot === 'embedder'
      ? readEmbedderContract(info, inputs, outputs, sizeHint(size))
      : readYoloContract(info, inputs, outputs, slot === 'detector' ? 'detect' : 'pose', {
          imgsz: isPair(imgsz) ? imgsz : undefined,
          classes: isNames(classes) ? classes : undefined,
          names: isNames(names) ? names : undefined,
        });
  return contract.ok ? null : { file: path, slot, message: contract.error.message };
}

const isPair = (value: unknown): boolean => Array.isArray(value) && value.length === 2;

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

function sizeHint(size: unknown): { size?: number | [number, number] } {
  if (typeof size === 'number') return { size };
  return isPair(size) ? { size: size as [number, number] } : {};
}
