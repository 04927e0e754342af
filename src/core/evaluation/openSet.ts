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
 */
export function openSetFigures(
  matrix: EmbeddingMatrix,
  rows: readonly Row[],
  splits: readonly (Split | null)[],
): OpenSetFigures {
  const ranks = pathRanks(rows);
  const gallery = rows.flatMap(({ identity }, i) =>
    splits[i] === 'gallery' && identity !== null ? [i] : [],
  );
  const enrolled = new Set(gallery.map((i) => rows[i]!.identity));
  const known: { score: number; rank: number }[] = [];
  const unknown: number[] = [];
  rows.forEach(({ identity }, query) => {
    if (splits[query] !== 'query' || identity === null || gallery.length === 0) return;
    const order = gallery
      .map((row) => ({ row, s: dot(matrix, query, row) }))
      .sort((a, b) => b.s - a.s || ranks[a.row]! - ranks[b.row]!);
    const score = order[0]!.s;
    if (!enrolled.has(identity)) unknown.push(score);
    else {
      const rank = order.findIndex(({ row }) => rows[row]!.identity === identity) + 1;
      known.push({ score, rank });
    }
  });
  unknown.sort((a, b) => b - a);
  const recall = (k: number): Figure =>
    known.length === 0
      ? refused('No query belongs to a dog of the gallery.')
      : given(known.filter(({ rank }) => rank <= k).length / known.length, known.length);
  return {
    counts: {
      gallery: gallery.length,
      enrolledDogs: enrolled.size,
      knownQueries: known.length,
      unknownQueries: unknown.length,
    },
    recallAt1: recall(1),
    recallAt5: recall(5),
    dirAtFpir: { '0.1': dirAtFpir(known, unknown, 0.1), '0.01': dirAtFpir(known, unknown, 0.01) },
  };
}

/** The largest DIR over all thresholds with FPIR <= `fpir`. @param unknown scores, descending. */
function dirAtFpir(
  known: readonly { score: number; rank: number }[],
  unknown: readonly number[],
  fpir: number,
): Figure {
  if (known.length === 0) return refused('No query belongs to a dog of the gallery.');
  const needed = Math.ceil(10 / fpir);
  if (unknown.length < needed) {
    return refused(
      `FPIR ${fpir * 100} % needs at least ${needed} queries of unknown dogs; there are ${unknown.length}.`,
    );
  }
  // A threshold just above the first unknown score that would be one too many.
  let allowed = 0;
  while (allowed < unknown.length && (allowed + 1) / unknown.length <= fpir) allowed++;
  const tooLow = unknown[allowed] ?? -Infinity;
  const found = known.filter(({ score, rank }) => rank === 1 && score > tooLow).length;
  return given(found / known.length, known.length);
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
