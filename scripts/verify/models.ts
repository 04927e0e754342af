/** Which model files a run uses, and the recipe that goes with them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrangeModels } from '../../src/core/models/arrange';
import { looksLikeManifest, readAuthorManifest } from '../../src/core/models/authorManifest';
import { mergeLayers, mergeSections, type RecipeSection } from '../../src/core/models/layers';
import {
  factsOf,
  notesOf,
  readModel,
  type ModelCandidate,
  type ModelProblem,
} from '../../src/core/models/read';
import { assumptionsOf, servingNotes, whyNotServing } from '../../src/core/models/serves';
import { parseRecipe } from '../../src/core/recipe/parse';
import { resolveRecipe } from '../../src/core/recipe/resolve';
import { type ModelSlot, type Recipe } from '../../src/core/recipe/schema';
import { SLOTS_NEEDED } from '../../src/core/recipe/slots';
import type { Results } from '../../src/core/results/schema';
import type { StageChoice } from '../../src/core/types';
import { UsageError } from './errors';

export interface LoadedModels {
  readonly recipe: Recipe;
  /** Absolute paths; null where the stage is not run. */
  readonly files: Readonly<Record<ModelSlot, string | null>>;
  readonly references: Results['models'];
  /** What the user should know about how the models were read, and what had to be assumed of them. */
  readonly notes: readonly string[];
}

const BUNDLED = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * Reads the bundled recipe, and what `--models` gives in its place. Throws UsageError naming the file or key.
 * @param assumed values that stand in where neither a file nor the given recipe says anything
 */
export async function loadModels(
  dir: string | null,
  stages: StageChoice,
  assumed: { readonly embedder?: object } = {},
): Promise<LoadedModels> {
  const bundled = await bundledRecipe();
  const folder = dir === null ? null : resolve(dir);
  if (folder !== null && !(existsSync(folder) && (await stat(folder)).isDirectory())) {
    throw new UsageError(`"${folder}" is not a folder (--models)`);
  }
  const given = folder === null ? null : await givenRecipe(folder);
  const found = folder === null ? {} : await findModels(folder, given);
  if (dir !== null && given === null && Object.keys(found).length === 0) {
    throw new UsageError(`"${dir}" holds neither pipeline.json nor an .onnx file`);
  }
  const facts = Object.fromEntries(
    (Object.entries(found) as [ModelSlot, ModelCandidate][]).map(([slot, model]) => [
      slot,
      factsOf(model, slot),
    ]),
  );
  const manifest =
    folder === null || found.embedder === undefined
      ? null
      : await authorManifest(folder, found.embedder.path);
  const own = mergeLayers({ manifest, given, answers: null });
  const complete =
    assumed.embedder === undefined || found.embedder === undefined
      ? own
      : mergeSections({ embedder: assumed.embedder }, own ?? {});
  const notes: string[] = [];
  for (const [slot, model] of Object.entries(found) as [ModelSlot, ModelCandidate][]) {
    const useless = whyNotServing(model, slot, complete);
    if (useless !== null) throw refused(useless);
    const said = [...assumptionsOf(model, slot, complete), ...servingNotes(model, slot, complete)];
    notes.push(...notesOf(model), ...said.map((text) => `${model.card.file}: ${text}`));
  }
  const resolved = resolveRecipe({ bundled, given: complete, files: facts });
  if (!resolved.ok) throw new UsageError(resolved.error.message);
  const recipe = resolved.value;

  const files: Record<ModelSlot, string | null> = {
    detector: null,
    keypoint: null,
    embedder: null,
  };
  const references: Results['models'] = { detector: null, keypoint: null, embedder: null };
  for (const slot of SLOTS_NEEDED[stages]) {
    const path = found[slot]?.path ?? locate(BUNDLED, recipe[slot].file);
    const sha256 = found[slot]?.card.sha256 ?? (await hash(path));
    const expected = recipe.sha256[slot];
    if (expected !== undefined && expected !== sha256) {
      throw new UsageError(`${path}: its sha256 is not the one of pipeline.json (sha256.${slot})`);
    }
    files[slot] = path;
    references[slot] = { file: recipe[slot].file, sha256 };
  }
  return { recipe, files, references, notes };
}

async function bundledRecipe(): Promise<Recipe> {
  const path = join(BUNDLED, 'pipeline.json');
  if (!existsSync(path))
    throw new UsageError(`${path} is missing: the bundled models are not there`);
  const parsed = parseRecipe(await readFile(path, 'utf8'));
  if (!parsed.ok) throw new UsageError(`bundled ${parsed.error.message}`);
  return parsed.value;
}

async function givenRecipe(dir: string): Promise<Record<string, object> | null> {
  const path = join(dir, 'pipeline.json');
  if (!existsSync(path)) return null;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${String(error)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`${path} is not an object`);
  }
  return json as Record<string, object>;
}

/** Every .onnx of the folder and of its onnx/, each assigned to a slot. */
async function findModels(
  dir: string,
  given: Record<string, object> | null,
): Promise<Partial<Record<ModelSlot, ModelCandidate>>> {
  const candidates: ModelCandidate[] = [];
  for (const folder of [dir, join(dir, 'onnx')]) {
    if (!existsSync(folder)) continue;
    const names = (await readdir(folder)).sort();
    for (const name of names) {
      if (!name.toLowerCase().endsWith('.onnx')) continue;
      const path = join(folder, name);
      const bytes = await readFile(path);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const read = readModel(path, bytes, sha256, names);
      if (!read.ok) throw refused(read.error);
      candidates.push(read.value);
    }
  }
  const { slots, undecided, problems } = arrangeModels(candidates, { given, guess: true });
  const [problem] = problems;
  if (problem !== undefined) throw refused(problem);
  const [unsure] = undecided;
  if (unsure !== undefined) {
    throw new UsageError(`${unsure.path} ${unsure.card.assignment.reason}`);
  }
  return slots;
}

const refused = ({ file, message }: ModelProblem): UsageError =>
  new UsageError(`${file} ${message}`);

/** What an embedding.json beside the models, or X.json beside the embedder X.onnx, says of it; null without one. */
async function authorManifest(dir: string, embedder: string): Promise<RecipeSection | null> {
  const path = [dir, join(dir, 'onnx')]
    .map((folder) => join(folder, 'embedding.json'))
    .concat(embedder.replace(/\.onnx$/i, '.json'))
    .find((file) => existsSync(file));
  if (path === undefined || basename(path) === 'pipeline.json') return null;
  const text = await readFile(path, 'utf8');
  if (basename(path) !== 'embedding.json' && !looksLikeManifest(text)) return null;
  const read = readAuthorManifest(text);
  if (!read.ok) throw new UsageError(`${path} ${read.error.message}`);
  return read.value;
}

function locate(dir: string, file: string): string {
  const path = [join(dir, file), join(dir, 'onnx', file)].find((candidate) =>
    existsSync(candidate),
  );
  if (path === undefined)
    throw new UsageError(`model file "${file}" is not in ${dir} or its onnx/`);
  return path;
}

async function hash(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
