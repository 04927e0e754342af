/** Where each value of a recipe comes from: a card that shows a number also says who vouches for it. */
import { knownKeypointNames } from '../recipe/roles';
import { told, type GraphFacts } from '../recipe/resolve';
import type { ModelSlot, Recipe } from '../recipe/schema';
import { isSection, type RecipeLayers, type RecipeSection } from './layers';

/**
 * `file`: the model says so. `recipe`: the pipeline.json beside it. `manifest`: its embedding.json. `page`: set by
 * hand. `bundled`: the bundled model's recipe. `default`: the app's own rule where nobody said otherwise.
 * `assumed`: concluded from a number of keypoints or a lone class.
 */
export type FactSource =
  'file' | 'recipe' | 'manifest' | 'page' | 'bundled' | 'default' | 'assumed';

export interface RecipeFact {
  readonly key: string;
  readonly value: unknown;
  readonly source: FactSource;
}

/** Every value of a section but the file's name, with its source. `facts` is undefined for a bundled model. */
export function sectionFacts(
  recipe: Recipe,
  slot: ModelSlot | 'crop',
  layers: RecipeLayers,
  facts: GraphFacts | undefined,
): RecipeFact[] {
  const sections: readonly (readonly [FactSource, unknown])[] = [
    ['page', layers.answers?.[slot]],
    ['recipe', layers.given?.[slot]],
    ['manifest', slot === 'embedder' ? layers.manifest : undefined],
  ];
  const own = slot === 'crop' || facts === undefined ? {} : told(slot, facts);
  const bundled = facts === undefined;
  return Object.entries(recipe[slot])
    .filter(([key]) => key !== 'file')
    .map(([key, value]) => {
      const said = sections.find(([, section]) => isSection(section) && key in section)?.[0];
      const source: FactSource =
        said ?? (key in own ? fromFile(slot, key, own, facts) : bundled ? 'bundled' : 'default');
      return { key, value: value as unknown, source };
    });
}

/** Names and roles that only the number of keypoints suggests, and a dog that is a lone class of another name, are assumptions. */
function fromFile(
  slot: ModelSlot | 'crop',
  key: string,
  own: RecipeSection,
  facts: GraphFacts | undefined,
): FactSource {
  if (slot === 'keypoint' && (key === 'names' || key === 'roles')) {
    const count = facts?.keypointCount;
    const guessed = facts?.keypointNames === undefined && count !== undefined;
    return guessed && knownKeypointNames(count) !== null ? 'assumed' : 'file';
  }
  if (slot === 'detector' && key === 'classes') {
    const classes = own['classes'];
    const named = Array.isArray(classes) && classes.some((name) => /^dog$/i.test(String(name)));
    return named ? 'file' : 'assumed';
  }
  return slot === 'embedder' && key === 'l2' ? 'default' : 'file';
}
