/**
 * Protocols with a gallery of their own: closed-set identification of queries against enrolled photos, and the
 * open-set figure DIR@FPIR, where unknown dogs ask too. DIR: queries of enrolled dogs whose first match is right
 * and at least at the threshold. FPIR: queries of dogs that are not enrolled whose first match reaches it
 * (ISO/IEC 19795-1; Grother and Ngan, NIST FRVT 1:N).
 */
import type { Figure } from '../results/schema';
import { dot } from '../retrieval/dots';
import { compareCodePoints } from '../codePoints';
import { pathRanks, type Row } from '../retrieval/rows';
import type { EmbeddingMatrix } from '../types';
import { drawDogs, percentileInterval, type Interval, type Resampling } from './bootstrap';
import { given, refused } from './figure';
import type { Split } from './identities';
import { labelRows } from './labels';
import { seededRandom, shuffled } from './random';

export const FPIR_TARGETS = ['0.1', '0.01'] as const;

export interface OpenSetFigures {
  readonly counts: {
    readonly gallery: number;
    readonly enrolledDogs: number;
    /** Queries of enrolled dogs, and of dogs that are not. */
    readonly knownQueries: number;
    readonly unknownQueries: number;
  };
  /** Closed set: known queries whose dog is among the K nearest gallery photos. */
  readonly recallAt1: Figure;
  readonly recallAt5: Figure;
  readonly dirAtFpir: Readonly<Record<(typeof FPIR_TARGETS)[number], Figure>>;
}

/**
 * Scores queries against the gallery only.
 * @param splits of each row: `query` asks, `gallery` is enrolled, everything else stands aside. Unlabelled
 * queries stand aside too: nobody knows whether they are enrolled.
 * @param resampling how intervals over the dogs that ask are drawn; null for none
 */
export function openSetFigures(
  matrix: EmbeddingMatrix,
  rows: readonly Row[],
  splits: readonly (Split | null)[],
  resampling: Resampling | null = null,
): OpenSetFigures {
  const ranks = pathRanks(rows);
  const gallery = rows.flatMap(({ identity }, i) =>
    splits[i] === 'gallery' && identity !== null ? [i] : [],
  );
  const enrolled = new Set(gallery.map((i) => rows[i]!.identity));
  const dogs = new Map<string, number>();
  const known: KnownQuery[] = [];
  const unknown: Query[] = [];
  rows.forEach(({ identity }, query) => {
    if (splits[query] !== 'query' || identity === null || gallery.length === 0) return;
    const order = gallery
      .map((row) => ({ row, s: dot(matrix, query, row) }))
      .sort((a, b) => b.s - a.s || ranks[a.row]! - ranks[b.row]!);
    const score = order[0]!.s;
    const dog = dogs.get(identity) ?? dogs.size;
    dogs.set(identity, dog);
    if (!enrolled.has(identity)) unknown.push({ score, dog });
    else {
      const rank = order.findIndex(({ row }) => rows[row]!.identity === identity) + 1;
      known.push({ score, dog, rank });
    }
  });
  unknown.sort((a, b) => b.score - a.score);

  const once = new Int32Array(dogs.size).fill(1);
  const measures: Readonly<Record<string, (times: Int32Array) => number>> = {
    recallAt1: (times) => share(known, times, ({ rank }) => rank <= 1),
    recallAt5: (times) => share(known, times, ({ rank }) => rank <= 5),
    '0.1': (times) => dirAt(known, unknown, times, 0.1),
    '0.01': (times) => dirAt(known, unknown, times, 0.01),
  };
  // All figures are shares of the known queries: with those of one dog every draw gives the same.
  const asking = new Set(known.map(({ dog }) => dog)).size;
  const intervals = intervalsOf(measures, dogs.size, asking >= 2 ? resampling : null);
  const figure = (name: string): Figure =>
    known.length === 0
      ? refused('No query belongs to a dog of the gallery.')
      : given(
          measures[name]!(once),
          known.length,
          intervals[name]?.low ?? null,
          intervals[name]?.high ?? null,
        );
  const dirFigure = (fpir: (typeof FPIR_TARGETS)[number]): Figure => {
    const needed = Math.ceil(10 / Number(fpir));
    return known.length > 0 && unknown.length < needed
      ? refused(
          `FPIR ${Number(fpir) * 100} % needs at least ${needed} queries of unknown dogs; there are ${unknown.length}.`,
        )
      : figure(fpir);
  };
  return {
    counts: {
      gallery: gallery.length,
      enrolledDogs: enrolled.size,
      knownQueries: known.length,
      unknownQueries: unknown.length,
    },
    recallAt1: figure('recallAt1'),
    recallAt5: figure('recallAt5'),
    dirAtFpir: { '0.1': dirFigure('0.1'), '0.01': dirFigure('0.01') },
  };
}

/** A query's first match: its similarity, and the place of the query's dog among the dogs that ask. */
interface Query {
  readonly score: number;
  readonly dog: number;
}

interface KnownQuery extends Query {
  /** Rank of the first photo of the query's own dog. */
  readonly rank: number;
}

/** The share of the queries that are `right`, each counted as often as its dog was drawn; NaN without any. */
function share(
  queries: readonly KnownQuery[],
  times: Int32Array,
  right: (query: KnownQuery) => boolean,
): number {
  let hits = 0;
  let all = 0;
  for (const query of queries) {
    const weight = times[query.dog]!;
    all += weight;
    if (right(query)) hits += weight;
  }
  return all === 0 ? NaN : hits / all;
}

/** The largest DIR over all thresholds with FPIR <= `fpir`. @param unknown by score, descending. */
function dirAt(
  known: readonly KnownQuery[],
  unknown: readonly Query[],
  times: Int32Array,
  fpir: number,
): number {
  const all = unknown.reduce((sum, { dog }) => sum + times[dog]!, 0);
  if (all === 0) return NaN;
  // A threshold just above the first unknown score that would be one too many.
  let tooLow = -Infinity;
  let accepted = 0;
  for (const { score, dog } of unknown) {
    accepted += times[dog]!;
    if (accepted / all > fpir) {
      tooLow = score;
      break;
    }
  }
  return share(known, times, ({ score, rank }) => rank === 1 && score > tooLow);
}

/** 95 % intervals over the dogs that ask: a draw moves the threshold of DIR too. The gallery stays as it is. */
function intervalsOf(
  measures: Readonly<Record<string, (times: Int32Array) => number>>,
  dogs: number,
  resampling: Resampling | null,
): Readonly<Record<string, Interval | null>> {
  if (resampling === null) return {};
  const values = Object.fromEntries(
    Object.keys(measures).map((name) => [name, new Float64Array(resampling.draws)]),
  );
  let draw = 0;
  for (const times of drawDogs(dogs, resampling)) {
    for (const [name, measure] of Object.entries(measures)) values[name]![draw] = measure(times);
    draw++;
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, drawn]) => [name, percentileInterval(drawn)]),
  );
}

/**
 * A seeded open-set split of a folder: dogs with more than `perDog` photos are enrolled with their first `perDog`
 * photos in path order and ask with the rest, except for a share of them, which with all smaller dogs stay unknown.
 */
export function openSetSplit(
  rows: readonly Row[],
  { perDog = 2, unknownShare = 0.3, seed = 1 } = {},
): (Split | null)[] {
  const labels = labelRows(rows);
  const ranks = pathRanks(rows);
  const splits: (Split | null)[] = rows.map(({ identity }) => (identity === null ? null : 'query'));
  const large = labels.dogs
    .filter((_, d) => labels.rowsOf[d]!.length > perDog)
    .sort(compareCodePoints);
  const order = shuffled(large.length, seededRandom(seed));
  const unknown = new Set(
    Array.from(order.subarray(0, Math.round(large.length * unknownShare)), (i) => large[i]!),
  );
  labels.dogs.forEach((dog, d) => {
    const own = labels.rowsOf[d]!;
    if (own.length <= perDog || unknown.has(dog)) return;
    const sorted = [...own].sort((a, b) => ranks[a]! - ranks[b]!);
    for (const row of sorted.slice(0, perDog)) splits[row] = 'gallery';
  });
  return splits;
}

/** Rows without the dogs that were seen in training: their names are taken off, so that they enter no metric. */
export function withoutSeen(rows: readonly Row[], seen: ReadonlySet<string>): Row[] {
  return rows.map((row) =>
    row.identity !== null && seen.has(row.identity) ? { path: row.path, identity: null } : row,
  );
}
