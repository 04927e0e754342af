/**
 * The blame router: every failed query (Recall@1, end to end) gets the most upstream cause that can be shown.
 * With ground truth, boxes and keypoints are judged by it; without, only by what the run itself recorded.
 */
import type { PhotoRecord } from '../results/schema';
import { dot } from '../retrieval/dots';
import { pathRanks, type Row } from '../retrieval/rows';
import type { BurstPairs } from './bursts';
import { quantile } from './bootstrap';
import { closeness, VOTERS } from './mislabels';
import { genuineSimilarities } from './pairs';
import { boxIou } from './stageChanges';
import type { RunStatistics } from './statistics';
import { keypointError, showsFace, type TruthPhoto } from './truth';

/** Causes in the order in which they are looked for. */
export const CAUSES = [
  'photo-failed',
  'no-dog-found',
  'wrong-dog-or-loose-box',
  'keypoints-missing-or-off',
  'bad-chip',
  'near-duplicate',
  'suspected-wrong-label',
  'too-few-photos',
  'embedding',
] as const;
export type Cause = (typeof CAUSES)[number];

export const CAUSE_TITLES: Readonly<Record<Cause, string>> = {
  'photo-failed': 'Photo could not be processed',
  'no-dog-found': 'No dog found',
  'wrong-dog-or-loose-box': 'Wrong dog or loose box',
  'keypoints-missing-or-off': 'Keypoints missing or off',
  'bad-chip': 'Bad chip',
  'near-duplicate': 'Near-duplicate under another name',
  'suspected-wrong-label': 'Suspected wrong label',
  'too-few-photos': 'Too few photos of the dog',
  embedding: 'Embedding',
};

/** A box that overlaps the true one less is wrong or loose. */
export const LOOSE_IOU = 0.7;
/** Keypoints farther off, in face sizes, put the chip elsewhere. */
export const KEYPOINT_ERROR = 0.25;
/** A chip whose shorter side is below this many pixels holds no detail. */
export const SMALL_CHIP = 32;
/** Photos of a dog that can accuse a label. */
const FEWEST_VOTERS = 3;
/** A chip more elongated than this is squashed beyond recognition. */
export const ELONGATED_CHIP = 2.5;

export interface BlameCase {
  readonly path: string;
  readonly identity: string;
  readonly cause: Cause;
  /** `truth`: shown by ground truth; `run`: by what the run recorded. */
  readonly basis: 'truth' | 'run';
  /** One sentence with the numbers. */
  readonly evidence: string;
  /** Path and dog of the first match; null when the photo was not embedded or has no gallery. */
  readonly firstMatch: { readonly path: string; readonly identity: string } | null;
  /** Best rank of a mate; null without one. */
  readonly rank: number | null;
}

export interface BlameReport {
  /** Queries end to end, and how many failed. */
  readonly queries: number;
  readonly failed: number;
  /** Causes with at least one case, most frequent first (ties: order of CAUSES). */
  readonly pareto: readonly {
    readonly cause: Cause;
    readonly count: number;
    readonly share: number;
  }[];
  readonly cases: readonly BlameCase[];
}

export interface BlameRequest {
  readonly run: RunStatistics;
  readonly rows: readonly Row[];
  readonly photos: readonly PhotoRecord[];
  readonly truth?: readonly TruthPhoto[] | undefined;
  readonly bursts?: BurstPairs | null | undefined;
}

interface Finding {
  readonly cause: Cause;
  readonly basis: 'truth' | 'run';
  readonly evidence: string;
}

export function blame(request: BlameRequest): BlameReport {
  const { run, rows, photos } = request;
  const truth = new Map((request.truth ?? []).map((photo) => [photo.path, photo]));
  const rowOf = new Map<string, number>();
  for (const row of run.labels.labelled) rowOf.set(rows[row]!.path, row);
  const rankOf = new Map(run.queries.map(({ row, firstRank }) => [row, firstRank]));
  const asked = queriesEndToEnd(photos);
  const ranks = pathRanks(rows);
  const branchOf = new Map(photos.map(({ path, dogs }) => [path, dogs[0]?.branch]));
  const cases: BlameCase[] = [];
  let known: Usual | null = null;
  const usual = (): Usual => (known ??= usualOf(run));
  for (const photo of asked) {
    const row = rowOf.get(photo.path);
    const rank = row === undefined ? undefined : rankOf.get(row);
    if (rank === 1) continue;
    const near = row === undefined ? [] : nearest(run, ranks, row);
    const context = {
      ...request,
      photo,
      row,
      near,
      ranks,
      truth: truth.get(photo.path),
      branchOf,
      usual,
    };
    const first = near[0];
    cases.push({
      path: photo.path,
      identity: photo.identity ?? '',
      ...findCause(context),
      firstMatch:
        first === undefined
          ? null
          : { path: rows[first]!.path, identity: rows[first]!.identity ?? '' },
      rank: rank ?? null,
    });
  }
  const pareto = CAUSES.map((cause) => {
    const count = cases.filter((item) => item.cause === cause).length;
    return { cause, count, share: cases.length > 0 ? count / cases.length : 0 };
  })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return { queries: asked.length, failed: cases.length, pareto, cases };
}

/** As in endToEnd.ts: labelled photos that were run, of dogs with at least two such photos. */
function queriesEndToEnd(photos: readonly PhotoRecord[]): PhotoRecord[] {
  const labelled = photos.filter(
    ({ identity, status }) => identity !== null && status !== 'not-run',
  );
  const count = new Map<string, number>();
  for (const { identity } of labelled)
    count.set(identity ?? '', (count.get(identity ?? '') ?? 0) + 1);
  return labelled.filter(({ identity }) => (count.get(identity ?? '') ?? 0) >= 2);
}

interface Context extends Omit<BlameRequest, 'truth'> {
  readonly photo: PhotoRecord;
  readonly row: number | undefined;
  readonly near: readonly number[];
  readonly ranks: Int32Array;
  readonly truth: TruthPhoto | undefined;
  readonly branchOf: ReadonlyMap<string, string | undefined>;
  readonly usual: () => Usual;
}

function findCause(context: Context): Finding {
  const { photo } = context;
  if (photo.status === 'failed') {
    return byRun('photo-failed', photo.failure?.message ?? 'The photo failed.');
  }
  const dog = photo.dogs[0];
  if (!dog) return noDog(context.truth);
  return (
    boxFault(context, dog) ??
    keypointFault(context, dog) ??
    chipFault(dog) ??
    duplicateFault(context) ??
    labelFault(context) ??
    tooFew(context) ??
    byRun(
      'embedding',
      'Box, keypoints and chip show no fault: the vectors themselves are not alike enough.',
    )
  );
}

const byRun = (cause: Cause, evidence: string): Finding => ({ cause, basis: 'run', evidence });
const byTruth = (cause: Cause, evidence: string): Finding => ({ cause, basis: 'truth', evidence });

function noDog(truth: TruthPhoto | undefined): Finding {
  if (truth?.bbox) return byTruth('no-dog-found', 'The detector found no dog; the truth has one.');
  return byRun('no-dog-found', 'The detector found no dog.');
}

type Dog = PhotoRecord['dogs'][number];

function boxFault({ truth }: Context, dog: Dog): Finding | null {
  if (!truth?.bbox || dog.score === null) return null;
  const iou = boxIou(dog.bbox, [...truth.bbox]);
  if (iou >= LOOSE_IOU) return null;
  return byTruth(
    'wrong-dog-or-loose-box',
    `The box overlaps the true one by ${iou.toFixed(2)} (IoU; below ${LOOSE_IOU}).`,
  );
}

const REFUSED_POINTS = new Set([
  'no-pose',
  'pose-score-low',
  'keypoint-score-low',
  'keypoint-outside',
]);

function keypointFault({ truth, row, rows, run, branchOf }: Context, dog: Dog): Finding | null {
  if (dog.reason === 'keypoints-off' || dog.reason === 'already-a-chip') return null;
  if (truth && truth.keypoints.length > 0) {
    const error = dog.branch === 'face' ? keypointError(dog.keypoints, truth) : null;
    if (error !== null && error > KEYPOINT_ERROR) {
      return byTruth(
        'keypoints-missing-or-off',
        `The keypoints are ${error.toFixed(2)} face sizes off on average (more than ${KEYPOINT_ERROR}).`,
      );
    }
    if (dog.branch !== 'face' && REFUSED_POINTS.has(dog.reason) && showsFace(truth)) {
      return byTruth(
        'keypoints-missing-or-off',
        `Both eyes and the nose are visible, but no face chip was made (${dog.reason}).`,
      );
    }
    return null;
  }
  if (dog.branch === 'face' || !REFUSED_POINTS.has(dog.reason) || row === undefined) return null;
  // Without truth a missing face may be right. It is to blame only when the mates were seen by their faces.
  const mates = (run.labels.rowsOf[run.labels.dogOf[row]!] ?? []).filter((other) => other !== row);
  const faces = mates.filter((mate) => branchOf.get(rows[mate]!.path) === 'face').length;
  if (mates.length === 0 || faces * 2 <= mates.length) return null;
  return byRun(
    'keypoints-missing-or-off',
    `No face chip (${dog.reason}), while ${faces} of its ${mates.length} mates were embedded by their faces.`,
  );
}

function chipFault(dog: Dog): Finding | null {
  if (dog.reason === 'chip-degenerate' || dog.reason === 'chip-too-small') {
    return byRun('bad-chip', `The face chip was refused (${dog.reason}).`);
  }
  const width = dog.chip[2] - dog.chip[0];
  const height = dog.chip[3] - dog.chip[1];
  const short = Math.min(width, height);
  if (short < SMALL_CHIP) {
    return byRun(
      'bad-chip',
      `The chip is ${width} x ${height} px (shorter side below ${SMALL_CHIP}).`,
    );
  }
  if (Math.max(width, height) > ELONGATED_CHIP * short) {
    return byRun(
      'bad-chip',
      `The chip is ${width} x ${height} px, more than ${ELONGATED_CHIP} : 1.`,
    );
  }
  return null;
}

function duplicateFault({ bursts, row, near, rows, run }: Context): Finding | null {
  const first = near[0];
  if (row === undefined || first === undefined || !bursts?.excludes(row, first)) return null;
  if (run.labels.dogOf[first] === run.labels.dogOf[row]) return null;
  return byRun(
    'near-duplicate',
    `The first match, ${rows[first]!.path}, is nearly the same photo under another name.`,
  );
}

/** The query's own label, or that of its first match, contradicts the neighbours. */
function labelFault({ row, near, rows, run, ranks, usual }: Context): Finding | null {
  const first = near[0];
  if (row === undefined || first === undefined) return null;
  const { dogOf, dogs } = run.labels;
  const own = contradiction(run, row, near, usual());
  if (own) return byRun('suspected-wrong-label', `${own.why} ${dogs[dogOf[row]!]!}.`);
  const match = contradiction(run, first, nearest(run, ranks, first), usual());
  if (match === null || match.dog !== dogOf[row]) return null;
  return byRun(
    'suspected-wrong-label',
    `Its first match, ${rows[first]!.path}, is named ${dogs[dogOf[first]!]!} but looks like ${dogs[match.dog]!}.`,
  );
}

/** How alike two photos of one dog usually are: quantiles of the genuine similarities. */
interface Usual {
  readonly low: number;
  readonly quarter: number;
}

function usualOf(run: RunStatistics): Usual {
  const genuine = genuineSimilarities(run.source).sort();
  if (genuine.length === 0) return { low: -Infinity, quarter: Infinity };
  return { low: quantile(genuine, 0.1), quarter: quantile(genuine, 0.25) };
}

/**
 * The dog that a row looks like instead of its own, shown in one of two ways:
 * - its nearest photos agree on that dog and its own has no vote among the VOTERS nearest. A dog can give no more
 *   votes than it has photos: of as many nearest photos (at most VOTERS, at least FEWEST_VOTERS), all but at most
 *   one must be its;
 * - its nearest photos of that dog are as like it as photos of one dog usually are (better than the lowest quarter),
 *   those of its own dog less than they hardly ever are (the lowest tenth).
 */
function contradiction(
  run: RunStatistics,
  row: number,
  near: readonly number[],
  usual: Usual,
): { dog: number; why: string } | null {
  const { labels } = run;
  const first = near[0];
  if (first === undefined || near.length < VOTERS) return null;
  const own = labels.dogOf[row]!;
  const votes = near.map((other) => labels.dogOf[other]!);
  if (!votes.includes(own)) {
    for (const dog of new Set(votes)) {
      const of = Math.min(VOTERS, labels.rowsOf[dog]!.length);
      const count = votes.slice(0, of).filter((other) => other === dog).length;
      if (of >= FEWEST_VOTERS && count >= of - 1) {
        return {
          dog,
          why: `${count} of its ${of} nearest photos are ${labels.dogs[dog]!}, none of the nearest ${VOTERS} is`,
        };
      }
    }
  }
  const dog = labels.dogOf[first]!;
  if (dog === own || labels.rowsOf[dog]!.length < FEWEST_VOTERS) return null;
  const theirs = closeness(run, row, dog);
  const ours = closeness(run, row, own);
  if (theirs === null || ours === null || theirs < usual.quarter || ours > usual.low) return null;
  return {
    dog,
    why: `It is as like ${labels.dogs[dog]!} (${theirs.toFixed(2)}) as photos of one dog usually are, and hardly like (${ours.toFixed(2)}) the others of`,
  };
}

function tooFew({ row, run }: Context): Finding | null {
  if (row === undefined) return null;
  const photos = run.labels.rowsOf[run.labels.dogOf[row]!]!.length;
  if (photos >= 3) return null;
  return byRun(
    'too-few-photos',
    photos === 1
      ? 'No other photo of the dog was embedded.'
      : 'Only one other photo of the dog was embedded.',
  );
}

/** The VOTERS nearest labelled rows in exact gallery order (see gallery.ts). */
function nearest({ source, labels }: RunStatistics, ranks: Int32Array, row: number): number[] {
  const { n, data } = source.similarity;
  const base = row * n;
  const before = (a: number, b: number): boolean => {
    const single = data[base + a]! - data[base + b]!;
    if (single !== 0) return single > 0;
    const exact = dot(source.matrix, row, a) - dot(source.matrix, row, b);
    return exact === 0 ? ranks[a]! < ranks[b]! : exact > 0;
  };
  const best: number[] = [];
  for (const other of labels.labelled) {
    if (other === row) continue;
    if (best.length === VOTERS && !before(other, best[VOTERS - 1]!)) continue;
    let at = best.length;
    while (at > 0 && before(other, best[at - 1]!)) at--;
    best.splice(at, 0, other);
    if (best.length > VOTERS) best.pop();
  }
  return best;
}
