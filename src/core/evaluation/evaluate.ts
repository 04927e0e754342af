/** Every figure of metrics.json from the embeddings of one run. */
import { METRICS_SCHEMA, type Figure, type Metrics } from '../results/schema';
import { assertFinite } from '../retrieval/dots';
import { pathRanks, type Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { given, plural, refused } from './figure';
import type { GallerySource } from './gallery';
import { scoreQueries, type QueryScore } from './identification';
import { labelRows, type Labels } from './labels';
import { equalErrorRate, rocAuc, tarAtFar } from './roc';
import { countPairs, type PairCounts } from './scoreSplit';

export interface EvaluateRequest {
  readonly matrix: EmbeddingMatrix;
  /** One per row of `matrix`. */
  readonly rows: readonly Row[];
  readonly counts: {
    readonly photos: number;
    readonly embedded: number;
    readonly noDog: number;
    readonly failed: number;
  };
  /** The similarity matrix of `matrix`, when it is already there. */
  readonly similarity?: SimilarityMatrix | undefined;
}

/** FARs at which TAR is given. */
export const FAR_TARGETS = ['0.1', '0.01', '0.001'] as const;

/**
 * Identification, verification and their counts. A figure that may not be given carries its reason.
 * @throws RangeError when `rows` and `matrix` do not fit or an embedding is not finite.
 */
export function evaluate(request: EvaluateRequest): Metrics {
  const { matrix, rows, counts } = request;
  if (rows.length !== matrix.rows) {
    throw new RangeError(`${rows.length} rows named for a matrix of ${matrix.rows}`);
  }
  assertFinite(matrix);
  const labels = labelRows(rows);
  const similarity = request.similarity ?? similarityMatrix(matrix);
  const source: GallerySource = { matrix, similarity, labels, ranks: pathRanks(rows) };
  const queries = scoreQueries(source);
  const pairs = countPairs(source);
  return {
    schema: METRICS_SCHEMA,
    counts: { ...counts, dogs: labels.dogs.length, queries: queries.length },
    identification: identificationFigures(queries, labels),
    verification: verificationFigures(pairs, labels),
  };
}

function identificationFigures(
  queries: readonly QueryScore[],
  labels: Labels,
): Metrics['identification'] {
  const micro = (score: (query: QueryScore) => number): Figure =>
    queries.length === 0
      ? refused(noQueries(labels))
      : given(
          queries.reduce((sum, query) => sum + score(query), 0) / queries.length,
          queries.length,
        );
  const recall = (k: number): Figure => micro(({ firstRank }) => (firstRank <= k ? 1 : 0));
  return {
    recallAt1: recall(1),
    recallAt5: recall(5),
    recallAt10: recall(10),
    mAP: micro(({ averagePrecision }) => averagePrecision),
    mapAtR: micro(({ precisionAtR }) => precisionAtR),
  };
}

function verificationFigures(pairs: PairCounts, labels: Labels): Metrics['verification'] {
  const { genuinePairs, impostorPairs } = pairs;
  const noGenuine = genuinePairs === 0 ? noQueries(labels) : null;
  const noImpostor = impostorPairs === 0 ? noImpostors(labels) : null;
  const missing = noGenuine ?? noImpostor;
  const both = (value: () => number, n: number): Figure =>
    missing === null ? given(value(), n) : refused(missing);
  const tar = (target: (typeof FAR_TARGETS)[number]): Figure => {
    const far = Number(target);
    const needed = 10 / far;
    if (missing === null && impostorPairs < needed) {
      return refused(
        `FAR ${far * 100} % needs at least ${needed} impostor pairs; there are ${impostorPairs}.`,
      );
    }
    return both(() => tarAtFar(pairs, far), genuinePairs);
  };
  return {
    genuinePairs,
    impostorPairs,
    genuineMean:
      noGenuine === null
        ? given(pairs.genuineSum / genuinePairs, genuinePairs)
        : refused(noGenuine),
    impostorMean:
      noImpostor === null
        ? given(pairs.impostorSum / impostorPairs, impostorPairs)
        : refused(noImpostor),
    auc: both(() => rocAuc(pairs), genuinePairs + impostorPairs),
    eer: both(() => equalErrorRate(pairs), genuinePairs + impostorPairs),
    tarAtFar: { '0.1': tar('0.1'), '0.01': tar('0.01'), '0.001': tar('0.001') },
  };
}

const noLabels =
  'No embedded photo belongs to a dog: put the photos of each dog in a folder of its own.';

function noQueries(labels: Labels): string {
  if (labels.dogs.length === 0) return noLabels;
  return `No dog has two embedded photos (${plural(labels.dogs.length, 'dog')} with one).`;
}

function noImpostors(labels: Labels): string {
  if (labels.dogs.length === 0) return noLabels;
  return 'Only one dog has an embedded photo: there is no pair of different dogs.';
}
