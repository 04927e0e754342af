/**
 * What the reviewer decided, kept and exported beside the results. A decision about two photos is by path, so that
 * it survives a run with other models. Applying decisions changes labels, never vectors: no inference is repeated.
 */
import type { Row } from '../retrieval/rows';

export type Verdict = 'same' | 'different' | 'skip';

/** "These two photos show the same dog / different dogs / cannot tell." */
export interface Decision {
  readonly a: string;
  readonly b: string;
  readonly verdict: Verdict;
}

export interface AppliedDecisions {
  readonly rows: readonly Row[];
  /** Photos whose dog changed. */
  readonly relabelled: readonly {
    readonly path: string;
    readonly from: string;
    readonly to: string;
  }[];
  /** Photos that lost their name: not their dog, and nobody said whose. */
  readonly unlabelled: readonly string[];
  /** Decisions that name a photo which is not there, or contradict an earlier one. */
  readonly ignored: readonly Decision[];
}

/**
 * Applies decisions in order; the later of two about the same photos wins. The first photo (`a`) is the one under
 * suspicion. `same` across two dogs gives `a` the dog of `b`; `different` within one dog takes the name off `a`.
 * Everything else confirms the labels as they are.
 */
export function applyDecisions(
  rows: readonly Row[],
  decisions: readonly Decision[],
): AppliedDecisions {
  const labels = new Map<string, string | null>();
  for (const { path, identity } of rows) if (identity !== null) labels.set(path, identity);
  const latest = new Map<string, Decision>();
  for (const decision of decisions) {
    const key = [decision.a, decision.b].sort().join('\n');
    latest.delete(key);
    latest.set(key, decision);
  }
  const ignored: Decision[] = [];
  for (const decision of latest.values()) {
    const { a, b, verdict } = decision;
    const dogA = labels.get(a);
    const dogB = labels.get(b);
    if (dogA === undefined || dogB === undefined) {
      ignored.push(decision);
      continue;
    }
    if (verdict === 'same' && dogB !== null && dogA !== dogB) labels.set(a, dogB);
    if (verdict === 'different' && dogA !== null && dogA === dogB) labels.set(a, null);
  }
  const relabelled: { path: string; from: string; to: string }[] = [];
  const unlabelled: string[] = [];
  const changed = rows.map((row): Row => {
    if (row.identity === null) return row;
    const identity = labels.get(row.path) ?? null;
    if (identity === row.identity) return row;
    if (identity === null) unlabelled.push(row.path);
    else relabelled.push({ path: row.path, from: row.identity, to: identity });
    return { path: row.path, identity };
  });
  return { rows: changed, relabelled, unlabelled, ignored };
}

/** Takes back the last decision. */
export const undo = (decisions: readonly Decision[]): readonly Decision[] => decisions.slice(0, -1);
