/** The verdict on a run: figures with intervals, the table behind the threshold, causes of failure and the queue. */
import { blame } from '../core/evaluation/blame';
import { applyDecisions } from '../core/evaluation/decisions';
import { burstsOf, evaluateRun } from '../core/evaluation/evaluate';
import { reviewQueue } from '../core/evaluation/mislabels';
import { runStatistics } from '../core/evaluation/statistics';
import type { PhotoRecord } from '../core/results/schema';
import { similarityMatrix } from '../core/retrieval/similarity';
import type { EmbeddingMatrix } from '../core/types';
import type { VerdictReport, VerdictRequest } from './contract';

/**
 * @param colours histograms of the chips, row by row, or null where they are not at hand.
 * @param onProgress `done` of `total` steps; the bootstrap takes most of them.
 */
export function judge(
  request: VerdictRequest,
  colours: EmbeddingMatrix | null,
  onProgress: (done: number, total: number) => void,
): VerdictReport {
  const { dim, embeddings, counts, truth, decisions } = request;
  const matrix = { rows: request.rows.length, dim, data: embeddings };
  const similarity = similarityMatrix(matrix);
  const { rows } = applyDecisions(request.rows, decisions);
  const photos = relabelled(request.photos, new Map(rows.map((row) => [row.path, row.identity])));
  const { metrics, statistics, table } = evaluateRun({
    matrix,
    rows,
    counts,
    similarity,
    photos,
    colours: colours ?? undefined,
    onProgress,
  });
  const bursts = burstsOf(rows, photos);
  const report = blame({ run: statistics, rows, photos, truth: truth ?? undefined, bursts });
  // By the folder's own names, whatever was decided: so the queue keeps its order while it is worked off.
  const queue = request.queue
    ? reviewQueue(
        decisions.length === 0 ? statistics : runStatistics(matrix, request.rows, similarity),
        request.rows,
        { bursts },
      )
    : null;
  return { metrics, table, blame: report, queue };
}

/** Photos with the names that the reviewer gave them. */
function relabelled(
  photos: readonly PhotoRecord[],
  names: ReadonlyMap<string, string | null>,
): PhotoRecord[] {
  return photos.map((photo) => {
    const identity = names.get(photo.path);
    return identity === undefined || photo.identity === null || identity === photo.identity
      ? photo
      : { ...photo, identity };
  });
}
