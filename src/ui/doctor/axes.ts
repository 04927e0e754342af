/** The axes that all recipes share, so that they can be compared by eye. */
import type { Trial } from '../../core/doctor/diagnose';
import { SEPARATION_BINS, type PairHistogram } from '../../core/doctor/separation';

/** Similarities shown, and the first and last bin in them. */
export interface PairAxis {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
}

const edge = (bin: number): number => (2 * bin) / SEPARATION_BINS - 1;
/** Bins of 0.02; the axis ends at tenths. */
const PER_TENTH = SEPARATION_BINS / 20;

/** From the least to the greatest similarity that any recipe gave, in tenths. */
export function axisOf(trials: readonly Pick<Trial, 'histogram'>[]): PairAxis {
  const filled = (bin: number): boolean =>
    trials.some(({ histogram: { genuine, impostor } }) => genuine[bin]! + impostor[bin]! > 0);
  let from = 0;
  while (from < SEPARATION_BINS - PER_TENTH && !filled(from)) from++;
  let to = SEPARATION_BINS;
  while (to > from + PER_TENTH && !filled(to - 1)) to--;
  from = Math.floor(from / PER_TENTH) * PER_TENTH;
  to = Math.ceil(to / PER_TENTH) * PER_TENTH;
  return { low: edge(from), high: edge(to), from, to };
}

/** Share of the pairs of each kind in bins of 0.04 along the axis. */
export function sharesOf(
  { genuine, impostor }: PairHistogram,
  { from, to }: PairAxis,
): { genuine: number[]; impostor: number[] } {
  const shares = (counts: readonly number[]): number[] => {
    const total = counts.reduce((a, b) => a + b, 0);
    const out: number[] = [];
    for (let bin = from; bin < to; bin += 2) {
      out.push(((counts[bin] ?? 0) + (counts[bin + 1] ?? 0)) / Math.max(total, 1));
    }
    return out;
  };
  return { genuine: shares(genuine), impostor: shares(impostor) };
}

export interface GapAxis {
  readonly low: number;
  readonly high: number;
}

/** Holds every difference and every interval, and 0. */
export function gapAxis(trials: readonly Pick<Trial, 'behind' | 'behindInterval'>[]): GapAxis {
  const values = trials.flatMap(({ behind, behindInterval }) =>
    behindInterval === null ? [behind] : [behind, behindInterval.low, behindInterval.high],
  );
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const margin = 0.04 * (high - low || 1);
  return { low: low - margin, high: high + margin };
}

export const percentAt = ({ low, high }: GapAxis, value: number): number =>
  (100 * (value - low)) / (high - low);
