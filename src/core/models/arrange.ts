/** Which file serves which stage: by what each says, by the recipe beside them, and by what the user chose. */
import type { ModelSlot } from '../recipe/schema';
import { MODEL_SLOTS } from '../recipe/schema';
import type { RecipeSection } from './layers';
import { baseName, type ModelCandidate, type ModelProblem } from './read';

export type SlotChoice = ModelSlot | 'none';

export interface Arrangement {
  readonly slots: Readonly<Partial<Record<ModelSlot, ModelCandidate>>>;
  /** Files whose stage is not certain and that nobody decided: to be asked for. */
  readonly undecided: readonly ModelCandidate[];
  readonly problems: readonly ModelProblem[];
}

export interface ArrangeHints {
  /** The recipe that came with the files: the file names in it settle what shapes leave open. */
  readonly given?: RecipeSection | null;
  /** Stages chosen by hand, by path. */
  readonly choices?: Readonly<Record<string, SlotChoice>>;
  /** Whether a likely stage is taken where nobody can be asked. */
  readonly guess?: boolean;
}

/** Gives each file its stage, or says why it has none. */
export function arrangeModels(
  candidates: readonly ModelCandidate[],
  { given = null, choices = {}, guess = false }: ArrangeHints = {},
): Arrangement {
  const slots: Partial<Record<ModelSlot, ModelCandidate>> = {};
  const undecided: ModelCandidate[] = [];
  const problems: ModelProblem[] = [];
  for (const candidate of candidates) {
    const { path, card } = candidate;
    const { slot, confidence, reason } = card.assignment;
    const likely =
      confidence === 'unsure' ? (slotInRecipe(candidate, given) ?? (guess ? slot : null)) : slot;
    const chosen = choices[path] ?? likely;
    if (chosen === 'none') continue;
    if (chosen === null) {
      if (confidence === 'unsure') undecided.push(candidate);
      else problems.push({ file: path, slot: null, message: reason });
      continue;
    }
    const other = slots[chosen];
    if (other === undefined) slots[chosen] = candidate;
    else problems.push(twoForOne(other, candidate, chosen));
  }
  return { slots, undecided, problems };
}

function twoForOne(first: ModelCandidate, second: ModelCandidate, slot: ModelSlot): ModelProblem {
  const message = `and ${second.path} are both ${slot === 'embedder' ? 'an embedder' : `a ${slot} model`}: leave one of them.`;
  return { file: first.path, slot, message };
}

/** The one stage for which the recipe names this file, or null. */
function slotInRecipe({ path }: ModelCandidate, given: RecipeSection | null): ModelSlot | null {
  const named = MODEL_SLOTS.filter((slot) => {
    const section = given?.[slot];
    if (typeof section !== 'object' || section === null || !('file' in section)) return false;
    return typeof section.file === 'string' && baseName(section.file) === baseName(path);
  });
  return named.length === 1 ? named[0]! : null;
}
