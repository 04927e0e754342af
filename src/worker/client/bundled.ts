/** The models served with the page. */
import { parseRecipe } from '../../core/recipe/parse';
import { MODEL_SLOTS, type ModelSlot } from '../../core/recipe/schema';
import { sha256Hex } from '../../core/sha256';
import { fail, ok, type Result } from '../../core/types';
import type { ModelBundle, ModelFile, PrepareProgress, SetupError } from '../contract';

const MODELS_URL = `${import.meta.env.BASE_URL}models/`;

/** Fetches recipe and files and checks every hash against the recipe. Never rejects. */
export async function fetchBundled(
  onProgress: (progress: PrepareProgress) => void,
): Promise<Result<ModelBundle, SetupError>> {
  try {
    const recipe = parseRecipe(await (await get('pipeline.json')).text());
    if (!recipe.ok) return fail({ slot: null, message: recipe.error.message });
    const files: Record<ModelSlot, ModelFile | null> = {
      detector: null,
      keypoint: null,
      embedder: null,
    };
    let done = 0;
    onProgress({ step: 'download', done, total: MODEL_SLOTS.length });
    for (const slot of MODEL_SLOTS) {
      const name = recipe.value[slot].file;
      const response = await get(`onnx/${name}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const sha256 = await hash(bytes);
      const expected = recipe.value.sha256[slot];
      if (expected !== undefined && expected !== sha256) {
        return fail({
          slot,
          message: `${name} is not the file that pipeline.json names (sha256 differs). Build the app again.`,
        });
      }
      files[slot] = { name, bytes, sha256 };
      done += 1;
      onProgress({ step: 'download', done, total: MODEL_SLOTS.length });
    }
    return ok({ recipe: recipe.value, files });
  } catch (error) {
    return fail({ slot: null, message: error instanceof Error ? error.message : String(error) });
  }
}

async function get(path: string): Promise<Response> {
  const url = `${MODELS_URL}${path}`;
  const response = await fetch(url);
  // A static host may answer a missing file with its start page.
  const html = response.headers.get('content-type')?.includes('text/html') ?? false;
  if (!response.ok || html) {
    throw new Error(
      `${url} is not there (${html ? 'the server sent a web page' : `status ${response.status}`}). The models folder must be served with the page.`,
    );
  }
  return response;
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Absent outside https and localhost, whatever the types say.
  const subtle = (crypto as { readonly subtle?: SubtleCrypto }).subtle;
  if (subtle === undefined) return sha256Hex(bytes);
  const digest = await subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
