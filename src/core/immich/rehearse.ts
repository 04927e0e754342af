/** What will happen in the photo library: the real rule over several orders, DBSCAN beside it, and a sweep of its settings. */
import { labelRows, type Labels } from '../evaluation/labels';
import { MERGE_COST } from '../evaluation/suggestions';
import { assertFinite } from '../retrieval/dots';
import { clusterLikeLibrary } from './cluster';
import { dbscan } from './dbscan';
import { dogTable, type DogOutcome } from './dogTable';
import { LIBRARY_DEFAULTS, type Assignment, type Faces, type LibrarySettings } from './faces';
import {
  cannotLinks,
  sharedPhotoPairs,
  suggestMerges,
  type CannotLink,
  type MergeSuggestion,
} from './mergeSuggestions';
import { Neighbours } from './neighbours';
import { randomOrders, uploadOrder } from './order';
import { scoreClusters, type ClusterScore } from './score';

export const REHEARSAL_SCHEMA = 'samedog.rehearsal/1';

export interface RehearsalOptions {
  readonly settings?: LibrarySettings;
  readonly randomOrders?: number;
  readonly seed?: number;
  /** Settings tried; an empty list leaves the sweep out. */
  readonly maxDistances?: readonly number[];
  readonly minFaces?: readonly number[];
  /** What one wrongly merged pair costs in wrongly split pairs. */
  readonly mergeCost?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Smallest, mean and largest over the orders; null where the figure has no meaning. */
export interface OrderSpread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

export interface SweepCell extends LibrarySettings {
  /** Over upload order and all random orders. */
  readonly people: OrderSpread;
  readonly purity: OrderSpread | null;
  readonly pairPrecision: OrderSpread | null;
  readonly pairRecall: OrderSpread | null;
  readonly vMeasure: OrderSpread | null;
  readonly unassigned: OrderSpread;
  readonly wrongMerges: OrderSpread;
  readonly wrongSplits: OrderSpread;
  /** Pairs of dogs of one photo in one person, beyond `wrongMerges`: a dog without a name is among them. */
  readonly sharedPhotoMerges: OrderSpread;
  /** mergeCost x mean wrong merges, those within photos too, + mean wrong splits. */
  readonly cost: number;
  readonly dbscan: ClusterScore;
}

export interface Rehearsal {
  readonly schema: typeof REHEARSAL_SCHEMA;
  readonly settings: LibrarySettings;
  readonly counts: {
    readonly faces: number;
    readonly labelledFaces: number;
    readonly dogs: number;
    /** Photos with more than one dog: the library does not know that these are different dogs. */
    readonly photosWithSeveralDogs: number;
  };
  readonly uploadOrder: {
    readonly score: ClusterScore;
    readonly dogs: readonly DogOutcome[];
    /** Person of every face, -1 unassigned. */
    readonly person: readonly number[];
  };
  readonly randomOrders: {
    readonly count: number;
    readonly seed: number;
    readonly scores: readonly ClusterScore[];
    readonly people: OrderSpread | null;
  };
  readonly dbscan: { readonly score: ClusterScore; readonly dogs: readonly DogOutcome[] };
  readonly sweep: readonly SweepCell[];
  readonly recommendation:
    | {
        readonly settings: LibrarySettings;
        readonly mergeCost: number;
        readonly cost: number;
        readonly sentence: string;
      }
    | { readonly settings: null; readonly reason: string };
  /** What we would merge by hand after the library's clustering in order of upload. */
  readonly suggestions: LibrarySuggestions;
  readonly notes: readonly string[];
}

export interface LibrarySuggestions {
  /** Mean similarity from which two people are suggested: as near as the library lets two faces be. */
  readonly threshold: number;
  /** The most similar pairs of people, at most MOST_SUGGESTIONS of `mergePairs`. */
  readonly merges: readonly MergeSuggestion[];
  readonly mergePairs: number;
  /** Similar enough, but seen in one photo together. At most MOST_SUGGESTIONS of `ruledOutPairs`. */
  readonly ruledOut: readonly MergeSuggestion[];
  readonly ruledOutPairs: number;
  readonly cannotLinks: readonly CannotLink[];
}

const MOST_SUGGESTIONS = 100;

const DISTANCES = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7];
const MIN_FACES = [1, 2, 3, 4, 5];

/**
 * @param takenAt date of a path (`YYYY-MM-DDTHH:MM:SS`), or null: orders the upload.
 * @throws RangeError when rows and matrix do not fit or an embedding is not finite.
 */
export function rehearse(
  faces: Faces,
  takenAt: (path: string) => string | null,
  options: RehearsalOptions = {},
): Rehearsal {
  const { matrix, rows } = faces;
  if (rows.length !== matrix.rows) {
    throw new RangeError(`${rows.length} rows named for a matrix of ${matrix.rows}`);
  }
  assertFinite(matrix);
  const settings = options.settings ?? LIBRARY_DEFAULTS;
  const seed = options.seed ?? 1;
  const labels = labelRows(rows);
  const neighbours = new Neighbours(faces);
  const upload = uploadOrder(rows, takenAt);
  const random = randomOrders(rows.length, options.randomOrders ?? 8, seed);
  const first = clusterLikeLibrary(neighbours, upload, settings);
  const scores = random.map((order) =>
    scoreClusters(clusterLikeLibrary(neighbours, order, settings), labels),
  );
  const reference = dbscan(neighbours, settings);
  const sweep = sweepSettings(faces, neighbours, [upload, ...random], labels, options);
  const several = photosWithSeveralDogs(rows.map(({ path }) => path));
  return {
    schema: REHEARSAL_SCHEMA,
    settings,
    counts: {
      faces: rows.length,
      labelledFaces: labels.labelled.length,
      dogs: labels.dogs.length,
      photosWithSeveralDogs: several,
    },
    uploadOrder: {
      score: scoreClusters(first, labels),
      dogs: dogTable(first, labels),
      person: Array.from(first.person),
    },
    randomOrders: {
      count: random.length,
      seed,
      scores,
      people: spread(scores.map(({ people }) => people)),
    },
    dbscan: { score: scoreClusters(reference, labels), dogs: dogTable(reference, labels) },
    sweep,
    suggestions: suggestionsOf(faces, first, settings),
    recommendation: recommend(sweep, labels, options.mergeCost ?? MERGE_COST),
    notes: notesOf(several),
  };
}

function suggestionsOf(
  faces: Faces,
  assignment: Assignment,
  { maxDistance }: LibrarySettings,
): LibrarySuggestions {
  const threshold = 1 - maxDistance;
  const { merges, ruledOut } = suggestMerges(faces, assignment, threshold);
  return {
    threshold,
    merges: merges.slice(0, MOST_SUGGESTIONS),
    mergePairs: merges.length,
    ruledOut: ruledOut.slice(0, MOST_SUGGESTIONS),
    ruledOutPairs: ruledOut.length,
    cannotLinks: cannotLinks(faces, assignment),
  };
}

function sweepSettings(
  faces: Faces,
  neighbours: Neighbours,
  orders: readonly Int32Array[],
  labels: Labels,
  options: RehearsalOptions,
): SweepCell[] {
  const distances = options.maxDistances ?? DISTANCES;
  const counts = options.minFaces ?? MIN_FACES;
  const total = distances.length * counts.length;
  const cells: SweepCell[] = [];
  for (const maxDistance of distances) {
    for (const minFaces of counts) {
      const settings = { maxDistance, minFaces };
      const of = (assignment: Assignment): ClusterScore => scoreClusters(assignment, labels);
      const found = orders.map((order) => clusterLikeLibrary(neighbours, order, settings));
      const scores = found.map(of);
      const wrongMerges = spreadOf(scores.map((s) => s.wrongMerges));
      const wrongSplits = spreadOf(scores.map((s) => s.wrongSplits));
      const sharedPhotoMerges = spreadOf(found.map((one) => sharedPhotoPairs(faces, one)));
      cells.push({
        ...settings,
        people: spreadOf(scores.map((s) => s.people)),
        purity: spread(scores.map((s) => s.purity)),
        pairPrecision: spread(scores.map((s) => s.pairPrecision)),
        pairRecall: spread(scores.map((s) => s.pairRecall)),
        vMeasure: spread(scores.map((s) => s.vMeasure)),
        unassigned: spreadOf(scores.map((s) => s.unassigned)),
        wrongMerges,
        wrongSplits,
        sharedPhotoMerges,
        cost:
          (options.mergeCost ?? MERGE_COST) * (wrongMerges.mean + sharedPhotoMerges.mean) +
          wrongSplits.mean,
        dbscan: of(dbscan(neighbours, settings)),
      });
      options.onProgress?.(cells.length, total);
    }
  }
  return cells;
}

/** The cheapest cell; among equals the smaller distance, then more faces. */
function recommend(
  sweep: readonly SweepCell[],
  labels: Labels,
  mergeCost: number,
): Rehearsal['recommendation'] {
  if (!labels.rowsOf.some(({ length }) => length > 1) || labels.dogs.length < 2) {
    return {
      settings: null,
      reason: 'A recommendation needs at least two dogs, one of them with two embedded photos.',
    };
  }
  let best: SweepCell | undefined;
  for (const cell of sweep) {
    const better =
      best === undefined ||
      cell.cost < best.cost ||
      (cell.cost === best.cost &&
        (cell.maxDistance < best.maxDistance ||
          (cell.maxDistance === best.maxDistance && cell.minFaces > best.minFaces)));
    if (better) best = cell;
  }
  if (!best) return { settings: null, reason: 'No settings were tried.' };
  const { maxDistance, minFaces, cost } = best;
  const merged = best.wrongMerges.mean + best.sharedPhotoMerges.mean;
  return {
    settings: { maxDistance, minFaces },
    mergeCost,
    cost,
    sentence:
      `maxDistance ${maxDistance.toFixed(2)} with minFaces ${minFaces} costs least when a wrong merge ` +
      `counts as ${mergeCost} wrong splits: on average ${round(merged)} wrongly merged and ` +
      `${round(best.wrongSplits.mean)} wrongly split pairs, ${round(best.people.mean)} people for ` +
      `${labels.dogs.length} dogs.`,
  };
}

function notesOf(several: number): string[] {
  const notes = [
    'The library never merges people and never moves a face, so the result depends on the order of upload.',
    'The library has one maxDistance for humans and dogs: a value that suits dogs also changes how people are grouped.',
  ];
  if (several > 0) {
    notes.push(
      `${several} ${several === 1 ? 'photo shows' : 'photos show'} several dogs. Two dogs in one photo are never ` +
        'the same dog, but the library does not know this.',
    );
  }
  return notes;
}

function photosWithSeveralDogs(paths: readonly string[]): number {
  const seen = new Map<string, number>();
  for (const path of paths) seen.set(path, (seen.get(path) ?? 0) + 1);
  return [...seen.values()].filter((dogs) => dogs > 1).length;
}

function spread(values: readonly (number | null)[]): OrderSpread | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : spreadOf(numbers);
}

function spreadOf(values: readonly number[]): OrderSpread {
  return {
    min: Math.min(...values),
    mean: values.reduce((sum, x) => sum + x, 0) / values.length,
    max: Math.max(...values),
  };
}

const round = (x: number): string => String(Math.round(x * 10) / 10);
