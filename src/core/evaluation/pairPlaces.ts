/**
 * The dogs of every pair, sorted by the place of its similarity, so that a bootstrap draw counts all pairs again
 * with other weights in one straight walk. 4 bytes a pair: 50 MB for 5,000 photos.
 */
import { dot } from '../retrieval/dots';
import { exactPlace, visitImpostors, type ScoreSplit } from './pairs';
import type { RunStatistics } from './statistics';

export interface PairPlaces {
  readonly cuts: Float64Array;
  /** Impostor pairs by place: the pairs at place p are `start[p]` to `start[p + 1]`. */
  readonly start: Int32Array;
  /** The two dogs of each impostor pair. */
  readonly dogA: Uint16Array;
  readonly dogB: Uint16Array;
  /** Cut and dog of each genuine pair. */
  readonly genuineCut: Int32Array;
  readonly genuineDog: Uint16Array;
}

/** @throws RangeError for more than 65,535 dogs. */
export function pairPlaces({ source, labels, pairs, leftOut }: RunStatistics): PairPlaces {
  const { matrix } = source;
  if (labels.dogs.length > 0xffff) throw new RangeError('intervals over more than 65,535 dogs');
  const away = new Set(leftOut.map(([i, j]) => i * matrix.rows + j));
  const { cuts, impostors } = pairs;
  const start = new Int32Array(impostors.length + 1);
  for (let place = 0; place < impostors.length; place++) {
    start[place + 1] = start[place]! + impostors[place]!;
  }
  const next = start.slice();
  const dogA = new Uint16Array(pairs.impostorPairs);
  const dogB = new Uint16Array(pairs.impostorPairs);
  visitImpostors(source, cuts, (i, j, place) => {
    if (away.size > 0 && away.has(i * matrix.rows + j)) return;
    const at = next[place]!++;
    dogA[at] = labels.dogOf[i]!;
    dogB[at] = labels.dogOf[j]!;
  });
  const genuineCut = new Int32Array(pairs.genuinePairs);
  const genuineDog = new Uint16Array(pairs.genuinePairs);
  let count = 0;
  labels.rowsOf.forEach((rows, dog) => {
    rows.forEach((i, x) => {
      for (let y = x + 1; y < rows.length; y++) {
        const j = rows[y]!;
        if (away.has(i * matrix.rows + j)) continue;
        genuineCut[count] = (exactPlace(cuts, dot(matrix, i, j)) - 1) / 2;
        genuineDog[count++] = dog;
      }
    });
  });
  return { cuts, start, dogA, dogB, genuineCut, genuineDog };
}

/** Draws that are counted in one walk: the walk is bound by reading the pairs, not by the arithmetic. */
export const DRAWS_AT_ONCE = 4;

/**
 * The weighted counts of DRAWS_AT_ONCE draws, written into `into`.
 * @param times multiplicities, draws interleaved: `times[dog * DRAWS_AT_ONCE + draw]`.
 */
export function weighPairs(
  places: PairPlaces,
  times: Float64Array,
  into: readonly ScoreSplit[],
): void {
  const { start, dogA, dogB, genuineCut, genuineDog } = places;
  into.forEach(({ genuine }, draw) => {
    genuine.fill(0);
    for (let p = 0; p < genuineCut.length; p++) {
      genuine[genuineCut[p]!]! += times[genuineDog[p]! * DRAWS_AT_ONCE + draw]!;
    }
  });
  const [out0, out1, out2, out3] = into.map(({ impostors }) => impostors);
  for (let place = 0; place < start.length - 1; place++) {
    const end = start[place + 1]!;
    let w0 = 0;
    let w1 = 0;
    let w2 = 0;
    let w3 = 0;
    for (let p = start[place]!; p < end; p++) {
      const a = dogA[p]! * DRAWS_AT_ONCE;
      const b = dogB[p]! * DRAWS_AT_ONCE;
      w0 += times[a]! * times[b]!;
      w1 += times[a + 1]! * times[b + 1]!;
      w2 += times[a + 2]! * times[b + 2]!;
      w3 += times[a + 3]! * times[b + 3]!;
    }
    out0![place] = w0;
    out1![place] = w1;
    out2![place] = w2;
    out3![place] = w3;
  }
}

/** Room for `weighPairs`. */
export const weightBuffers = ({ cuts }: PairPlaces): ScoreSplit[] =>
  Array.from({ length: DRAWS_AT_ONCE }, () => ({
    cuts,
    genuine: new Float64Array(cuts.length),
    impostors: new Float64Array(2 * cuts.length + 1),
  }));
