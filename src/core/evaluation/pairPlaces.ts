/**
 * The place of every pair, laid out dog by dog, so that a bootstrap draw can count all pairs again with other
 * weights in one straight walk. 4 bytes a pair: 50 MB for 5,000 photos.
 */
import { dot } from '../retrieval/dots';
import {
  exactPlace,
  visitImpostors,
  type PairCounts,
  type PairSource,
  type ScoreSplit,
} from './pairs';

export interface PairPlaces {
  readonly cuts: Float64Array;
  /** Cut indices of the genuine pairs of each dog. */
  readonly genuine: readonly Int32Array[];
  /** Places of the impostor pairs, block (a, b) for dogs a < b at `blockStart(a, b)`. */
  readonly impostors: Int32Array;
  /** Photos per dog and the running total before each dog. */
  readonly sizes: Int32Array;
  readonly before: Int32Array;
  /** Start of the blocks of dog a. */
  readonly start: Float64Array;
}

/** @param leftOut pairs that do not count (bursts). */
export function pairPlaces(
  source: PairSource,
  { cuts }: PairCounts,
  leftOut: Iterable<readonly [number, number]> = [],
): PairPlaces {
  const { matrix, labels } = source;
  const dogs = labels.dogs.length;
  const sizes = Int32Array.from(labels.rowsOf, (rows) => rows.length);
  const before = new Int32Array(dogs + 1);
  for (let d = 0; d < dogs; d++) before[d + 1] = before[d]! + sizes[d]!;
  const total = before[dogs]!;
  const start = new Float64Array(dogs + 1);
  for (let d = 0; d < dogs; d++) start[d + 1] = start[d]! + sizes[d]! * (total - before[d + 1]!);
  const impostors = new Int32Array(start[dogs]!);

  /** Number of a row within its dog. */
  const inDog = new Int32Array(matrix.rows);
  labels.rowsOf.forEach((rows) => rows.forEach((row, x) => (inDog[row] = x)));
  const slot = (i: number, j: number): number => {
    const swap = labels.dogOf[i]! > labels.dogOf[j]!;
    const p = swap ? j : i;
    const q = swap ? i : j;
    const a = labels.dogOf[p]!;
    const b = labels.dogOf[q]!;
    return blockStart({ sizes, before, start }, a, b) + inDog[p]! * sizes[b]! + inDog[q]!;
  };
  visitImpostors(source, cuts, (i, j, place) => (impostors[slot(i, j)] = place));

  const away = 2 * cuts.length + 1;
  const awayWithin = new Set<number>();
  for (const [i, j] of leftOut) {
    const dog = labels.dogOf[i]!;
    if (dog < 0 || labels.dogOf[j]! < 0) continue;
    if (labels.dogOf[j] === dog) awayWithin.add(Math.min(i, j) * matrix.rows + Math.max(i, j));
    else impostors[slot(i, j)] = away;
  }
  const genuine = labels.rowsOf.map((rows) => {
    const list: number[] = [];
    rows.forEach((i, x) => {
      for (const j of rows.slice(x + 1)) {
        if (!awayWithin.has(i * matrix.rows + j)) {
          list.push((exactPlace(cuts, dot(matrix, i, j)) - 1) / 2);
        }
      }
    });
    return Int32Array.from(list);
  });
  return { cuts, genuine, impostors, sizes, before, start };
}

/** The weighted counts of one draw. The buffers are reused by the next call with the same `into`. */
export function weighPairs(places: PairPlaces, times: Int32Array, into: ScoreSplit): void {
  const { genuine, impostors, sizes } = places;
  into.genuine.fill(0);
  into.impostors.fill(0);
  genuine.forEach((list, d) => {
    const weight = times[d]!;
    if (weight > 0) for (let p = 0; p < list.length; p++) into.genuine[list[p]!]! += weight;
  });
  const bins = into.impostors;
  for (let a = 0; a < times.length; a++) {
    if (times[a] === 0) continue;
    for (let b = a + 1; b < times.length; b++) {
      const weight = times[a]! * times[b]!;
      if (weight === 0) continue;
      const from = blockStart(places, a, b);
      const to = from + sizes[a]! * sizes[b]!;
      // The last bin takes pairs that were left out.
      for (let p = from; p < to; p++) bins[impostors[p]!]! += weight;
    }
  }
}

/** Room for `weighPairs`: one bin more than a split needs, for pairs that were left out. */
export function weightBuffers({ cuts }: PairPlaces): ScoreSplit {
  return {
    cuts,
    genuine: new Float64Array(cuts.length),
    impostors: new Float64Array(2 * cuts.length + 2),
  };
}

function blockStart(
  { sizes, before, start }: Pick<PairPlaces, 'sizes' | 'before' | 'start'>,
  a: number,
  b: number,
): number {
  return start[a]! + sizes[a]! * (before[b]! - before[a + 1]!);
}
