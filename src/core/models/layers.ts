/**
 * What is said about a set of models, in layers: the embedder's own manifest, the pipeline.json beside the files,
 * and what the user set on the page. A later layer wins; a recipe dropped after answers takes back those it speaks of.
 */
import type { ModelSlot } from '../recipe/schema';
import { MODEL_SLOTS } from '../recipe/schema';

export type RecipeSection = Readonly<Record<string, unknown>>;

export interface RecipeLayers {
  /** The embedder's section from an embedding.json; null without one. */
  readonly manifest: RecipeSection | null;
  /** The parsed pipeline.json; null without one. */
  readonly given: RecipeSection | null;
  /** Sections set by hand; null when nothing was. */
  readonly answers: RecipeSection | null;
}

export const NO_LAYERS: RecipeLayers = { manifest: null, given: null, answers: null };

/** The layers as one partial recipe for `resolveRecipe`; null when no layer says anything. */
export function mergeLayers({ manifest, given, answers }: RecipeLayers): RecipeSection | null {
  const first = manifest === null ? null : { embedder: manifest };
  const all = [first, given, answers].filter((layer) => layer !== null);
  return all.length === 0 ? null : all.reduce(mergeSections);
}

/** Section by section, key by key. */
export function mergeSections(below: RecipeSection, above: RecipeSection): RecipeSection {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = merged[key];
    merged[key] = isSection(old) && isSection(value) ? { ...old, ...value } : value;
  }
  return merged;
}

/** What older layers said of files that are no longer there is dropped. */
export function withoutSlots(
  { manifest, given, answers }: RecipeLayers,
  replaced: readonly ModelSlot[],
): RecipeLayers {
  return {
    manifest: replaced.includes('embedder') ? null : manifest,
    given: without(given, replaced),
    answers: without(answers, replaced),
  };
}

function without(layer: RecipeSection | null, slots: readonly ModelSlot[]): RecipeSection | null {
  if (layer === null) return null;
  const kept = Object.entries(layer).filter(([key]) => !slots.some((slot) => slot === key));
  const { sha256, ...rest } = Object.fromEntries(kept);
  if (!isSection(sha256)) return rest;
  const hashes = Object.entries(sha256).filter(([key]) => !slots.some((slot) => slot === key));
  return { ...rest, sha256: Object.fromEntries(hashes) };
}

/** What an older layer says of keys that a later recipe gives is dropped; sections left empty are, too. */
export function withoutKeys(
  layer: RecipeSection | null,
  later: RecipeSection,
): RecipeSection | null {
  if (layer === null) return null;
  const kept = Object.entries(layer).flatMap(([key, value]): [string, unknown][] => {
    const given = later[key];
    if (given === undefined) return [[key, value]];
    if (!isSection(value) || !isSection(given)) return [];
    const rest = Object.entries(value).filter(([name]) => !(name in given));
    return rest.length === 0 ? [] : [[key, Object.fromEntries(rest)]];
  });
  return Object.fromEntries(kept);
}

/** Whether a layer says anything of a stage. */
export function speaksOf(layer: RecipeSection | null, slot: ModelSlot): boolean {
  return layer !== null && isSection(layer[slot]);
}

/** The slots a layer has sections for. */
export const slotsIn = (layer: RecipeSection | null): ModelSlot[] =>
  MODEL_SLOTS.filter((slot) => speaksOf(layer, slot));

export function isSection(value: unknown): value is RecipeSection {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
