/** The histogram's geometry, shared with the slider below it. */
import { histogram, type ThresholdTable } from '../../core/evaluation/thresholds';

/** Px between the chart's edges and its plot, and the width of the slider's thumb. */
export const PLOT = { left: 48, right: 16, thumb: 20 } as const;

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** A step of the outline: shares of each kind from `s` up to the next step. */
export interface Bin {
  readonly s: number;
  readonly genuine: number;
  readonly impostor: number;
}

/** The similarities that occur, rounded outwards to tenths. */
export function axisOf(table: ThresholdTable): Axis {
  const { edges, genuine, impostor } = histogram(table);
  const used = edges.slice(0, -1).flatMap((_, b) => (genuine[b]! + impostor[b]! > 0 ? [b] : []));
  const low = Math.floor(10 * (edges[used[0] ?? 0] ?? -1) + 1e-9);
  const high = Math.ceil(10 * (edges[(used.at(-1) ?? 0) + 1] ?? 1) - 1e-9);
  const every = high - low > 12 ? 2 : 1;
  const ticks: number[] = [];
  for (let tick = low; tick <= high; tick += every) ticks.push(tick / 10);
  return { low: low / 10, high: high / 10, ticks };
}

export function binsOf(table: ThresholdTable, { low, high }: Axis): readonly Bin[] {
  const { edges, genuine, impostor } = histogram(table);
  const bins = edges.slice(0, -1).map((s, b) => ({
    s,
    genuine: genuine[b]! / table.genuinePairs,
    impostor: impostor[b]! / table.impostorPairs,
  }));
  const shown = bins.filter(({ s }) => s >= low - 1e-9 && s < high - 1e-9);
  const last = shown.at(-1);
  return last === undefined ? [] : [...shown, { ...last, s: high }];
}
