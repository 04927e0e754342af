/**
 * What the reviewer decided, kept and exported beside the results. A decision about two photos is by path, so that
 * it survives a run with other models. Applying decisions changes labels, never vectors: no inference is repeated.
 */
import type { PhotoRecord } from '../results/schema';
import type { Row } from '../retrieval/rows';

export type Verdict = 'same' | 'different' | 'skip';

/** "These two photos show the same dog / different dogs / cannot tell." */
export interface Decision {
  readonly a: string;
  readonly b: string;
  readonly verdict: Verdict;
}

export interface AppliedDecisions<R extends Row = Row> {
  readonly rows: readonly R[];
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
export function applyDecisions<R extends Row>(
  rows: readonly R[],
  decisions: readonly Decision[],
): AppliedDecisions<R> {
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
  const changed = rows.map((row): R => {
    if (row.identity === null) return row;
    const identity = labels.get(row.path) ?? null;
    if (identity === row.identity) return row;
    if (identity === null) unlabelled.push(row.path);
    else relabelled.push({ path: row.path, from: row.identity, to: identity });
    return { ...row, identity };
  });
  return { rows: changed, relabelled, unlabelled, ignored };
}

/** A run by the names that came with it, or by those that the decisions give it. */
export interface NamedRun<R extends Row = Row> {
  readonly rows: readonly R[];
  readonly photos: readonly PhotoRecord[];
}

/** Rows and photos under the names that the reviewer gave them: what every figure of a run is computed from. */
export function withDecisions<R extends Row>(
  { rows, photos }: NamedRun<R>,
  decisions: readonly Decision[],
): NamedRun<R> {
  if (decisions.length === 0) return { rows, photos };
  const decided = applyDecisions(rows, decisions).rows;
  return { rows: decided, photos: relabelled(photos, namesOf(decided)) };
}

/** Whether two lists of decisions are the same, decision by decision. */
export function sameDecisions(a: readonly Decision[], b: readonly Decision[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((one, i) => {
        const other = b[i]!;
        return one.a === other.a && one.b === other.b && one.verdict === other.verdict;
      }))
  );
}

/** The name of each photo, which its first dog carries. */
function namesOf(rows: readonly Row[]): ReadonlyMap<string, string | null> {
  const names = new Map<string, string | null>();
  for (const { path, identity } of rows) if (!names.has(path)) names.set(path, identity);
  return names;
}

/** Photos with the names that the reviewer gave them, and so their named dogs. */
function relabelled(
  photos: readonly PhotoRecord[],
  names: ReadonlyMap<string, string | null>,
): PhotoRecord[] {
  return photos.map((photo) => {
    const identity = names.get(photo.path);
    if (identity === undefined || photo.identity === null || identity === photo.identity) {
      return photo;
    }
    const dogs = photo.dogs.map((dog) => (dog.identity === null ? dog : { ...dog, identity }));
    return { ...photo, identity, dogs };
  });
}

/** Takes back the last decision. */
export const undo = (decisions: readonly Decision[]): readonly Decision[] => decisions.slice(0, -1);
