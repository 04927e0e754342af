/**
 * Two runs over one folder, paired. Both are scored on the labelled photos that both embedded, so that a
 * difference comes from the vectors and not from who was asked. End to end they are scored on the labelled photos
 * that both were given and ran, against galleries of these: a photo that one of them lost is a miss there, one that
 * only the other was given, or that has another label or other bytes, counts on neither side. Differences are b - a, their intervals from the same draws of dogs.
 */
import type { Figure } from '../results/schema';
import { compareCodePoints } from '../codePoints';
import { dot } from '../retrieval/dots';
import type { Row } from '../retrieval/rows';
import { similarityMatrix } from '../retrieval/similarity';
import type { EmbeddingMatrix } from '../types';
import { DRAWS, percentileInterval, SEED, type Resampling } from './bootstrap';
import { endToEnd, endToEndFigure, endToEndReplicates } from './endToEnd';
import {
  identificationFigures,
  verificationFigures,
  type FarTarget,
  type IdentificationFigures,
  type VerificationFigures,
} from './figures';
import { given, refused } from './figure';
import type { PhotoOutcome } from './outcomes';
import {
  contributing,
  replicate,
  QUERY_FIGURE_NAMES,
  type QueryFigure,
  type Replicates,
} from './replicates';
import { runStatistics, type RunStatistics } from './statistics';

export interface RunSide {
  readonly matrix: EmbeddingMatrix;
  readonly rows: readonly Row[];
  /** Every photo of the run; without it end-to-end figures are refused. */
  readonly photos?: readonly PhotoOutcome[] | undefined;
}

/** A query whose first match changed between right and wrong. */
export interface Flip {
  readonly path: string;
  readonly identity: string;
  /** Best rank of a mate on either side. */
  readonly rankA: number;
  readonly rankB: number;
  /** First match of the query on either side. */
  readonly matchA: Row | null;
  readonly matchB: Row | null;
}

export interface Compared {
  readonly a: Figure;
  readonly b: Figure;
  /** b - a with the 95 % interval of the paired draws. */
  readonly difference: Figure;
}

export interface Comparison {
  readonly counts: {
    /** Labelled photos embedded by both; everything below but `endToEndRecallAt1` is about these. */
    readonly common: number;
    readonly dogs: number;
    readonly queries: number;
    readonly onlyA: number;
    readonly onlyB: number;
    /** Left out: the same path with another dog's name, or other bytes. */
    readonly relabelled: number;
    readonly otherFile: number;
  };
  readonly identification: Readonly<Record<QueryFigure, Compared>>;
  readonly macro: Readonly<Record<QueryFigure, Compared>>;
  readonly verification: {
    readonly auc: Compared;
    readonly eer: Compared;
    readonly tarAtFar: Readonly<Record<FarTarget, Compared>>;
  };
  readonly endToEndRecallAt1: Compared;
  readonly rightToWrong: readonly Flip[];
  readonly wrongToRight: readonly Flip[];
  readonly resampling: Resampling;
}

export interface CompareOptions extends Partial<Resampling> {
  readonly onProgress?: (done: number, total: number) => void;
}

export function compareRuns(a: RunSide, b: RunSide, options: CompareOptions = {}): Comparison {
  const resampling = { draws: options.draws ?? DRAWS, seed: options.seed ?? SEED };
  const { rows, pairs, counts } = align(a, b);
  const total = 2 * resampling.draws;
  const runA = commonRun(
    a,
    rows,
    pairs.map(([i]) => i),
  );
  const runB = commonRun(
    b,
    rows,
    pairs.map(([, j]) => j),
  );
  const several = contributing(runA).genuine;
  const drawn = (run: RunStatistics, from: number): Replicates | null =>
    several
      ? replicate(run, {
          ...resampling,
          onProgress: (done) => options.onProgress?.(from + done, total),
        })
      : null;
  const drawsA = drawn(runA, 0);
  const drawsB = drawn(runB, resampling.draws);
  const idA = identificationFigures(runA, drawsA);
  const idB = identificationFigures(runB, drawsB);
  const ranks = ranksOfBoth(runA, runB);
  const flips = (wanted: (one: RankPair) => boolean): Flip[] =>
    ranks.filter(wanted).map(({ row, rankA, rankB }) => ({
      path: rows[row]!.path,
      identity: rows[row]!.identity ?? '',
      rankA,
      rankB,
      matchA: firstMatch(runA, rows, row),
      matchB: firstMatch(runB, rows, row),
    }));
  return {
    counts: {
      common: rows.length,
      dogs: runA.labels.dogs.length,
      queries: runA.queries.length,
      ...counts,
    },
    identification: each((name) =>
      compared(idA[name], idB[name], drawsA?.micro[name], drawsB?.micro[name]),
    ),
    macro: each((name) =>
      compared(idA.macro[name], idB.macro[name], drawsA?.macro[name], drawsB?.macro[name]),
    ),
    verification: verificationDifferences(
      verificationFigures(runA, drawsA),
      verificationFigures(runB, drawsB),
      drawsA,
      drawsB,
    ),
    endToEndRecallAt1: endToEndDifference(a, b, resampling),
    rightToWrong: flips(({ rankA, rankB }) => rankA === 1 && rankB > 1),
    wrongToRight: flips(({ rankA, rankB }) => rankA > 1 && rankB === 1),
    resampling,
  };
}

/** Whether an interval of a difference lies on one side of nothing. */
export function directionOf(difference: Figure): 'better' | 'worse' | 'undecided' {
  if (difference.value === null || difference.low === null || difference.high === null) {
    return 'undecided';
  }
  if (difference.low > 0) return 'better';
  return difference.high < 0 ? 'worse' : 'undecided';
}

function align(
  a: RunSide,
  b: RunSide,
): {
  rows: Row[];
  pairs: [number, number][];
  counts: Pick<Comparison['counts'], 'onlyA' | 'onlyB' | 'relabelled' | 'otherFile'>;
} {
  const labelled = ({ rows }: RunSide): Map<string, number> =>
    new Map(rows.flatMap(({ path, identity }, i) => (identity === null ? [] : [[path, i]])));
  const inA = labelled(a);
  const inB = labelled(b);
  const hashes = (side: RunSide): Map<string, string | null | undefined> =>
    new Map((side.photos ?? []).map(({ path, sha256 }) => [path, sha256]));
  const hashA = hashes(a);
  const hashB = hashes(b);
  const pairs: [number, number][] = [];
  const counts = { onlyA: 0, onlyB: 0, relabelled: 0, otherFile: 0 };
  for (const [path, i] of inA) {
    const j = inB.get(path);
    const [x, y] = [hashA.get(path), hashB.get(path)];
    if (j === undefined) counts.onlyA++;
    else if (otherBytes(x, y)) counts.otherFile++;
    else if (a.rows[i]!.identity !== b.rows[j]!.identity) counts.relabelled++;
    else pairs.push([i, j]);
  }
  for (const path of inB.keys()) if (!inA.has(path)) counts.onlyB++;
  pairs.sort(([x], [y]) => compareCodePoints(a.rows[x]!.path, a.rows[y]!.path));
  return { rows: pairs.map(([i]) => a.rows[i]!), pairs, counts };
}

/** An unknown hash speaks against nothing. */
const otherBytes = (a: string | null | undefined, b: string | null | undefined): boolean =>
  Boolean(a) && Boolean(b) && a !== b;

function commonRun(side: RunSide, rows: readonly Row[], picked: readonly number[]): RunStatistics {
  const { dim, data } = side.matrix;
  const common = new Float32Array(picked.length * dim);
  picked.forEach((row, i) => common.set(data.subarray(row * dim, (row + 1) * dim), i * dim));
  const matrix = { rows: picked.length, dim, data: common };
  return runStatistics(matrix, rows, similarityMatrix(matrix));
}

function compared(
  a: Figure,
  b: Figure,
  drawsA: Float64Array | undefined,
  drawsB: Float64Array | undefined,
): Compared {
  if (a.value === null) return { a, b, difference: refused(a.reason) };
  if (b.value === null) return { a, b, difference: refused(b.reason) };
  const interval =
    drawsA && drawsB
      ? percentileInterval(drawsB.map((value, draw) => value - drawsA[draw]!))
      : null;
  const difference = given(b.value - a.value, b.n, interval?.low ?? null, interval?.high ?? null);
  return { a, b, difference };
}

const each = (figure: (name: QueryFigure) => Compared): Record<QueryFigure, Compared> =>
  Object.fromEntries(QUERY_FIGURE_NAMES.map((name) => [name, figure(name)])) as Record<
    keyof Omit<IdentificationFigures, 'macro'>,
    Compared
  >;

function verificationDifferences(
  a: VerificationFigures,
  b: VerificationFigures,
  drawsA: Replicates | null,
  drawsB: Replicates | null,
): Comparison['verification'] {
  const tar = (far: FarTarget): Compared =>
    compared(
      a.tarAtFar[far],
      b.tarAtFar[far],
      drawsA?.pairs[`tarAtFar${far}`],
      drawsB?.pairs[`tarAtFar${far}`],
    );
  return {
    auc: compared(a.auc, b.auc, drawsA?.pairs.auc, drawsB?.pairs.auc),
    eer: compared(a.eer, b.eer, drawsA?.pairs.eer, drawsB?.pairs.eer),
    tarAtFar: { '0.1': tar('0.1'), '0.01': tar('0.01'), '0.001': tar('0.001') },
  };
}

/** End to end: queries and galleries are the photos that both runs were given, whatever became of them. */
function endToEndDifference(a: RunSide, b: RunSide, resampling: Resampling): Compared {
  if (!a.photos || !b.photos) {
    const unknown = refused('The photos of a run are not known.');
    return { a: unknown, b: unknown, difference: unknown };
  }
  const key = ({ path, identity }: Row): string => `${identity ?? ''}\n${path}`;
  const run = (photos: readonly PhotoOutcome[]): PhotoOutcome[] =>
    photos.filter(({ status, identity }) => status !== 'not-run' && identity !== null);
  const inA = new Map(run(a.photos).map((photo) => [key(photo), photo]));
  const common = new Set(
    run(b.photos).flatMap((photo) => {
      const other = inA.get(key(photo));
      return other && !otherBytes(other.sha256, photo.sha256) ? [key(photo)] : [];
    }),
  );
  const of = ({ matrix, rows, photos = [] }: RunSide): ReturnType<typeof endToEnd> => {
    const shared = rows.map((row): Row =>
      common.has(key(row)) ? row : { path: row.path, identity: null },
    );
    return endToEnd(
      runStatistics(matrix, shared, similarityMatrix(matrix)),
      shared,
      run(photos).filter((photo) => common.has(key(photo))),
    );
  };
  const endA = of(a);
  const endB = of(b);
  const several = endA.dogs.length >= 2;
  return compared(
    endToEndFigure(endA, several ? resampling : null),
    endToEndFigure(endB, several ? resampling : null),
    several ? endToEndReplicates(endA, resampling) : undefined,
    several ? endToEndReplicates(endB, resampling) : undefined,
  );
}

interface RankPair {
  readonly row: number;
  readonly rankA: number;
  readonly rankB: number;
}

/** Best rank of a mate of every query on both sides. */
function ranksOfBoth(a: RunStatistics, b: RunStatistics): RankPair[] {
  const ranks = new Map(b.queries.map(({ row, firstRank }) => [row, firstRank]));
  return a.queries.map(({ row, firstRank }) => ({
    row,
    rankA: firstRank,
    rankB: ranks.get(row) ?? firstRank,
  }));
}

/** The photo at rank 1: most similar, ties by path. */
function firstMatch(
  { labels, source }: RunStatistics,
  rows: readonly Row[],
  row: number,
): Row | null {
  let best: Row | null = null;
  let similarity = -Infinity;
  for (const other of labels.labelled) {
    if (other === row) continue;
    const s = dot(source.matrix, row, other);
    const closer =
      s > similarity ||
      (s === similarity && best !== null && compareCodePoints(rows[other]!.path, best.path) < 0);
    if (!closer) continue;
    best = rows[other]!;
    similarity = s;
  }
  return best && { path: best.path, identity: best.identity };
}
