/** From statistics (and draws) to figures: each with denominator and interval, or the reason why it may not be given. */
import type { Figure } from '../results/schema';
import { percentileInterval } from './bootstrap';
import { given, plural, refused } from './figure';
import { queriesByDog, QUERY_FIGURES, type QueryFigure, type Replicates } from './replicates';
import { equalErrorRate, rocAuc, tarAtFar } from './roc';
import type { RunStatistics } from './statistics';

/** FARs at which TAR is given. */
export const FAR_TARGETS = ['0.1', '0.01', '0.001'] as const;
export type FarTarget = (typeof FAR_TARGETS)[number];

export type IdentificationFigures = Record<QueryFigure, Figure> & {
  /** Means over dogs instead of queries: a dog with many photos weighs no more than another. */
  macro: Record<QueryFigure, Figure>;
};

export interface VerificationFigures {
  [key: string]: unknown;
  genuinePairs: number;
  impostorPairs: number;
  genuineMean: Figure;
  impostorMean: Figure;
  auc: Figure;
  eer: Figure;
  tarAtFar: Record<FarTarget, Figure>;
}

/** @param draws the replicates of `run`, or null for figures without intervals. */
export function identificationFigures(
  run: RunStatistics,
  draws: Replicates | null,
): IdentificationFigures {
  const { queries } = run;
  const byDog = queriesByDog(run);
  const dogs = byDog.count.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  const reason = queries.length === 0 ? noQueries(run) : null;
  const intervalOf = (values: Float64Array | undefined): [number | null, number | null] => {
    const interval = values ? percentileInterval(values) : null;
    return [interval?.low ?? null, interval?.high ?? null];
  };
  const micro = (name: QueryFigure): Figure => {
    if (reason !== null) return refused(reason);
    const sum = queries.reduce((acc, query) => acc + QUERY_FIGURES[name](query), 0);
    return given(sum / queries.length, queries.length, ...intervalOf(draws?.micro[name]));
  };
  const macro = (name: QueryFigure): Figure => {
    if (reason !== null) return refused(reason);
    let sum = 0;
    byDog.count.forEach((n, d) => {
      if (n > 0) sum += byDog.sums[name][d]! / n;
    });
    return given(sum / dogs, dogs, ...intervalOf(draws?.macro[name]));
  };
  const each = (figure: (name: QueryFigure) => Figure): Record<QueryFigure, Figure> => ({
    recallAt1: figure('recallAt1'),
    recallAt5: figure('recallAt5'),
    recallAt10: figure('recallAt10'),
    mAP: figure('mAP'),
    mapAtR: figure('mapAtR'),
  });
  return { ...each(micro), macro: each(macro) };
}

/** @param draws the replicates of `run`, or null for figures without intervals. */
export function verificationFigures(
  run: RunStatistics,
  draws: Replicates | null,
): VerificationFigures {
  const { pairs } = run;
  const { genuinePairs, impostorPairs } = pairs;
  const noGenuine = genuinePairs === 0 ? noQueries(run) : null;
  const noImpostor = impostorPairs === 0 ? noImpostors(run) : null;
  const missing = noGenuine ?? noImpostor;
  const figure = (value: number, n: number, values: Float64Array | undefined): Figure => {
    const interval = values ? percentileInterval(values) : null;
    return given(value, n, interval?.low ?? null, interval?.high ?? null);
  };
  const tar = (target: FarTarget): Figure => {
    if (missing !== null) return refused(missing);
    const far = Number(target);
    const reason = tooFewImpostors(far, impostorPairs);
    if (reason !== null) return refused(reason);
    return figure(tarAtFar(pairs, far), genuinePairs, draws?.pairs[`tarAtFar${target}`]);
  };
  const all = genuinePairs + impostorPairs;
  return {
    genuinePairs,
    impostorPairs,
    genuineMean:
      noGenuine === null
        ? figure(pairs.genuineSum / genuinePairs, genuinePairs, draws?.pairs.genuineMean)
        : refused(noGenuine),
    impostorMean:
      noImpostor === null
        ? figure(pairs.impostorSum / impostorPairs, impostorPairs, draws?.pairs.impostorMean)
        : refused(noImpostor),
    auc: missing === null ? figure(rocAuc(pairs), all, draws?.pairs.auc) : refused(missing),
    eer: missing === null ? figure(equalErrorRate(pairs), all, draws?.pairs.eer) : refused(missing),
    tarAtFar: { '0.1': tar('0.1'), '0.01': tar('0.01'), '0.001': tar('0.001') },
  };
}

/** Why a FAR may not be spoken of, or null: below 10 expected false accepts the figure is noise. */
export function tooFewImpostors(far: number, impostorPairs: number): string | null {
  const needed = Math.ceil(10 / far);
  if (impostorPairs >= needed) return null;
  return `FAR ${Number((far * 100).toPrecision(12))} % needs at least ${needed} impostor pairs; there are ${impostorPairs}.`;
}

const noLabels =
  'No embedded photo belongs to a dog: put the photos of each dog in a folder of its own.';

function noQueries({ labels, leftOut }: RunStatistics): string {
  const dogs = labels.dogs.length;
  if (dogs === 0) return noLabels;
  if (leftOut.length > 0 && labels.rowsOf.some(({ length }) => length > 1)) {
    return 'Without bursts no dog has two photos left.';
  }
  return `No dog has two embedded photos (${plural(dogs, 'dog')} with one).`;
}

function noImpostors({ labels }: RunStatistics): string {
  if (labels.dogs.length === 0) return noLabels;
  return 'Only one dog has an embedded photo: there is no pair of different dogs.';
}
