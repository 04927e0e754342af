import { compareCodePoints } from '../codePoints';

/** A row of the embedding matrix: the photo it came from and its dog, or null when the photo has no label. */
export interface Row {
  readonly path: string;
  readonly identity: string | null;
}

/**
 * The place of every row in path order: `ranks[i] < ranks[j]` when row i comes first by (path, row index).
 * The tie-break of every ranking here.
 */
export function pathRanks(rows: readonly Row[]): Int32Array {
  const order = Array.from(rows.keys());
  order.sort((a, b) => compareCodePoints(rows[a]!.path, rows[b]!.path) || a - b);
  const ranks = new Int32Array(rows.length);
  order.forEach((row, rank) => (ranks[row] = rank));
  return ranks;
}
