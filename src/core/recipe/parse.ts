import { fail, ok, type Result } from '../types';
import { recipeSchema, type Recipe } from './schema';

/** Why a recipe was refused: the key (dotted path, empty for the whole file) and a sentence. */
export interface RecipeError {
  readonly key: string;
  readonly message: string;
}

/** Reads a recipe from JSON text. Never throws. */
export function parseRecipe(text: string): Result<Recipe, RecipeError> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail({ key: '', message: `pipeline.json is not JSON: ${String(error)}` });
  }
  return validateRecipe(json);
}

/** Checks a parsed recipe and fills in defaults. */
export function validateRecipe(json: unknown): Result<Recipe, RecipeError> {
  const parsed = recipeSchema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const key = issue ? issue.path.join('.') : '';
  const what = issue ? issue.message : 'unreadable';
  return fail({ key, message: `pipeline.json: ${key === '' ? 'the file' : `"${key}"`}: ${what}` });
}
