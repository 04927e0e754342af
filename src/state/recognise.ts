/** What was dropped or picked: a folder of photos, a saved run, its vectors, or a list of names. */
import { hasImageExtension } from '../core/intake/folder';
import { RESULTS_SCHEMA } from '../core/results/schema';
import type { FolderFile } from './model';

export type Taken =
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly json: unknown;
      /** Bytes of the .npy beside it, where there is one. */
      readonly npy: Uint8Array | undefined;
    }
  | { readonly kind: 'vectors'; readonly bytes: Uint8Array }
  | { readonly kind: 'names'; readonly file: string; readonly text: string }
  | { readonly kind: 'strange'; readonly message: string };

/** Where the headless run draws what it saw: pictures, but no photos. */
const DRAWN = /^debug\//;

/**
 * A folder with photos is a folder of photos, whatever else lies in it. Without photos: a results.json at its root
 * (or alone) is a saved run, a single .csv a list of names, a single .npy the vectors of a run.
 */
export async function recognise(files: readonly FolderFile[]): Promise<Taken> {
  if (files.some(({ path }) => hasImageExtension(path) && !DRAWN.test(path))) {
    return { kind: 'folder' };
  }
  const root = files.filter(({ path }) => !path.includes('/'));
  const ending = (end: string): FolderFile[] =>
    root.filter(({ path, file }) => file !== null && path.toLowerCase().endsWith(end));
  const candidates = ending('.json').sort(
    (a, b) => Number(b.path === 'results.json') - Number(a.path === 'results.json'),
  );
  for (const { path, file } of candidates) {
    const json = await parsed(file);
    if (!isRun(json)) continue;
    return { kind: 'run', file: path, json, npy: await vectorsOf(json, ending('.npy')) };
  }
  const [only, ...others] = files;
  if (only?.file == null || others.length > 0) return { kind: 'folder' };
  if (ending('.csv').length === 1) {
    return { kind: 'names', file: only.path, text: await only.file.text() };
  }
  if (ending('.npy').length === 1) return { kind: 'vectors', bytes: await bytesOf(only.file) };
  if (candidates.length === 1) {
    return {
      kind: 'strange',
      message: `“${only.path}” is no results.json of this tool. Choose one that was exported here or written by the headless run.`,
    };
  }
  return { kind: 'folder' };
}

/** The file that results.json names, or the only one there is. */
async function vectorsOf(
  json: unknown,
  found: readonly FolderFile[],
): Promise<Uint8Array | undefined> {
  const named = (json as { embeddings?: { file?: unknown; data?: unknown } }).embeddings;
  if (named?.data !== undefined) return undefined;
  const match = found.find(({ path }) => path === named?.file);
  return match?.file ? bytesOf(match.file) : undefined;
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

async function parsed(file: Blob | null): Promise<unknown> {
  try {
    return file === null ? null : JSON.parse(await file.text());
  } catch {
    return null;
  }
}

const isRun = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'schema' in json && json.schema === RESULTS_SCHEMA;
