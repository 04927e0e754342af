/**
 * One pass over a query's gallery: where do its mates rank among all labelled rows but itself?
 * Order: similarity (float64) descending, path ascending, row. The float32 matrix decides wherever its values
 * differ (rounding keeps the order); equal values are settled by float64 dot products.
 */
import { dot } from '../retrieval/dots';
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import type { Labels } from './labels';

/** Pairs of rows that are left out of each other's gallery (bursts and near-duplicates). */
export interface PairFilter {
  readonly excludes: (i: number, j: number) => boolean;
}

export interface GallerySource {
  readonly matrix: EmbeddingMatrix;
  readonly similarity: SimilarityMatrix;
  readonly labels: Labels;
  /** `pathRanks` of the rows. */
  readonly ranks: Int32Array;
  readonly filter?: PairFilter | undefined;
}

/** Ranks (from 1, ascending) of the query's mates in its gallery; empty when it has none. */
export function mateRanks(source: GallerySource, query: number): Int32Array {
  const { matrix, similarity, labels, ranks, filter } = source;
  const { n, data } = similarity;
  const dog = labels.dogOf[query]!;
  const base = query * n;
  const open = (j: number): boolean => j !== query && !filter?.excludes(query, j);
  const mates = (labels.rowsOf[dog] ?? [])
    .filter(open)
    .map((row) => ({ row, exact: dot(matrix, query, row), single: data[base + row]! }));
  mates.sort((a, b) => b.exact - a.exact || ranks[a.row]! - ranks[b.row]!);
  const count = mates.length;
  if (count === 0) return new Int32Array(0);
  const single = Float32Array.from(mates, (mate) => mate.single);
  const lowest = single[count - 1]!;

  /** Whether row j comes before the mate at `at`, for equal float32 values. */
  const before = (j: number, at: number): boolean => {
    const exact = dot(matrix, query, j);
    const mate = mates[at]!;
    if (exact !== mate.exact) return exact > mate.exact;
    return ranks[j]! < ranks[mate.row]!;
  };
  // ahead[m]: strangers that come before mate m but not before mate m - 1.
  const ahead = new Int32Array(count);
  const { labelled, dogOf } = labels;
  for (let x = 0; x < labelled.length; x++) {
    const j = labelled[x]!;
    const s = data[base + j]!;
    if (s < lowest || dogOf[j] === dog || (filter && !open(j))) continue;
    // First mate that is not above s ...
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (single[middle]! > s) low = middle + 1;
      else high = middle;
    }
    // ... and among equals the first that j comes before.
    while (low < count && single[low] === s && !before(j, low)) low++;
    if (low < count) ahead[low]!++;
  }
  const result = new Int32Array(count);
  let strangers = 0;
  for (let m = 0; m < count; m++) {
    strangers += ahead[m]!;
    result[m] = strangers + m + 1;
  }
  return result;
}
