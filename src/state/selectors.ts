/** What views derive from the state. */
import { applyDecisions, sameDecisions, type Decision } from '../core/evaluation/decisions';
import { FAILURE_STAGE_TEXT, IGNORE_REASON_TEXT } from '../core/results/prose';
import type { IgnoredEntry, Metrics } from '../core/results/schema';
import { MODEL_SLOTS } from '../core/recipe/schema';
import type { Branch } from '../core/types';
import type { ModelBundle } from '../worker/contract';
import type { AnalysisSlice, AppState, PhotoEntry, RowSource, StatusFilter } from './model';
import type { VerdictReport } from './verdictModel';

export { CHIP_REASON_TEXT, FAILURE_STAGE_TEXT, IGNORE_REASON_TEXT } from '../core/results/prose';

const decidedOf = new WeakMap<
  readonly RowSource[],
  { readonly decisions: readonly Decision[]; readonly rows: readonly RowSource[] }
>();

/** The rows under the names that the reviewer's decisions give them: what colours, badges and figures go by. */
export function decidedRows({
  analysis: { rows },
  verdict: { decisions },
}: Pick<AppState, 'analysis' | 'verdict'>): readonly RowSource[] {
  if (decisions.length === 0) return rows;
  const known = decidedOf.get(rows);
  if (known?.decisions === decisions) return known.rows;
  const decided = applyDecisions(rows, decisions).rows;
  decidedOf.set(rows, { decisions, rows: decided });
  return decided;
}

/** The verdict on the run on the page by the decisions as they are now; null until it is there. */
export function currentReport({
  analysis,
  verdict: { of, report, judged, decisions },
}: Pick<AppState, 'analysis' | 'verdict'>): VerdictReport | null {
  return of !== null && of === analysis.collected && sameDecisions(judged, decisions)
    ? report
    : null;
}

/** The figures by the decisions as they are now; null while they are counted. */
export function currentMetrics(state: Pick<AppState, 'analysis' | 'verdict'>): Metrics | null {
  const report = currentReport(state);
  if (report !== null) return report.metrics;
  const { result, decisions } = state.analysis;
  return result !== null && sameDecisions(decisions, state.verdict.decisions)
    ? result.metrics
    : null;
}

/** `Recall@1 = 58 of 60`, or why there is no such figure; null before the comparison. */
export function recallText(state: Pick<AppState, 'analysis' | 'verdict'>): string | null {
  if (state.analysis.result === null) return null;
  const metrics = currentMetrics(state);
  if (metrics === null) {
    return state.verdict.phase === 'failed'
      ? 'Recall@1: not given (the verdict failed)'
      : 'Recall@1: counting again …';
  }
  const figure = metrics.identification.recallAt1;
  if (figure.value === null) return `Recall@1: not given (${figure.reason})`;
  return `Recall@1 = ${Math.round(figure.value * figure.n)} of ${figure.n}`;
}

/** Why a photo is not embedded, in a few words; null when it is, or was not run. */
export function troubleOf({ record }: PhotoEntry): string | null {
  if (record.status === 'no-dog') return 'No dog found';
  if (record.failure === null) return null;
  return `Failed in ${FAILURE_STAGE_TEXT[record.failure.stage]}`;
}

/** The same in full. */
export function troubleText(entry: PhotoEntry): string | null {
  if (entry.record.status === 'no-dog') {
    return 'The detector found no dog above its threshold. The photo is in no figure.';
  }
  return entry.record.failure?.message ?? null;
}

export const ignoredText = ({ reason }: IgnoredEntry): string => IGNORE_REASON_TEXT[reason];

/** How many photos each filter would show. */
export function filterCounts({ run, intake }: AppState): Readonly<Record<StatusFilter, number>> {
  const { photos, done, embedded, noDog, failed } = run.counts;
  return {
    all: photos,
    embedded,
    'no-dog': noDog,
    failed,
    'not-run': photos - done,
    ignored: intake.folder?.ignored.length ?? 0,
  };
}

export function filterEntries(
  entries: readonly PhotoEntry[],
  status: StatusFilter,
  branch: Branch | 'any',
  dog: string | null = null,
): readonly PhotoEntry[] {
  if (status === 'ignored') return [];
  return entries.filter(
    ({ record }) =>
      (status === 'all' || record.status === status) &&
      (dog === null || record.identity === dog) &&
      (branch === 'any' || record.dogs.some((dog) => dog.branch === branch)),
  );
}

/** Photos by dog in the order the folders come; photos without a dog of their own last. */
export function groupByDog(
  entries: readonly PhotoEntry[],
): readonly { readonly identity: string | null; readonly entries: readonly PhotoEntry[] }[] {
  const groups = new Map<string | null, PhotoEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.record.identity);
    if (group === undefined) groups.set(entry.record.identity, [entry]);
    else group.push(entry);
  }
  const loose = groups.get(null);
  groups.delete(null);
  const list: { identity: string | null; entries: PhotoEntry[] }[] = Array.from(
    groups,
    ([identity, members]) => ({ identity, entries: members }),
  );
  if (loose !== undefined) list.push({ identity: null, entries: loose });
  return list;
}

/** Display order of the matrix: rows of one dog side by side, unlabelled rows last; and where each block begins. */
export function matrixOrder(rows: readonly RowSource[]): {
  readonly order: Int32Array;
  readonly blocks: readonly {
    readonly identity: string | null;
    readonly start: number;
    readonly end: number;
  }[];
} {
  const byDog = new Map<string | null, number[]>();
  rows.forEach(({ identity }, row) => {
    const members = byDog.get(identity);
    if (members === undefined) byDog.set(identity, [row]);
    else members.push(row);
  });
  const loose = byDog.get(null);
  byDog.delete(null);
  if (loose !== undefined) byDog.set(null, loose);
  const order = new Int32Array(rows.length);
  const blocks: { identity: string | null; start: number; end: number }[] = [];
  let at = 0;
  for (const [identity, members] of byDog) {
    blocks.push({ identity, start: at, end: at + members.length });
    order.set(members, at);
    at += members.length;
  }
  return { order, blocks };
}

export interface Match {
  readonly row: number;
  readonly rank: number;
  readonly similarity: number;
}

/** The top K of a row. */
export function matchesOf({ result, rows }: AnalysisSlice, row: number): readonly Match[] {
  if (result === null) return [];
  const { k, neighbours, similarity } = result;
  const matches: Match[] = [];
  for (let r = 0; r < k; r++) {
    const other = neighbours[row * k + r] ?? -1;
    if (other >= 0) {
      matches.push({
        row: other,
        rank: r + 1,
        similarity: similarity[row * rows.length + other] ?? NaN,
      });
    }
  }
  return matches;
}

/**
 * Rows shown as queries: the first of each dog, or all. Where nothing is labelled, all.
 */
export function queryRows(
  rows: readonly RowSource[],
  mode: 'one-per-dog' | 'all',
): readonly number[] {
  const all = rows.map((_, row) => row);
  if (mode === 'all' || rows.every(({ identity }) => identity === null)) return all;
  const seen = new Set<string>();
  return all.filter((row) => {
    const identity = rows[row]?.identity ?? null;
    if (identity === null || seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

/** Smallest and largest similarity of two different rows, from at most about a million pairs. */
export function similarityRange(similarity: Float32Array, n: number): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  // Odd, so that it does not walk down a few columns only.
  const step = Math.floor((n * n) / 1_000_000) | 1;
  for (let at = 0; at < similarity.length; at += step) {
    if (Math.floor(at / n) === at % n) continue;
    const value = similarity[at]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low < high ? [low, high] : [0, 1];
}

/** Whether the next run takes other models than those the results on the page come from. */
export function modelsChanged({ run, models, setup }: AppState): boolean {
  const next = models.bundle ?? setup.bundled;
  return run.bundle !== null && next !== null && run.bundle !== next;
}

/** Files of the researcher's own in a bundle, `bundled models` where there are none. */
export function bundleText(bundle: ModelBundle | null, bundled: ModelBundle | null): string {
  if (bundle === null || bundle === bundled) return 'the bundled models';
  const own = MODEL_SLOTS.flatMap((slot) => {
    const file = bundle.files[slot];
    return file === null || file === bundled?.files[slot] ? [] : [file.name];
  });
  if (own.length === 0) return 'the bundled models with a changed recipe';
  return own.length === MODEL_SLOTS.length
    ? own.join(', ')
    : `${own.join(', ')} and the bundled models for the other stages`;
}
