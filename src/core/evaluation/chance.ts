/** What a ranking drawn at random would score on the same queries and galleries: the floor of every figure. */
import { FAR_TARGETS, type FarTarget } from './figures';
import type { QueryScore } from './identification';
import type { QueryFigure } from './replicates';

export type ChanceFigures = Readonly<Record<QueryFigure, number>> & {
  /** Means over dogs. */
  readonly macro: Readonly<Record<QueryFigure, number>>;
  readonly auc: number;
  readonly eer: number;
  readonly tarAtFar: Readonly<Record<FarTarget, number>>;
};

/**
 * Expected values over all orders of the gallery. With R mates among n: P(no mate in the first K) is
 * C(n - R, K) / C(n, K); a mate stands at place k with probability R / n and has then on average
 * (k - 1)(R - 1) / (n - 1) mates before it, which gives E[AP] and E[AP@R].
 * @param gallerySize rows in a query's gallery, the same for all or row by row. @returns null without queries.
 */
export function chanceFigures(
  queries: readonly QueryScore[],
  gallerySize: number | ((row: number) => number),
): ChanceFigures | null {
  if (queries.length === 0) return null;
  const sizeOf = typeof gallerySize === 'number' ? (): number => gallerySize : gallerySize;
  const perDog = new Map<number, number>();
  for (const { dog } of queries) perDog.set(dog, (perDog.get(dog) ?? 0) + 1);
  const known = new Map<string, Record<QueryFigure, number>>();
  const expected = ({ mates, row }: QueryScore): Record<QueryFigure, number> => {
    const n = sizeOf(row);
    const key = `${mates} ${n}`;
    const found = known.get(key) ?? {
      recallAt1: chanceOfHit(mates, n, 1),
      recallAt5: chanceOfHit(mates, n, 5),
      recallAt10: chanceOfHit(mates, n, 10),
      mAP: expectedPrecision(mates, n, n),
      mapAtR: expectedPrecision(mates, n, mates),
    };
    known.set(key, found);
    return found;
  };
  const mean = (weight: (query: QueryScore) => number): Record<QueryFigure, number> => {
    const sums = { recallAt1: 0, recallAt5: 0, recallAt10: 0, mAP: 0, mapAtR: 0 };
    for (const query of queries) {
      const values = expected(query);
      const w = weight(query);
      for (const name of Object.keys(sums) as QueryFigure[]) sums[name] += w * values[name];
    }
    return sums;
  };
  const tarAtFar = Object.fromEntries(FAR_TARGETS.map((far) => [far, Number(far)]));
  return {
    ...mean(() => 1 / queries.length),
    macro: mean(({ dog }) => 1 / perDog.get(dog)! / perDog.size),
    auc: 0.5,
    eer: 0.5,
    tarAtFar: tarAtFar as Record<FarTarget, number>,
  };
}

function chanceOfHit(mates: number, n: number, k: number): number {
  let miss = 1;
  for (let place = 0; place < Math.min(k, n); place++) {
    miss *= Math.max(0, n - mates - place) / (n - place);
  }
  return 1 - miss;
}

function expectedPrecision(mates: number, n: number, until: number): number {
  let sum = 0;
  for (let k = 1; k <= until; k++) {
    const before = n > 1 ? ((k - 1) * (mates - 1)) / (n - 1) : 0;
    sum += (1 + before) / k;
  }
  return sum / n;
}
