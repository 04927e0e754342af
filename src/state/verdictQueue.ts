/** The mislabel queue as it is worked off: what is still to decide, and what a decision would do. */
import { applyDecisions, type Decision, type Verdict } from '../core/evaluation/decisions';
import type { Suspicion } from '../core/evaluation/mislabels';
import type { RowSource } from './model';
import type { VerdictSlice } from './verdictModel';

/** The row that a suspicious row is held against. */
export const counterpart = (item: Suspicion): number =>
  item.kind === 'cold-photo' ? item.nearest : item.other;

/** Null when a row is not on the page any more. */
export function decisionOn(
  item: Suspicion,
  rows: readonly RowSource[],
  verdict: Verdict,
): Decision | null {
  const a = rows[item.row];
  const b = rows[counterpart(item)];
  return a === undefined || b === undefined ? null : { a: a.path, b: b.path, verdict };
}

/** What is left of the queue: not decided, and not settled by another decision. */
export function openItems(
  { queue, decisions }: Pick<VerdictSlice, 'queue' | 'decisions'>,
  rows: readonly RowSource[],
): readonly Suspicion[] {
  if (decisions.length === 0) return queue;
  const decided = new Set(decisions.map(({ a, b }) => pairKey(a, b)));
  const now = applyDecisions(rows, decisions).rows;
  return queue.filter((item) => {
    const [a, b] = [now[item.row], now[counterpart(item)]];
    if (a === undefined || b === undefined || decided.has(pairKey(a.path, b.path))) return false;
    return a.identity !== b.identity;
  });
}

const pairKey = (a: string, b: string): string => [a, b].sort().join('\n');
