/**
 * The whole report on a run, the same for page and headless run: figures, threshold table, causes of failure and the
 * mislabel queue. Names come with the records; the reviewer's decisions are applied on top of them.
 */
import type { PhotoRecord } from '../results/schema';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { blame, type BlameReport } from './blame';
import { withDecisions, type Decision } from './decisions';
import { evaluateRun, type EvaluateRequest, type FullMetrics } from './evaluate';
import { reviewQueue, type Suspicion } from './mislabels';
import { runStatistics } from './statistics';
import type { ThresholdTable } from './thresholds';
import type { TruthPhoto } from './truth';

export interface ReportRequest {
  readonly matrix: EmbeddingMatrix;
  /** One per row of `matrix`, by the names that came with the photos. */
  readonly rows: readonly Row[];
  /** Every photo of the run, with its part in the protocol. */
  readonly photos: readonly PhotoRecord[];
  readonly counts: EvaluateRequest['counts'];
  readonly similarity?: SimilarityMatrix | undefined;
  /** Colour histograms row by row, or null where the chips are not at hand. */
  readonly colours: EmbeddingMatrix | null;
  readonly truth: readonly TruthPhoto[] | null;
  readonly decisions: readonly Decision[];
  readonly intervals: 'auto' | boolean;
  /** `done` of `total` steps of the whole report, up to `total`. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The content of metrics.json. */
export interface RunMetrics extends FullMetrics {
  /** Every failed query with its cause. */
  blame: BlameReport;
  /** Photos and pairs whose label is doubtful, most suspicious first, by the names that came with the photos. */
  mislabels: readonly Suspicion[];
}

export interface Report {
  readonly metrics: RunMetrics;
  /** Exact counts for every position of a threshold slider. */
  readonly table: ThresholdTable;
}

export function reportRun(request: ReportRequest): Report {
  const { matrix, counts, truth, decisions } = request;
  const similarity = request.similarity ?? similarityMatrix(matrix);
  const { rows, photos } = withDecisions(request, decisions);
  let [done, total] = [0, REPORT_STEPS];
  const step = (): void => request.onProgress?.(++done, total);
  const { metrics, statistics, table, bursts } = evaluateRun({
    matrix,
    rows,
    counts,
    similarity,
    photos,
    colours: request.colours ?? undefined,
    ...protocolOf(rows, photos),
    options: { intervals: request.intervals },
    onProgress: (finished, of) => {
      [done, total] = [finished, of + REPORT_STEPS];
      request.onProgress?.(done, total);
    },
  });
  // By the names that came, whatever was decided: so the queue keeps its order while it is worked off.
  const named =
    decisions.length === 0 ? statistics : runStatistics(matrix, request.rows, similarity);
  const mislabels = reviewQueue(named, request.rows, { bursts });
  step();
  const causes = blame({ run: statistics, rows, photos, truth: truth ?? undefined, bursts });
  step();
  return { table, metrics: { ...metrics, blame: causes, mislabels } };
}

/** Steps after the evaluation: the mislabel queue and the causes. */
const REPORT_STEPS = 2;

/** Splits of the rows where photos are divided, and the dogs that are marked as seen in training. */
function protocolOf(
  rows: readonly Row[],
  photos: readonly PhotoRecord[],
): Pick<EvaluateRequest, 'splits' | 'seen'> {
  const splitOf = new Map(photos.map(({ path, split }) => [path, split ?? null]));
  const divided = photos.some(({ split }) => split === 'query' || split === 'gallery');
  const seen = photos.flatMap(({ identity, split }) =>
    split === 'train' && identity !== null ? [identity] : [],
  );
  return {
    splits: divided ? rows.map(({ path }) => splitOf.get(path) ?? null) : undefined,
    seen: seen.length > 0 ? new Set(seen) : undefined,
  };
}
