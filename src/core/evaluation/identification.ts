/**
 * Identification (1:N): Recall@K, average precision and AP@R of every query.
 * Queries: labelled rows whose dog has at least two rows. Gallery: all labelled rows but the query.
 * AP = (1/R) sum of P(k) over the ranks k of the R mates; AP@R the same sum over k <= R only
 * (Musgrave, Belongie, Lim, "A Metric Learning Reality Check", 2020).
 */
import { mateRanks, type GallerySource } from './gallery';

export interface QueryScore {
  readonly row: number;
  /** Index of the dog in `Labels.dogs`. */
  readonly dog: number;
  /** Rank of the nearest mate, from 1: Recall@K holds when it is <= K. */
  readonly firstRank: number;
  readonly averagePrecision: number;
  readonly precisionAtR: number;
  /** Number of mates in the gallery. */
  readonly mates: number;
}

/**
 * The scores of every query, rows ascending.
 * @param wanted scores only these rows, when given.
 */
export function scoreQueries(
  source: GallerySource,
  wanted: (row: number) => boolean = () => true,
): QueryScore[] {
  const { labels } = source;
  const scores: QueryScore[] = [];
  for (const row of labels.labelled) {
    const dog = labels.dogOf[row]!;
    if (labels.rowsOf[dog]!.length < 2 || !wanted(row)) continue;
    const ranks = mateRanks(source, row);
    if (ranks.length > 0) scores.push(scoreOf(row, dog, ranks));
  }
  return scores;
}

function scoreOf(row: number, dog: number, ranks: Int32Array): QueryScore {
  const mates = ranks.length;
  let all = 0;
  let withinR = 0;
  for (let m = 0; m < mates; m++) {
    const precision = (m + 1) / ranks[m]!;
    all += precision;
    if (ranks[m]! <= mates) withinR += precision;
  }
  return {
    row,
    dog,
    firstRank: ranks[0]!,
    averagePrecision: all / mates,
    precisionAtR: withinR / mates,
    mates,
  };
}
