/**
 * The photo library's incremental clustering, as it really runs (Immich, `PersonService.handleRecognizeFaces` and
 * `SearchRepository.searchFaces`): one face after the other, each only ever added to a person, persons never
 * merged. The minFaces nearest faces (itself included) are looked up first and filtered by distance afterwards,
 * so minFaces near photos decide. A face that is not core yet goes to the end of the queue once.
 */
import type { Assignment, LibrarySettings } from './faces';
import type { Neighbours } from './neighbours';

/** Largest minFaces that the neighbour lists answer. */
export const MOST_MIN_FACES = 64;

/**
 * @param order every row once, in the order of upload.
 * @throws RangeError for settings outside 1..MOST_MIN_FACES faces.
 */
export function clusterLikeLibrary(
  neighbours: Neighbours,
  order: ArrayLike<number>,
  { maxDistance, minFaces }: LibrarySettings,
): Assignment {
  if (!Number.isInteger(minFaces) || minFaces < 1 || minFaces > MOST_MIN_FACES) {
    throw new RangeError(`minFaces must be 1..${MOST_MIN_FACES}, not ${minFaces}`);
  }
  const person = new Int32Array(neighbours.size).fill(-1);
  let people = 0;
  const deferred: number[] = [];
  const hasPerson = (row: number): boolean => person[row]! >= 0;

  const recognise = (row: number, wasDeferred: boolean): void => {
    const { rows, distances } = neighbours.nearest(row);
    // The nearest minFaces first (itself included), the distance only afterwards.
    const looked = Math.min(minFaces, rows.length);
    let matches = 0;
    while (matches < looked && distances[matches]! <= maxDistance) matches++;
    if (minFaces > 1 && matches <= 1) return;
    const isCore = matches >= minFaces;
    if (!isCore && !wasDeferred) {
      deferred.push(row);
      return;
    }
    // The nearest match with a person is also the nearest face with one, if any match has one.
    const relative = neighbours.nearestWhere(row, maxDistance, hasPerson);
    if (relative >= 0) person[row] = person[relative]!;
    else if (isCore) person[row] = people++;
  };

  for (let place = 0; place < order.length; place++) recognise(order[place]!, false);
  for (const row of deferred) recognise(row, true);
  return { person, people };
}
