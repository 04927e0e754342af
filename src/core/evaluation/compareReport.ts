/** `compare.json`: two runs over one folder, what changed stage by stage, and whether the second is better. */
import type { PhotoRecord, Results } from '../results/schema';
import {
  compareRuns,
  directionOf,
  type CompareOptions,
  type Compared,
  type Comparison,
  type RunSide,
} from './compare';
import { sameDecisions, withDecisions, type Decision } from './decisions';
import { anecdote, plural } from './figure';
import { stageChanges, type StageChanges } from './stageChanges';

export const COMPARE_SCHEMA = 'samedog.compare/1';

/** A run as far as it is compared; one that was opened from results.json fits, and so does the one on the page. */
export interface ComparableRun extends RunSide {
  readonly photos: readonly PhotoRecord[];
  readonly tool: Results['tool'];
  readonly models: Results['models'];
  /** The reviewer's, which rows and photos do not follow yet. */
  readonly decisions?: readonly Decision[] | undefined;
}

export interface CompareReport extends Comparison {
  readonly schema: typeof COMPARE_SCHEMA;
  /** What each side was made with. */
  readonly a: SideFacts;
  readonly b: SideFacts;
  readonly sentence: string;
  readonly stages: StageChanges;
  /** What must be known before reading the figures. */
  readonly notes: readonly string[];
}

export interface SideFacts {
  readonly tool: Results['tool'];
  readonly models: Results['models'];
  readonly photos: number;
  readonly rows: number;
  /** Decisions of the reviewer that its labels follow. */
  readonly decisions: number;
}

/**
 * Both runs by the names that their decisions give them. A photo that only one side relabelled counts as relabelled,
 * also where a decision took its name off.
 * @param a the baseline.
 */
export function reportComparison(
  a: ComparableRun,
  b: ComparableRun,
  options: CompareOptions = {},
): CompareReport {
  const [left, right] = [decided(a), decided(b)];
  const compared = compareRuns(left, right, options);
  const comparison = { ...compared, counts: withNamesTakenOff(compared.counts, left, right) };
  const few = anecdote(comparison.counts.dogs);
  return {
    schema: COMPARE_SCHEMA,
    a: factsOf(a),
    b: factsOf(b),
    sentence: verdictOf(comparison, 'A', 'B'),
    ...comparison,
    stages: stageChanges(a.photos, b.photos),
    notes: [...(few === null ? [] : [few]), ...decisionNotes(a.decisions ?? [], b.decisions ?? [])],
  };
}

interface DecidedSide extends RunSide {
  /** Embedded photos that a decision took the name off. */
  readonly unnamed: ReadonlySet<string>;
}

function decided({ matrix, rows, photos, decisions = [] }: ComparableRun): DecidedSide {
  const named = withDecisions({ rows, photos }, decisions);
  const unnamed = new Set<string>();
  named.rows.forEach(({ path, identity }, row) => {
    if (identity === null && rows[row]!.identity !== null) unnamed.add(path);
  });
  return { ...named, matrix, unnamed };
}

/** A photo whose name only one side took off is in both runs: it is relabelled, not only in the other. */
function withNamesTakenOff(
  counts: Comparison['counts'],
  a: DecidedSide,
  b: DecidedSide,
): Comparison['counts'] {
  const offIn = (side: DecidedSide, other: DecidedSide): number =>
    other.rows.filter(({ path, identity }) => identity !== null && side.unnamed.has(path)).length;
  const [inB, inA] = [offIn(b, a), offIn(a, b)];
  return {
    ...counts,
    onlyA: counts.onlyA - inB,
    onlyB: counts.onlyB - inA,
    relabelled: counts.relabelled + inA + inB,
  };
}

function decisionNotes(a: readonly Decision[], b: readonly Decision[]): string[] {
  if (a.length === 0 && b.length === 0) return [];
  if (sameDecisions(a, b)) {
    return [
      `Both runs carry the same ${plural(a.length, 'decision')} on labels; their names follow.`,
    ];
  }
  return [
    `A carries ${plural(a.length, 'decision')} on labels, B ${plural(b.length, 'decision')}, not the same: ` +
      'each run’s names follow its own, and photos named differently by then count as relabelled.',
  ];
}

const factsOf = ({ tool, models, photos, matrix, decisions }: ComparableRun): SideFacts => ({
  tool,
  models,
  photos: photos.length,
  rows: matrix.rows,
  decisions: decisions?.length ?? 0,
});

/**
 * Whether the second run is better, how sure that is, and on what. mAP on the photos that both embedded decides,
 * and Recall@1 end to end must not speak against it: a run that loses the hard photos is not better.
 */
export function verdictOf(
  { counts, identification, endToEndRecallAt1 }: Comparison,
  first: string,
  second: string,
): string {
  if (counts.common === 0) {
    return `${first} and ${second}: the runs have no labelled, embedded photo in common.`;
  }
  const { mAP, recallAt1 } = identification;
  if (mAP.difference.value === null) return `Undecided: ${mAP.difference.reason}`;
  const base = `on ${plural(counts.queries, 'query', 'queries')} of ${plural(counts.dogs, 'dog')}`;
  const facts = `mAP ${pointsOf(mAP)}, Recall@1 ${pointsOf(recallAt1)}, ${base}`;
  const whole = `Recall@1 end to end ${pointsOf(endToEndRecallAt1)}`;
  const shared = directionOf(mAP.difference);
  const overall = directionOf(endToEndRecallAt1.difference);
  if (shared !== 'undecided' && (overall === 'undecided' || overall === shared)) {
    return `${second} is ${shared} than ${first}: ${facts}; ${whole}.`;
  }
  if (shared !== 'undecided') {
    return `Mixed: ${second} is ${shared} than ${first} on the photos that both embedded (${facts}), but ${overall} when lost photos count (${whole}).`;
  }
  if (overall !== 'undecided') {
    return `${second} is ${overall} than ${first} when lost photos count (${whole}); undecided on the photos that both embedded (${facts}).`;
  }
  const why =
    mAP.difference.low === null
      ? 'there is no interval of the difference in mAP'
      : 'the interval of the difference in mAP holds 0';
  return `Undecided whether ${second} is better than ${first}: ${why} (${facts}; ${whole}).`;
}

/** `+3.2 points (95 % +1.0 to +5.1)`. */
export function pointsOf({ difference }: Compared): string {
  if (difference.value === null) return 'not given';
  const points = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x * 100).toFixed(1)}`;
  const interval =
    difference.low === null || difference.high === null
      ? 'no interval'
      : `95 % ${points(difference.low)} to ${points(difference.high)}`;
  return `${points(difference.value)} points (${interval})`;
}
