/** The orders in which a library may meet the photos. */
import { seededRandom, shuffled } from '../evaluation/random';
import { pathRanks, type Row } from '../retrieval/rows';

/**
 * By date of the exposure, photos without one afterwards; equals by path, dogs of one photo by row.
 * @param takenAt date of a path (`YYYY-MM-DDTHH:MM:SS`), or null.
 */
export function uploadOrder(
  rows: readonly Row[],
  takenAt: (path: string) => string | null,
): Int32Array {
  const ranks = pathRanks(rows);
  // Above every date: photos without one come last.
  const dates = rows.map(({ path }) => takenAt(path) ?? '~');
  return Int32Array.from(rows.keys()).sort((a, b) => {
    if (dates[a] !== dates[b]) return dates[a]! < dates[b]! ? -1 : 1;
    return ranks[a]! - ranks[b]!;
  });
}

/** `count` random orders of all rows. */
export function randomOrders(faces: number, count: number, seed: number): Int32Array[] {
  const next = seededRandom(seed);
  return Array.from({ length: count }, () => shuffled(faces, next));
}
