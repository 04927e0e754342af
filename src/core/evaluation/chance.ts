/** What a ranking drawn at random would score on the same queries and galleries: the floor of every figure. */
import type { QueryScore } from './identification';

export interface ChanceFigures {
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly mAP: number;
  readonly mapAtR: number;
  readonly auc: number;
  readonly eer: number;
}

/**
 * Expected values over all orders of the gallery. With R mates among n: P(no mate in the first K) is
 * C(n - R, K) / C(n, K); a mate stands at place k with probability R / n and has then on average
 * (k - 1)(R - 1) / (n - 1) mates before it, which gives E[AP] and E[AP@R].
 * @param gallerySize rows in every query's gallery. @returns null without queries.
 */
export function chanceFigures(
  queries: readonly QueryScore[],
  gallerySize: number,
): ChanceFigures | null {
  if (queries.length === 0) return null;
  const byMates = new Map<number, number>();
  for (const { mates } of queries) byMates.set(mates, (byMates.get(mates) ?? 0) + 1);
  const mean = (value: (mates: number) => number): number => {
    let sum = 0;
    for (const [mates, count] of byMates) sum += count * value(mates);
    return sum / queries.length;
  };
  return {
    recallAt1: mean((mates) => chanceOfHit(mates, gallerySize, 1)),
    recallAt5: mean((mates) => chanceOfHit(mates, gallerySize, 5)),
    recallAt10: mean((mates) => chanceOfHit(mates, gallerySize, 10)),
    mAP: mean((mates) => expectedPrecision(mates, gallerySize, gallerySize)),
    mapAtR: mean((mates) => expectedPrecision(mates, gallerySize, mates)),
    auc: 0.5,
    eer: 0.5,
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
