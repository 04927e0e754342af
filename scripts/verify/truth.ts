/** `truth.json` at the folder's root, where there is one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTruth, type TruthPhoto } from '../../src/core/evaluation/truth';

/** A file of that name that holds something else is no error: it is said, and nothing is judged by it. */
export async function readTruth(
  root: string,
): Promise<{ photos: readonly TruthPhoto[] | null; notes: readonly string[] }> {
  const text = await readFile(join(root, 'truth.json'), 'utf8').catch(() => null);
  if (text === null) return { photos: null, notes: [] };
  try {
    const photos = parseTruth(JSON.parse(text));
    if (photos !== null) return { photos, notes: [] };
  } catch {
    // Told below.
  }
  return { photos: null, notes: ['truth.json is not a list of photos: no cause is judged by it'] };
}
