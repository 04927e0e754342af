/** Figures and score distribution of every dog. */
import { compareCodePoints } from '../codePoints';
import { dot } from '../retrieval/dots';
import { quantile } from './bootstrap';
import { DOG_BINS, dogBin } from './dogPairs';
import { nearestScores, type NearestScores } from './nearest';
import type { PhotoOutcome } from './outcomes';
import { queriesByDog } from './replicates';
import { dogSums, type RunStatistics } from './statistics';

/** Five-number summary of similarities; null without any. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface DogFigures {
  readonly identity: string;
  /** Photos of the folder by outcome; null when only the embedded ones are known. */
  readonly photos: {
    readonly embedded: number;
    readonly noDog: number | null;
    readonly failed: number | null;
  };
  /** Fractions of this dog's queries; null without queries. */
  readonly queries: number;
  readonly recallAt1: number | null;
  readonly recallAt5: number | null;
  readonly mAP: number | null;
  /** Similarities among the dog's own photos. */
  readonly genuine: Spread | null;
  /** Similarities between the dog and all others, and the hottest pair by row. */
  readonly impostor: {
    readonly n: number;
    readonly mean: number;
    readonly max: number;
    readonly row: number;
    readonly stranger: number;
  } | null;
  /** Photo by photo: the nearest photo of this dog and the nearest of another. */
  readonly nearest: readonly NearestScores[];
  /** Counts over `DOG_BIN_EDGES`. */
  readonly histogram: { readonly genuine: readonly number[]; readonly impostor: readonly number[] };
}

/** One entry per dog with a photo that was embedded or lost, in code-point order. */
export function perDogFigures(
  run: RunStatistics,
  photos: readonly PhotoOutcome[] | undefined,
): DogFigures[] {
  const { labels, source, dogPairs } = run;
  const { dim } = source.matrix;
  const { count, sums } = queriesByDog(run);
  const rowSums = dogSums(run);
  const total = new Float64Array(dim);
  for (let k = 0; k < rowSums.length; k++) total[k % dim]! += rowSums[k]!;
  const lost = outcomesByDog(photos);
  const nearest = nearestScores(run);
  const embedded = labels.dogs.map((identity, d): DogFigures => {
    const rows = labels.rowsOf[d]!;
    const own: number[] = [];
    rows.forEach((i, x) => {
      for (const j of rows.slice(x + 1)) own.push(dot(source.matrix, i, j));
    });
    const queries = count[d]!;
    const share = (sum: number): number | null => (queries > 0 ? sum / queries : null);
    const ownBins = Array<number>(DOG_BINS).fill(0);
    for (const s of own) ownBins[dogBin(s)]!++;
    const strangers = rows.length * (labels.labelled.length - rows.length);
    let between = 0;
    for (let k = 0; k < dim; k++) {
      const x = rowSums[d * dim + k]!;
      between += x * (total[k]! - x);
    }
    const hottest = dogPairs.hottestOf(d);
    return {
      identity,
      photos: {
        embedded: rows.length,
        noDog: photos ? (lost.get(identity)?.noDog ?? 0) : null,
        failed: photos ? (lost.get(identity)?.failed ?? 0) : null,
      },
      queries,
      recallAt1: share(sums.recallAt1[d]!),
      recallAt5: share(sums.recallAt5[d]!),
      mAP: share(sums.mAP[d]!),
      genuine: spreadOf(own),
      impostor: hottest
        ? {
            n: strangers,
            mean: between / strangers,
            max: hottest.similarity,
            row: hottest.row,
            stranger: hottest.stranger,
          }
        : null,
      nearest: nearest[d]!,
      histogram: { genuine: ownBins, impostor: dogPairs.histogramOf(d) },
    };
  });
  const known = new Set(labels.dogs);
  const gone = [...lost].filter(
    ([dog, { noDog, failed }]) => !known.has(dog) && noDog + failed > 0,
  );
  return [...embedded, ...gone.map(lostDog)].sort((a, b) =>
    compareCodePoints(a.identity, b.identity),
  );
}

/** A dog of which the pipeline lost every photo: nothing to score, but not to be passed over. */
const lostDog = ([identity, { noDog, failed }]: [string, Losses]): DogFigures => ({
  identity,
  photos: { embedded: 0, noDog, failed },
  queries: 0,
  recallAt1: null,
  recallAt5: null,
  mAP: null,
  genuine: null,
  impostor: null,
  nearest: [],
  histogram: {
    genuine: Array<number>(DOG_BINS).fill(0),
    impostor: Array<number>(DOG_BINS).fill(0),
  },
});

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return {
    n: sorted.length,
    mean: sorted.reduce((sum, x) => sum + x, 0) / sorted.length,
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1)!,
  };
}

interface Losses {
  noDog: number;
  failed: number;
}

function outcomesByDog(photos: readonly PhotoOutcome[] = []): Map<string, Losses> {
  const byDog = new Map<string, Losses>();
  for (const { identity, status } of photos) {
    if (identity === null) continue;
    const dog = byDog.get(identity) ?? { noDog: 0, failed: 0 };
    if (status === 'no-dog') dog.noDog++;
    if (status === 'failed') dog.failed++;
    byDog.set(identity, dog);
  }
  return byDog;
}
