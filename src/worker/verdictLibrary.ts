/** The photo library's clustering, rehearsed over a run. */
import { rehearse, type Rehearsal } from '../core/immich/rehearse';
import { similarityMatrix } from '../core/retrieval/similarity';
import type { RehearsalRequest } from './contract';

export function rehearseRun(
  { rows, dim, embeddings, taken, settings, sweep }: RehearsalRequest,
  onProgress: (done: number, total: number) => void,
): Rehearsal {
  const matrix = { rows: rows.length, dim, data: embeddings };
  const faces = { matrix, rows, similarity: similarityMatrix(matrix) };
  const dates = new Map(taken);
  return rehearse(faces, (path) => dates.get(path) ?? null, {
    settings,
    onProgress,
    ...(sweep ? {} : { maxDistances: [] }),
  });
}
