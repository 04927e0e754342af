/** Gallery rankings. The query itself is never in its own gallery. Order: similarity descending, path ascending, row. */
import type { QueryRecord } from '../results/schema';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { compareCodePoints } from '../codePoints';
import { assertFinite, dot } from './dots';
import { pathRanks, type Row } from './rows';
import { similarityMatrix } from './similarity';

/** One gallery entry of a query; `rank` counts from 1, `similarity` is the float64 dot product. */
export interface RankedMatch {
  readonly row: number;
  readonly similarity: number;
  readonly rank: number;
}

/**
 * The k nearest rows of every row: `result[i * k + r]` is the row at rank r + 1, -1 where the gallery is smaller.
 * Exact: candidates come from the float32 matrix, their order from float64 dot products.
 * @param similarity the matrix of `m` when it is already there; computed here otherwise.
 */
export function topK(
  m: EmbeddingMatrix,
  rows: readonly Row[],
  k: number,
  similarity: SimilarityMatrix = similarityMatrix(m),
): Int32Array {
  assertRows(m, rows, k);
  const ranks = pathRanks(rows);
  const result = new Int32Array(m.rows * k).fill(-1);
  for (let i = 0; i < m.rows; i++) {
    nearest(m, similarity, ranks, i, k).forEach((match, r) => (result[i * k + r] = match.row));
  }
  return result;
}

/** The k best of the whole gallery of one query. */
export function rankGallery(
  m: EmbeddingMatrix,
  rows: readonly Row[],
  query: number,
  k: number,
): RankedMatch[] {
  assertRows(m, rows, k);
  assertFinite(m);
  const n = m.rows;
  const ranks = pathRanks(rows);
  const scores = new Float64Array(n);
  for (let j = 0; j < n; j++) scores[j] = dot(m, query, j);
  const order = Array.from(rows.keys()).filter((j) => j !== query);
  order.sort((a, b) => scores[b]! - scores[a]! || ranks[a]! - ranks[b]!);
  return order.slice(0, k).map((row, r) => ({ row, similarity: scores[row]!, rank: r + 1 }));
}

/** One query per dog: the first photo of each identity in path order, dogs in code-point order. */
export function firstRowPerDog(rows: readonly Row[]): number[] {
  const ranks = pathRanks(rows);
  const first = new Map<string, number>();
  rows.forEach((row, i) => {
    if (row.identity === null) return;
    const known = first.get(row.identity);
    if (known === undefined || ranks[i]! < ranks[known]!) first.set(row.identity, i);
  });
  return [...first.entries()].sort(([a], [b]) => compareCodePoints(a, b)).map(([, row]) => row);
}

/**
 * `queries` of results.json: one per dog, its first embedded photo in path order, with its k best matches
 * among all other rows (photos without a label included: they are shown, never scored).
 * @param neighbours the result of `topK` with the same k, when it is already there.
 */
export function queriesOnePerDog(
  m: EmbeddingMatrix,
  rows: readonly Row[],
  k: number,
  neighbours?: Int32Array,
): QueryRecord[] {
  assertRows(m, rows, k);
  return firstRowPerDog(rows).map((query) => {
    const matches = neighbours
      ? Array.from(neighbours.subarray(query * k, (query + 1) * k))
          .filter((row) => row >= 0)
          .map((row, r) => ({ row, similarity: dot(m, query, row), rank: r + 1 }))
      : rankGallery(m, rows, query, k);
    const { identity, path } = rows[query]!;
    return {
      identity: identity ?? '',
      path,
      matches: matches.map(({ row, similarity, rank }) => ({
        path: rows[row]!.path,
        identity: rows[row]!.identity,
        similarity,
        rank,
      })),
    };
  });
}

function nearest(
  m: EmbeddingMatrix,
  similarity: SimilarityMatrix,
  ranks: Int32Array,
  query: number,
  k: number,
): RankedMatch[] {
  const { n, data } = similarity;
  const size = Math.min(k, n - 1);
  if (size <= 0) return [];
  const base = query * n;
  // The k-th best float32 value: a short sorted list, most candidates fail the first comparison.
  const best = new Float32Array(size).fill(-Infinity);
  for (let j = 0; j < n; j++) {
    const s = data[base + j]!;
    if (s <= best[size - 1]! || j === query) continue;
    let at = size - 1;
    while (at > 0 && best[at - 1]! < s) {
      best[at] = best[at - 1]!;
      at--;
    }
    best[at] = s;
  }
  const floor = best[size - 1]!;
  const candidates: { row: number; similarity: number }[] = [];
  for (let j = 0; j < n; j++) {
    if (j !== query && data[base + j]! >= floor) {
      candidates.push({ row: j, similarity: dot(m, query, j) });
    }
  }
  candidates.sort((a, b) => b.similarity - a.similarity || ranks[a.row]! - ranks[b.row]!);
  return candidates
    .slice(0, size)
    .map(({ row, similarity: s }, r) => ({ row, similarity: s, rank: r + 1 }));
}

function assertRows(m: EmbeddingMatrix, rows: readonly Row[], k: number): void {
  if (rows.length !== m.rows) {
    throw new RangeError(`${rows.length} rows named for a matrix of ${m.rows}`);
  }
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a positive integer, not ${k}`);
}
