/**
 * The mislabel queue: photos and pairs whose label contradicts their neighbours, most suspicious first, to be
 * reviewed one key each. Two kinds:
 * - cold photo: its nearest neighbours agree on another dog while its own dog's photos are farther away;
 * - hot pair: two photos of different dogs that are more alike than photos of one dog usually are.
 */
import { dot } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import type { BurstPairs } from './bursts';
import { quantile } from './bootstrap';
import { genuineSimilarities } from './pairs';
import type { RunStatistics } from './statistics';

/** Neighbours asked for their opinion. */
export const VOTERS = 5;

export type Suspicion =
  | {
      readonly kind: 'cold-photo';
      readonly row: number;
      /** The dog the neighbours agree on, and the nearest photo of it. */
      readonly suspected: string;
      readonly nearest: number;
      /** How many of the nearest VOTERS photos are that dog, and of how many. */
      readonly votes: number;
      readonly voters: number;
      /** Mean similarity to the nearest photos of the suspected dog minus that to its own dog. */
      readonly score: number;
    }
  | {
      readonly kind: 'hot-pair';
      /** The one of the two that is less like the rest of its dog: its label is doubted, not that of `other`. */
      readonly row: number;
      readonly other: number;
      readonly similarity: number;
      /** Similarity minus the median similarity of genuine pairs. */
      readonly score: number;
    };

export interface MislabelOptions {
  /** Longest queue; the default holds 200 of each kind. */
  readonly most?: number;
  /** Pairs already judged: not shown again. */
  readonly decided?: (i: number, j: number) => boolean;
  /** Photos already judged: not shown again as cold photos. */
  readonly decidedRow?: (row: number) => boolean;
  readonly bursts?: BurstPairs | null;
}

/** Cold photos first by score, hot pairs by score; ties by row. Rows of one photo are never a hot pair. */
export function mislabelQueue(
  run: RunStatistics,
  rows: readonly Row[],
  options: MislabelOptions = {},
): { readonly coldPhotos: Suspicion[]; readonly hotPairs: Suspicion[] } {
  const most = options.most ?? 200;
  return {
    coldPhotos: coldPhotos(run, options).slice(0, most),
    hotPairs: hotPairs(run, rows, options, most),
  };
}

/** One list for reviewing: every photo at most once as a cold photo, hot pairs of settled photos dropped. */
export function reviewQueue(
  run: RunStatistics,
  rows: readonly Row[],
  options: MislabelOptions = {},
): Suspicion[] {
  const { coldPhotos: cold, hotPairs: hot } = mislabelQueue(run, rows, options);
  const suspected = new Set(cold.map(({ row }) => row));
  const rest = hot.filter(
    (item) => item.kind === 'hot-pair' && !suspected.has(item.row) && !suspected.has(item.other),
  );
  return [...cold, ...rest];
}

function coldPhotos(run: RunStatistics, { decidedRow }: MislabelOptions): Suspicion[] {
  const { labels, source } = run;
  const { n, data } = source.similarity;
  const found: Extract<Suspicion, { kind: 'cold-photo' }>[] = [];
  for (const row of labels.labelled) {
    if (decidedRow?.(row)) continue;
    const own = labels.dogOf[row]!;
    // The best VOTERS photos overall, and the best similarities to each dog.
    const near = nearestLabelled(data, row * n, labels.labelled, row, VOTERS);
    const votes = new Map<number, number>();
    for (const other of near) {
      const dog = labels.dogOf[other]!;
      votes.set(dog, (votes.get(dog) ?? 0) + 1);
    }
    let suspected = -1;
    for (const other of near) {
      const dog = labels.dogOf[other]!;
      if (dog === own) continue;
      if (suspected < 0 || votes.get(dog)! > votes.get(suspected)!) suspected = dog;
    }
    if (suspected < 0) continue;
    const theirs = closeness(run, row, suspected);
    const ours = closeness(run, row, own);
    // A dog's only photo has nobody to be near to: strangers prove nothing.
    if (theirs === null || ours === null || theirs <= ours) continue;
    found.push({
      kind: 'cold-photo',
      row,
      suspected: labels.dogs[suspected]!,
      nearest: near.find((other) => labels.dogOf[other] === suspected)!,
      votes: votes.get(suspected)!,
      voters: near.length,
      score: theirs - ours,
    });
  }
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** Mean float64 similarity of a photo to its (up to) three nearest photos of a dog, itself left out. */
export function closeness(
  { labels, source }: RunStatistics,
  row: number,
  dog: number,
): number | null {
  const similarities = labels.rowsOf[dog]!.filter((other) => other !== row)
    .map((other) => dot(source.matrix, row, other))
    .sort((a, b) => b - a)
    .slice(0, 3);
  if (similarities.length === 0) return null;
  return similarities.reduce((sum, s) => sum + s, 0) / similarities.length;
}

function nearestLabelled(
  data: Float32Array,
  base: number,
  labelled: Int32Array,
  self: number,
  count: number,
): number[] {
  const best: number[] = [];
  for (const other of labelled) {
    if (other === self) continue;
    const s = data[base + other]!;
    if (best.length === count && s <= data[base + best[count - 1]!]!) continue;
    let at = best.length;
    while (at > 0 && data[base + best[at - 1]!]! < s) at--;
    best.splice(at, 0, other);
    if (best.length > count) best.pop();
  }
  return best;
}

function hotPairs(
  run: RunStatistics,
  rows: readonly Row[],
  { decided, bursts }: MislabelOptions,
  most: number,
): Suspicion[] {
  const { labels, source } = run;
  const { n, data } = source.similarity;
  const genuine = genuineSimilarities(source).sort();
  if (genuine.length === 0 || most < 1) return [];
  const median = quantile(genuine, 0.5);
  let found: { row: number; other: number; similarity: number }[] = [];
  let floor = median;
  const byScore = (
    a: { row: number; other: number; similarity: number },
    b: { row: number; other: number; similarity: number },
  ): number => b.similarity - a.similarity || a.row - b.row || a.other - b.other;
  for (let x = 0; x < labels.labelled.length; x++) {
    const row = labels.labelled[x]!;
    for (let y = x + 1; y < labels.labelled.length; y++) {
      const other = labels.labelled[y]!;
      if (data[row * n + other]! < floor || labels.dogOf[row] === labels.dogOf[other]) continue;
      if (rows[row]!.path === rows[other]!.path || decided?.(row, other)) continue;
      found.push({ row, other, similarity: dot(source.matrix, row, other) });
      if (found.length >= 4 * most) {
        found = found.sort(byScore).slice(0, most);
        // Float32 of the worst kept pair, a step lower: its equals must still get in.
        floor = Math.max(median, Math.fround(found[most - 1]!.similarity) - 1e-7);
      }
    }
  }
  // Near-duplicates in two folders are the surest sign of all: the same photo under two names.
  const weight = (row: number, other: number): number => (bursts?.excludes(row, other) ? 1 : 0);
  return found
    .sort(byScore)
    .slice(0, most)
    .map((pair) => ({ ...pair, score: pair.similarity - median + weight(pair.row, pair.other) }))
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .map((pair): Suspicion => ({ kind: 'hot-pair', ...pair, ...doubtedFirst(run, pair) }));
}

/** A dog's only photo is like nobody: the other has mates that speak for it. Ties: the lower row. */
function doubtedFirst(
  run: RunStatistics,
  { row, other }: { readonly row: number; readonly other: number },
): { readonly row: number; readonly other: number } {
  const own = (i: number): number => closeness(run, i, run.labels.dogOf[i]!) ?? -Infinity;
  return own(other) < own(row) ? { row: other, other: row } : { row, other };
}
