/** Dogs in the order in which they need a look: where photos of other dogs come nearest. */
import type { DogFigures } from '../../core/evaluation/perDog';

export interface DogRow {
  readonly dog: DogFigures;
  /** Photos whose nearest photo is one of another dog. */
  readonly lost: number;
  /** Mean of (nearest mate - nearest of another dog) over its photos. */
  readonly margin: number;
}

/** Worst first: share of photos whose nearest is another dog, then the margin. Dogs with one photo have nothing to show. */
export function dogRows(perDog: readonly DogFigures[]): readonly DogRow[] {
  return perDog
    .flatMap((dog): DogRow[] => {
      const margins = dog.nearest.flatMap(({ mate, impostor }) =>
        mate === null ? [] : [impostor === null ? mate : mate - impostor],
      );
      if (margins.length === 0) return [];
      return [
        {
          dog,
          lost: Math.round((1 - (dog.recallAt1 ?? 1)) * dog.queries),
          margin: margins.reduce((sum, x) => sum + x, 0) / margins.length,
        },
      ];
    })
    .sort(
      (a, b) =>
        b.lost / Math.max(1, b.dog.queries) - a.lost / Math.max(1, a.dog.queries) ||
        a.margin - b.margin,
    );
}

/** Ends of the common axis, tenths around everything that is drawn. */
export function dogAxis(rows: readonly DogRow[]): {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
} {
  let [low, high] = [1, -1];
  for (const { dog } of rows) {
    const drawn = dog.nearest.flatMap(({ mate, impostor }) => [mate ?? low, impostor ?? low]);
    low = Math.min(low, dog.genuine?.min ?? low, ...drawn);
    high = Math.max(high, dog.genuine?.max ?? high, ...drawn);
  }
  const from = Math.floor(10 * Math.min(low, high) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(10 * high - 1e-9));
  const every = Math.ceil((to - from) / 5);
  const ticks: number[] = [];
  for (let tick = from; tick <= to; tick += every) ticks.push(tick / 10);
  return { low: from / 10, high: to / 10, ticks };
}
