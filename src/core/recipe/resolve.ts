/**
 * The recipe of a set of models: what the given recipe says, completed by what the graphs tell; the
 * bundled recipe stands in only for bundled models and for the app's own crop rules. Nothing a model's
 * maker must know is guessed.
 */
import { fail, ok, type Result } from '../types';
import { validateRecipe, type RecipeError } from './parse';
import { inferRoles, knownKeypointNames, rolesSuffice } from './roles';
import { MODEL_SLOTS, RECIPE_SCHEMA, type ModelSlot, type Recipe } from './schema';

/** What a file tells about itself. Absent means it does not tell. */
export interface GraphFacts {
  readonly file: string;
  readonly sha256: string;
  /** [height, width] of the input, where static or in the metadata. */
  readonly imgsz?: readonly [number, number] | undefined;
  /** Whether the graph's input is static, so that no other size can be fed. */
  readonly imgszFixed?: boolean;
  /** Class names in index order (detector). */
  readonly classNames?: readonly string[] | undefined;
  /** Keypoint names in output order, and their number (keypoint). */
  readonly keypointNames?: readonly string[] | undefined;
  readonly keypointCount?: number | undefined;
}

export interface ResolveInput {
  /** The recipe of the bundled models. */
  readonly bundled: Recipe;
  /** The parsed pipeline.json that came with the models, possibly partial; null when there is none. */
  readonly given: unknown;
  /** Facts of the files that replace a bundled model. */
  readonly files: Readonly<Partial<Record<ModelSlot, GraphFacts>>>;
}

type Section = Record<string, unknown>;

/**
 * Completes a recipe. Fails with the dotted key that nobody gives, or whose value contradicts a file.
 */
export function resolveRecipe(input: ResolveInput): Result<Recipe, RecipeError> {
  const merged = mergeRecipe(input);
  if (!merged.ok) return merged;
  const [missing] = missingIn(merged.value, input.files);
  if (missing !== undefined) return fail(missing);
  const checked = validateRecipe(merged.value);
  if (!checked.ok) return checked;
  const contradiction = contradicts(checked.value, input.files);
  return contradiction === null ? checked : fail(contradiction);
}

/** A key that no graph tells and nobody gave. */
export interface MissingKey extends RecipeError {
  readonly slot: ModelSlot;
  /** The key within its section. */
  readonly name: string;
}

/** Every key that has to be asked for, in the order of the stages; empty also where the recipe is refused for another reason. */
export function missingKeys(input: ResolveInput): MissingKey[] {
  const merged = mergeRecipe(input);
  return merged.ok ? missingIn(merged.value, input.files) : [];
}

/** The given recipe completed by the files and by the bundled one, not yet checked. */
function mergeRecipe({ bundled, given, files }: ResolveInput): Result<Section, RecipeError> {
  if (given !== null && !isSection(given)) {
    return fail({ key: '', message: 'pipeline.json is not an object' });
  }
  const recipe: Section = given ?? {};
  const sections: Section = {};
  for (const slot of MODEL_SLOTS) {
    const own = recipe[slot];
    if (own !== undefined && !isSection(own)) {
      return fail({ key: slot, message: `pipeline.json: "${slot}" is not an object` });
    }
    const facts = files[slot];
    sections[slot] =
      facts === undefined
        ? { ...bundled[slot], ...own }
        : { ...told(slot, facts), ...own, file: facts.file };
  }
  const sha256: Section = {};
  const givenHashes = isSection(recipe['sha256']) ? recipe['sha256'] : {};
  for (const slot of MODEL_SLOTS) {
    const actual = files[slot]?.sha256 ?? bundled.sha256[slot];
    const claimed = givenHashes[slot];
    if (claimed !== undefined && actual !== undefined && claimed !== actual) {
      return fail({
        key: `sha256.${slot}`,
        message: `pipeline.json was written for another ${slot} file: its sha256 is not that of ${files[slot]?.file ?? bundled[slot].file}`,
      });
    }
    if (actual !== undefined) sha256[slot] = actual;
  }
  return ok({
    ...recipe,
    schema: recipe['schema'] ?? RECIPE_SCHEMA,
    ...sections,
    crop: recipe['crop'] ?? bundled.crop,
    ingest: recipe['ingest'] ?? bundled.ingest,
    sha256,
  });
}

/** The part of a section that the file itself tells. */
export function told(slot: ModelSlot, facts: GraphFacts): Section {
  const imgsz = facts.imgsz === undefined ? {} : { imgsz: [...facts.imgsz] };
  switch (slot) {
    case 'detector':
      return { ...imgsz, ...dogClasses(facts.classNames) };
    case 'keypoint': {
      const names =
        facts.keypointNames ??
        (facts.keypointCount === undefined ? null : knownKeypointNames(facts.keypointCount));
      if (names === null) return imgsz;
      const roles = inferRoles(names);
      return { ...imgsz, names: [...names], ...(rolesSuffice(roles) ? { roles } : {}) };
    }
    case 'embedder': {
      if (facts.imgsz === undefined) return { l2: 'app' };
      const [height, width] = facts.imgsz;
      return { size: height === width ? height : [height, width], l2: 'app' };
    }
  }
}

/** The class called dog, or the only class there is. */
function dogClasses(names: readonly string[] | undefined): Section {
  if (names === undefined) return {};
  const dogs = names.filter((name) => name.trim().toLowerCase() === 'dog');
  if (dogs.length > 0) return { classes: dogs };
  return names.length === 1 ? { classes: [...names] } : {};
}

/** Keys that a model's maker must give, since no graph tells them. */
const MUST_BE_GIVEN: Readonly<Record<ModelSlot, readonly string[]>> = {
  detector: ['classes', 'conf', 'iou'],
  keypoint: ['names', 'roles', 'conf', 'kptConf'],
  embedder: ['size', 'resize', 'fit', 'mean', 'std', 'scale', 'colour'],
};

function missingIn(recipe: Section, files: ResolveInput['files']): MissingKey[] {
  return MODEL_SLOTS.flatMap((slot) => {
    const facts = files[slot];
    const section = recipe[slot];
    if (facts === undefined || !isSection(section)) return [];
    return MUST_BE_GIVEN[slot]
      .filter((name) => section[name] === undefined)
      .map((name) => ({
        slot,
        name,
        key: `${slot}.${name}`,
        message: `"${slot}.${name}" is not in ${facts.file} and no pipeline.json beside it gives it: write it there`,
      }));
  });
}

/** A recipe value that a static graph makes impossible. */
function contradicts(recipe: Recipe, files: ResolveInput['files']): RecipeError | null {
  for (const slot of MODEL_SLOTS) {
    const facts = files[slot];
    if (facts?.imgsz === undefined || facts.imgszFixed !== true) continue;
    const size = slot === 'embedder' ? recipe.embedder.size : recipe[slot].imgsz;
    const [height, width] = typeof size === 'number' ? [size, size] : (size ?? facts.imgsz);
    if (height !== facts.imgsz[0] || width !== facts.imgsz[1]) {
      const key = slot === 'embedder' ? 'embedder.size' : `${slot}.imgsz`;
      return {
        key,
        message: `"${key}" is ${height} x ${width} but ${facts.file} takes ${facts.imgsz[0]} x ${facts.imgsz[1]} (height x width)`,
      };
    }
  }
  const names = recipe.keypoint.names;
  const count = files.keypoint?.keypointCount;
  if (count !== undefined && count !== names.length) {
    return {
      key: 'keypoint.names',
      message: `"keypoint.names" has ${names.length} names but ${files.keypoint!.file} returns ${count} keypoints`,
    };
  }
  const unknown = Object.values(recipe.keypoint.roles).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return {
      key: 'keypoint.roles',
      message: `"keypoint.roles" names "${unknown}", which is not one of keypoint.names`,
    };
  }
  return null;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
