/** From the bundled models and what was dropped and said since to a bundle, to questions, or to problems. */
import { arrangeModels } from '../core/models/arrange';
import {
  isSection,
  mergeLayers,
  mergeSections,
  NO_LAYERS,
  withoutKeys,
  withoutSlots,
  type RecipeLayers,
  type RecipeSection,
} from '../core/models/layers';
import { factsOf, type ModelCandidate, type ModelProblem } from '../core/models/read';
import { assumptionsOf, whyNotServing } from '../core/models/serves';
import { sectionFacts } from '../core/models/sources';
import { readOnnxFile } from '../core/onnx/file';
import { describeModel, type ModelCard } from '../core/onnx/inspect';
import { parseRecipe, type RecipeError } from '../core/recipe/parse';
import {
  missingKeys,
  resolveRecipe,
  type GraphFacts,
  type MissingKey,
} from '../core/recipe/resolve';
import { inferRoles } from '../core/recipe/roles';
import { MODEL_SLOTS, type ModelSlot, type Recipe } from '../core/recipe/schema';
import { readYoloContract } from '../core/stages/yolo/contract';
import type { ModelBundle, ModelFile } from '../worker/contract';
import type { ModelSteps, OwnModel, SetCards, StageCard } from './modelsModel';

/** What was dropped and said, folded: who serves which stage, and what the layers say. */
interface Folded {
  readonly own: Readonly<Partial<Record<ModelSlot, OwnModel>>>;
  readonly undecided: readonly ModelCandidate[];
  readonly problems: readonly ModelProblem[];
  readonly layers: RecipeLayers;
}

export type Review =
  | { readonly kind: 'refused'; readonly problems: readonly ModelProblem[] }
  | {
      readonly kind: 'open';
      readonly undecided: readonly ModelCandidate[];
      readonly unknown: readonly MissingKey[];
      readonly cards: SetCards;
    }
  | { readonly kind: 'ready'; readonly bundle: ModelBundle; readonly cards: SetCards };

/** What a usual embedder expects. Never taken silently: it is offered, or tried by the preprocessing doctor. */
export const USUAL_EMBEDDER = {
  resize: 'pil-bilinear',
  fit: 'squash',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  scale: 255,
  colour: 'rgb',
} as const;

export function foldSteps(steps: ModelSteps): Folded {
  let own: Partial<Record<ModelSlot, OwnModel>> = {};
  let layers: RecipeLayers = NO_LAYERS;
  const undecided: ModelCandidate[] = [];
  const problems: ModelProblem[] = [];
  for (const step of steps) {
    if (step.kind === 'answers') {
      layers = { ...layers, answers: mergeSections(layers.answers ?? {}, step.sections) };
      continue;
    }
    const { models, choices, given, manifest } = step;
    const arranged = arrangeModels(
      models.map(({ candidate }) => candidate),
      { given, choices },
    );
    undecided.push(...arranged.undecided);
    problems.push(...arranged.problems);
    const taken = MODEL_SLOTS.flatMap((slot) => {
      const model = models.find(({ candidate }) => candidate === arranged.slots[slot]);
      return model === undefined ? [] : [[slot, model] as const];
    });
    own = { ...own, ...Object.fromEntries(taken) };
    const kept = withoutSlots(
      layers,
      taken.map(([slot]) => slot),
    );
    layers = {
      // What was set by hand before this recipe came does not outweigh it.
      answers: given === null ? kept.answers : withoutKeys(kept.answers, given),
      given: given === null ? kept.given : mergeSections(kept.given ?? {}, given),
      manifest: manifest ?? kept.manifest,
    };
  }
  // A manifest speaks of the embedder it came with.
  return {
    own,
    undecided,
    problems,
    layers: own.embedder ? layers : { ...layers, manifest: null },
  };
}

export function reviewModels(bundled: ModelBundle, steps: ModelSteps): Review {
  const folded = foldSteps(steps);
  if (folded.problems.length > 0) return { kind: 'refused', problems: folded.problems };
  const input = resolveInput(bundled.recipe, folded);
  const named = namedButAbsent(bundled.recipe, folded);
  if (named !== null) return { kind: 'refused', problems: [named] };
  const useless = MODEL_SLOTS.flatMap((slot) => {
    const model = folded.own[slot];
    const given = mergeLayers(folded.layers);
    return model === undefined ? [] : (whyNotServing(model.candidate, slot, given) ?? []);
  });
  if (useless.length > 0) return { kind: 'refused', problems: useless };
  const unknown = missingKeys(input);
  const resolved = resolveRecipe(input);
  if (!resolved.ok && unknown.length === 0) {
    return { kind: 'refused', problems: [recipeProblem(resolved.error, folded)] };
  }
  const recipe = resolved.ok ? resolved.value : provisionalBundle(bundled, steps)?.recipe;
  const cards = cardsOf(bundled, folded, recipe ?? null, unknown);
  if (!resolved.ok || folded.undecided.length > 0) {
    return { kind: 'open', undecided: folded.undecided, unknown, cards };
  }
  return { kind: 'ready', bundle: bundleOf(bundled, folded, resolved.value), cards };
}

/**
 * A bundle for looking ahead while questions are open: what is unknown is assumed, keypoints without roles are only
 * numbered. Null when even that cannot be made. Its results are never shown as the models' own.
 */
export function provisionalBundle(bundled: ModelBundle, steps: ModelSteps): ModelBundle | null {
  const folded = foldSteps(steps);
  const { conf, iou } = bundled.recipe.detector;
  const { kptConf } = bundled.recipe.keypoint;
  const names = keypointNamesOf(folded.own.keypoint?.candidate ?? null);
  const assumed: RecipeSection = {
    ...(folded.own.detector ? { detector: { conf, iou, classes: ['dog'] } } : {}),
    ...(folded.own.keypoint
      ? {
          keypoint: {
            ...{ conf: bundled.recipe.keypoint.conf, kptConf, roles: {} },
            ...(names === null ? {} : { names }),
          },
        }
      : {}),
    ...(folded.own.embedder ? { embedder: USUAL_EMBEDDER } : {}),
  };
  const input = resolveInput(bundled.recipe, folded);
  const needed: Record<string, Record<string, unknown>> = {};
  for (const { slot, name } of missingKeys(input)) {
    const section = assumed[slot];
    if (isSection(section) && name in section) (needed[slot] ??= {})[name] = section[name];
  }
  const resolved = resolveRecipe({ ...input, given: mergeSections(needed, input.given ?? {}) });
  return resolved.ok ? bundleOf(bundled, folded, resolved.value) : null;
}

/** Names of a pose model's points: its own, those of a known scheme, or numbers; null when their number is unclear. */
export function keypointNamesOf(candidate: ModelCandidate | null): readonly string[] | null {
  if (candidate === null) return null;
  const { info } = candidate;
  const contract = readYoloContract(info, info.inputs, info.outputs, 'pose');
  return contract.ok ? (contract.value.keypoints?.names ?? null) : null;
}

/** Roles that the names say outright, for a start in the editor. */
export const rolesByName = inferRoles;

function resolveInput(recipe: Recipe, { own, layers }: Folded) {
  const files: Partial<Record<ModelSlot, GraphFacts>> = {};
  for (const slot of MODEL_SLOTS) {
    const model = own[slot];
    if (model !== undefined) files[slot] = factsOf(model.candidate, slot);
  }
  return { bundled: recipe, given: mergeLayers(layers), files };
}

/** The recipe beside the models names a file for a stage, but that file did not come. */
function namedButAbsent(recipe: Recipe, { own, layers }: Folded): ModelProblem | null {
  for (const slot of MODEL_SLOTS) {
    const section = layers.given?.[slot];
    if (own[slot] !== undefined || !isSection(section)) continue;
    const { file } = section;
    if (typeof file === 'string' && file !== recipe[slot].file) {
      const message = `names "${file}" as the ${slot} model, which did not come with it. Drop both together, or take the name out of the recipe.`;
      return { file: 'pipeline.json', slot, message };
    }
  }
  return null;
}

function recipeProblem({ key, message }: RecipeError, { own }: Folded): ModelProblem {
  const slot = MODEL_SLOTS.find((one) => key === one || key.startsWith(`${one}.`)) ?? null;
  const file = slot === null ? undefined : own[slot]?.file.name;
  const text = message.replace(/^pipeline\.json:? /, '');
  return { file: file ?? 'pipeline.json', slot, message: `${text}. Correct the recipe.` };
}

function bundleOf(bundled: ModelBundle, { own }: Folded, recipe: Recipe): ModelBundle {
  const file = (slot: ModelSlot): ModelFile | null => own[slot]?.file ?? bundled.files[slot];
  const files = {
    detector: file('detector'),
    keypoint: file('keypoint'),
    embedder: file('embedder'),
  };
  return { recipe, files };
}

function cardsOf(
  bundled: ModelBundle,
  { own, layers }: Folded,
  recipe: Recipe | null,
  unknown: readonly MissingKey[],
): SetCards {
  const stage = (slot: ModelSlot): StageCard => {
    const model = own[slot];
    const facts = model === undefined ? undefined : factsOf(model.candidate, slot);
    return {
      slot,
      origin: model === undefined ? 'bundled' : 'own',
      card: model?.candidate.card ?? bundledCard(bundled, slot),
      verified: null,
      facts: (recipe === null ? [] : sectionFacts(recipe, slot, layers, facts)).filter(
        ({ key }) => !unknown.some((open) => open.slot === slot && open.name === key),
      ),
      unknown: unknown.filter((key) => key.slot === slot),
      assumptions:
        model === undefined ? [] : assumptionsOf(model.candidate, slot, mergeLayers(layers)),
    };
  };
  return {
    stages: {
      detector: stage('detector'),
      keypoint: stage('keypoint'),
      embedder: stage('embedder'),
    },
    crop: recipe === null ? [] : sectionFacts(recipe, 'crop', layers, undefined),
    layers,
  };
}

const cards = new WeakMap<ModelFile, ModelCard>();

function bundledCard({ files }: ModelBundle, slot: ModelSlot): ModelCard {
  const file = files[slot];
  if (file === null) throw new Error(`the bundled models lack a ${slot}`);
  const known = cards.get(file);
  if (known !== undefined) return known;
  const info = readOnnxFile(file.bytes);
  if (!info.ok) throw new Error(`the bundled ${file.name} ${info.error.message}`);
  const card = describeModel(info.value, file);
  cards.set(file, card);
  return card;
}

/** The recipe as a file that can be kept beside the models. */
export function recipeText(recipe: Recipe): string {
  const text = `${JSON.stringify(recipe, null, 2)}\n`;
  const again = parseRecipe(text);
  if (!again.ok) throw new Error(`the recipe in use cannot be read back: ${again.error.message}`);
  return text;
}
