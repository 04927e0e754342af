/** Which model files a run uses, and the recipe that goes with them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { graphFacts } from '../../src/core/onnx/facts';
import { readOnnxFile } from '../../src/core/onnx/file';
import { assignSlot, suspicions } from '../../src/core/onnx/inspect';
import { parseRecipe } from '../../src/core/recipe/parse';
import { resolveRecipe, type GraphFacts } from '../../src/core/recipe/resolve';
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
  /** What the user should know about how the models were read. */
  readonly notes: readonly string[];
}

const BUNDLED = fileURLToPath(new URL('../../models/', import.meta.url));

interface Found {
  readonly path: string;
  readonly facts: GraphFacts;
  readonly notes: readonly string[];
}

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
  const found = dir === null ? {} : await findModels(resolve(dir));
  const facts = Object.fromEntries(
    Object.entries(found).map(([slot, { facts: told }]) => [slot, told]),
  );
  const given = dir === null ? null : await givenRecipe(resolve(dir));
  if (dir !== null && given === null && Object.keys(found).length === 0) {
    throw new UsageError(`"${dir}" holds neither pipeline.json nor an .onnx file`);
  }
  const complete =
    assumed.embedder === undefined || found.embedder === undefined
      ? given
      : { ...given, embedder: { ...assumed.embedder, ...given?.['embedder'] } };
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
    const sha256 = found[slot]?.facts.sha256 ?? (await hash(path));
    const expected = recipe.sha256[slot];
    if (expected !== undefined && expected !== sha256) {
      throw new UsageError(`${path}: its sha256 is not the one of pipeline.json (sha256.${slot})`);
    }
    files[slot] = path;
    references[slot] = { file: recipe[slot].file, sha256 };
  }
  return { recipe, files, references, notes: Object.values(found).flatMap(({ notes }) => notes) };
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
async function findModels(dir: string): Promise<Partial<Record<ModelSlot, Found>>> {
  if (!existsSync(dir) || !(await stat(dir)).isDirectory()) {
    throw new UsageError(`"${dir}" is not a folder (--models)`);
  }
  const found: Partial<Record<ModelSlot, Found>> = {};
  for (const folder of [dir, join(dir, 'onnx')]) {
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder)).sort()) {
      if (!name.toLowerCase().endsWith('.onnx')) continue;
      const path = join(folder, name);
      const { slot, model } = await readModel(path);
      const other = found[slot];
      if (other !== undefined) {
        throw new UsageError(`${other.path} and ${path} are both a ${slot}: leave one of them`);
      }
      found[slot] = model;
    }
  }
  return found;
}

async function readModel(path: string): Promise<{ slot: ModelSlot; model: Found }> {
  const bytes = await readFile(path);
  const info = readOnnxFile(bytes);
  if (!info.ok) throw new UsageError(`${path} ${info.error.message}`);
  const { slot, confidence, reason } = assignSlot(info.value);
  if (slot === null) throw new UsageError(`${path} ${reason}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = graphFacts(info.value, slot);
  const name = basename(path);
  const notes = [
    ...(confidence === 'certain' ? [] : [`${name} ${reason}`]),
    ...suspicions(info.value).map((text) => `${name} ${text}`),
  ];
  return {
    slot,
    model: { path, facts: { ...facts, file: basename(path), sha256 }, notes },
  };
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
