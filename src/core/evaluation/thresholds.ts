/**
 * Thresholds one can act on. A pair is called "the same dog" when its similarity is >= the threshold:
 * a wrong merge is an impostor pair at or above it, a wrong split a genuine pair below it.
 */
import { GRID_SIZE, gridIndex, gridThreshold } from './cuts';
import type { ScoreSplit } from './pairs';

/** Pairs at or above every grid threshold (index: `gridIndex`). Counts or weights. Small: 2001 numbers each. */
export interface ThresholdTable {
  readonly genuineAtLeast: Float64Array;
  readonly impostorsAtLeast: Float64Array;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
}

/** What a threshold does to the pairs of the folder. */
export interface ThresholdCounts {
  readonly threshold: number;
  readonly wrongMerges: number;
  readonly wrongSplits: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** Wrong merges over impostor pairs, wrong splits over genuine pairs; null without such pairs. */
  readonly far: number | null;
  readonly frr: number | null;
}

export function thresholdTable({ cuts, genuine, impostors }: ScoreSplit): ThresholdTable {
  const genuineAtLeast = new Float64Array(GRID_SIZE);
  const impostorsAtLeast = new Float64Array(GRID_SIZE);
  let accepted = 0;
  let falsely = 0;
  let next = GRID_SIZE - 1;
  for (let k = 0; k < cuts.length; k++) {
    accepted += genuine[k]!;
    falsely += impostors[2 * k]! + impostors[2 * k + 1]!;
    if (next >= 0 && cuts[k] === gridThreshold(next)) {
      genuineAtLeast[next] = accepted;
      impostorsAtLeast[next] = falsely;
      next--;
    }
  }
  return {
    genuineAtLeast,
    impostorsAtLeast,
    genuinePairs: accepted,
    impostorPairs: falsely + impostors[2 * cuts.length]!,
  };
}

/** Exact counts at the grid threshold nearest to `threshold`. Constant time: made for a slider. */
export function countsAt(table: ThresholdTable, threshold: number): ThresholdCounts {
  const index = gridIndex(threshold);
  const { genuinePairs, impostorPairs } = table;
  const wrongMerges = table.impostorsAtLeast[index]!;
  const wrongSplits = genuinePairs - table.genuineAtLeast[index]!;
  return {
    threshold: gridThreshold(index),
    wrongMerges,
    wrongSplits,
    genuinePairs,
    impostorPairs,
    far: impostorPairs > 0 ? wrongMerges / impostorPairs : null,
    frr: genuinePairs > 0 ? wrongSplits / genuinePairs : null,
  };
}

/** How a threshold is chosen. `ratio`: what one wrong merge costs in wrong splits. */
export type ThresholdRule =
  | { readonly kind: 'eer' }
  | { readonly kind: 'far'; readonly target: number }
  | { readonly kind: 'cost'; readonly ratio: number };

/**
 * The grid threshold a rule asks for, or null where the folder has no pairs to choose it by.
 * `eer`: FAR and FRR differ least; `far`: the lowest whose FAR is <= target; `cost`: ratio x merges + splits is
 * least. Among equals the higher one: a wrong merge is harder to undo than a wrong split.
 */
export function suggestThreshold(table: ThresholdTable, rule: ThresholdRule): number | null {
  const { genuinePairs, impostorPairs, genuineAtLeast, impostorsAtLeast } = table;
  if (!(genuinePairs > 0) || !(impostorPairs > 0)) return null;
  let best = -1;
  let least = Infinity;
  for (let index = GRID_SIZE - 1; index >= 0; index--) {
    const merges = impostorsAtLeast[index]!;
    const splits = genuinePairs - genuineAtLeast[index]!;
    const far = merges / impostorPairs;
    if (rule.kind === 'far') {
      if (far > rule.target) break;
      best = index;
      continue;
    }
    const loss =
      rule.kind === 'eer' ? Math.abs(far - splits / genuinePairs) : rule.ratio * merges + splits;
    if (loss < least) {
      least = loss;
      best = index;
    }
  }
  return best < 0 ? null : gridThreshold(best);
}

/** Counts in `bins` equal bins over [-1, 1]; similarities beyond either end fall into the end bins. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

/** @param bins a divisor of 2000. Bin b holds edges[b] <= s < edges[b + 1]; the last bin is closed. */
export function histogram(table: ThresholdTable, bins = 100): Histogram {
  const width = (GRID_SIZE - 1) / bins;
  if (!Number.isInteger(width)) throw new RangeError(`${bins} bins do not fit the threshold grid`);
  const split = (atLeast: Float64Array, total: number): number[] =>
    Array.from({ length: bins }, (_, b) => {
      const from = b === 0 ? total : atLeast[b * width]!;
      return b === bins - 1 ? from : from - atLeast[(b + 1) * width]!;
    });
  return {
    edges: Array.from({ length: bins + 1 }, (_, b) => gridThreshold(b * width)),
    genuine: split(table.genuineAtLeast, table.genuinePairs),
    impostor: split(table.impostorsAtLeast, table.impostorPairs),
  };
}
