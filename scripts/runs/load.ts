/** Reads a run from a run folder or from a results.json. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openRun, type SavedRun } from '../../src/core/evaluation/savedRun';
import { UsageError } from '../verify/errors';

/** @throws UsageError naming the file when it is missing or is no run. */
export async function loadRun(path: string): Promise<SavedRun> {
  const info = await stat(path).catch(() => null);
  if (!info) throw new UsageError(`"${path}" does not exist`);
  const file = info.isDirectory() ? join(path, 'results.json') : path;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    throw new UsageError(
      `"${path}" holds no results.json: give a folder written by npm run verify -- ... --out`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`"${file}" is not JSON`);
  }
  const run = openRun(json, await vectorsBeside(json, dirname(file)));
  if (!run.ok) throw new UsageError(`"${file}": ${run.error.message}`);
  return run.value;
}

/** The .npy file that results.json names. Only a plain file name is followed: it lies beside results.json. */
async function vectorsBeside(json: unknown, folder: string): Promise<Uint8Array | undefined> {
  const file = (json as { embeddings?: { file?: unknown } } | null)?.embeddings?.file;
  if (typeof file !== 'string' || basename(file) !== file) return undefined;
  return readFile(join(folder, file)).catch(() => undefined);
}
