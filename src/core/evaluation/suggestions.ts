/** Suggested thresholds with their intervals and what each does to the pairs of this folder. */
import { percentileInterval } from './bootstrap';
import { tooFewImpostors } from './figures';
import {
  countsAt,
  suggestThreshold,
  type ThresholdCounts,
  type ThresholdRule,
  type ThresholdTable,
} from './thresholds';

/** One wrong merge costs as much as this many wrong splits: merging is easy, splitting a merged dog is not. */
export const MERGE_COST = 10;

export const DEFAULT_RULES: readonly ThresholdRule[] = [
  { kind: 'eer' },
  { kind: 'far', target: 0.01 },
  { kind: 'far', target: 0.001 },
  { kind: 'cost', ratio: MERGE_COST },
];

export type ThresholdSuggestion =
  | {
      readonly rule: ThresholdRule;
      readonly threshold: number;
      /** 95 % interval of the threshold over the bootstrap's draws. */
      readonly low: number | null;
      readonly high: number | null;
      readonly counts: ThresholdCounts;
    }
  | { readonly rule: ThresholdRule; readonly threshold: null; readonly reason: string };

/** @param draws thresholds of the same rules in every draw (`Replicates.thresholds`), or null. */
export function suggestThresholds(
  table: ThresholdTable,
  rules: readonly ThresholdRule[],
  draws: readonly Float64Array[] | null,
): ThresholdSuggestion[] {
  return rules.map((rule, r) => {
    const few = rule.kind === 'far' ? tooFewImpostors(rule.target, table.impostorPairs) : null;
    const threshold = suggestThreshold(table, rule);
    if (threshold === null) {
      const reason =
        table.genuinePairs === 0 || table.impostorPairs === 0
          ? 'A threshold needs pairs of one dog and pairs of different dogs.'
          : 'No threshold up to 1 keeps that FAR.';
      return { rule, threshold: null, reason };
    }
    if (few !== null) return { rule, threshold: null, reason: few };
    const values = draws?.[r];
    const interval = values ? percentileInterval(values) : null;
    return {
      rule,
      threshold,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      counts: countsAt(table, threshold),
    };
  });
}
