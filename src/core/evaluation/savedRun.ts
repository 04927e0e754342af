/** A run read back from results.json: its rows and vectors, checked, without any model. */
import { decodeFloats } from '../results/base64';
import { readNpy } from '../results/npy';
import { resultsSchema, type Results } from '../results/schema';
import type { Row } from '../retrieval/rows';
import { fail, ok, type EmbeddingMatrix, type Result } from '../types';

export interface SavedRun {
  readonly results: Results;
  /** One per row of `matrix`. */
  readonly rows: readonly Row[];
  readonly matrix: EmbeddingMatrix;
}

export interface SavedRunError {
  readonly message: string;
}

/** The content of results.json, whatever form its vectors have. */
export function readRun(json: unknown): Result<Results, SavedRunError> {
  const parsed = resultsSchema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const key = issue?.path.join('.') ?? '';
  return fail({
    message: `not a results.json of this tool: ${key === '' ? '' : `"${key}": `}${issue?.message ?? 'unreadable'}`,
  });
}

/**
 * Reads results.json.
 * @param json the parsed file. @param npy bytes of the file that `embeddings.file` names, when there is one.
 */
export function openRun(json: unknown, npy?: Uint8Array): Result<SavedRun, SavedRunError> {
  const read = readRun(json);
  if (!read.ok) return read;
  const results = read.value;
  const { rows: count, dim } = results.embeddings;
  const vectors = readVectors(results, npy);
  if (!vectors.ok) return vectors;
  if (vectors.value.length !== count * dim) {
    return fail({
      message: `the embeddings hold ${vectors.value.length} values, not ${count} rows of ${dim}`,
    });
  }
  if (!vectors.value.every((x) => Number.isFinite(x))) {
    return fail({ message: 'the embeddings hold a value that is not a finite number' });
  }
  const rows: (Row | undefined)[] = Array.from({ length: count });
  for (const { path, dogs } of results.photos) {
    for (const { row, identity } of dogs) {
      if (row >= count || rows[row]) {
        return fail({ message: `row ${row} of ${path} is not a row of its own in the embeddings` });
      }
      rows[row] = { path, identity };
    }
  }
  const known = rows.filter((row) => row !== undefined);
  if (known.length !== count) {
    return fail({ message: `${count - known.length} of ${count} embeddings belong to no photo` });
  }
  return ok({ results, rows: known, matrix: { rows: count, dim, data: vectors.value } });
}

function readVectors(results: Results, npy?: Uint8Array): Result<Float32Array, SavedRunError> {
  const { data, file } = results.embeddings;
  try {
    if (data !== undefined) return ok(decodeFloats(data));
    if (npy) return ok(readNpy(npy).data);
  } catch (error) {
    return fail({ message: `the embeddings cannot be read: ${String(error)}` });
  }
  return fail({
    message:
      file === undefined
        ? 'results.json holds no embeddings and names no file of them'
        : `the embeddings are in ${file}, which must lie beside results.json`,
  });
}
