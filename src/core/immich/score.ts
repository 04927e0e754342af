/**
 * How good a clustering is, over the labelled faces. Unassigned faces belong to no person: for pairs and V-measure
 * each counts as a person of its own, for purity as in none, so that leaving faces out is never rewarded.
 * V-measure: Rosenberg and Hirschberg, 2007 (beta = 1).
 */
import type { Labels } from '../evaluation/labels';
import type { Assignment } from './faces';

export interface ClusterScore {
  /** Persons with at least one labelled or unlabelled face. */
  readonly people: number;
  readonly labelledFaces: number;
  /** Labelled faces without a person. */
  readonly unassigned: number;
  /** Share of labelled faces in a person that is mostly their dog; null without labelled faces. */
  readonly purity: number | null;
  /** Pairs of one person that are one dog / pairs of one dog that are one person; null without such pairs. */
  readonly pairPrecision: number | null;
  readonly pairRecall: number | null;
  readonly homogeneity: number | null;
  readonly completeness: number | null;
  readonly vMeasure: number | null;
  /** Pairs of different dogs in one person, and pairs of one dog that are not in one person. */
  readonly wrongMerges: number;
  readonly wrongSplits: number;
}

export function scoreClusters({ person, people }: Assignment, labels: Labels): ClusterScore {
  const table = contingency(person, people, labels);
  const n = labels.labelled.length;
  const pairs = (x: number): number => (x * (x - 1)) / 2;
  let together = 0;
  let pure = 0;
  let samePerson = 0;
  for (const [own, row] of table.cells) {
    let size = 0;
    let most = 0;
    for (const count of row.values()) {
      together += pairs(count);
      size += count;
      most = Math.max(most, count);
    }
    if (own < people) pure += most;
    samePerson += pairs(size);
  }
  const sameDog = labels.rowsOf.reduce((sum, { length }) => sum + pairs(length), 0);
  const entropy = entropies(table.cells, labels, n);
  return {
    people,
    labelledFaces: n,
    unassigned: table.unassigned,
    purity: n > 0 ? pure / n : null,
    pairPrecision: samePerson > 0 ? together / samePerson : null,
    pairRecall: sameDog > 0 ? together / sameDog : null,
    ...entropy,
    wrongMerges: samePerson - together,
    wrongSplits: sameDog - together,
  };
}

/** person -> dog -> labelled faces; an unassigned face is a person of its own, numbered from `people`. */
function contingency(
  person: Int32Array,
  people: number,
  { labelled, dogOf }: Labels,
): { cells: Map<number, Map<number, number>>; unassigned: number } {
  const cells = new Map<number, Map<number, number>>();
  let unassigned = 0;
  for (const row of labelled) {
    const own = person[row]! >= 0 ? person[row]! : people + unassigned++;
    const counts = cells.get(own) ?? new Map<number, number>();
    const dog = dogOf[row]!;
    counts.set(dog, (counts.get(dog) ?? 0) + 1);
    cells.set(own, counts);
  }
  return { cells, unassigned };
}

function entropies(
  cells: ReadonlyMap<number, ReadonlyMap<number, number>>,
  { rowsOf }: Labels,
  n: number,
): Pick<ClusterScore, 'homogeneity' | 'completeness' | 'vMeasure'> {
  if (n === 0) return { homogeneity: null, completeness: null, vMeasure: null };
  const term = (count: number, share: number): number => -(count / n) * Math.log(share);
  let ofPeople = 0;
  let dogsGivenPeople = 0;
  let peopleGivenDogs = 0;
  for (const row of cells.values()) {
    let size = 0;
    for (const count of row.values()) size += count;
    ofPeople += term(size, size / n);
    for (const [dog, count] of row) {
      dogsGivenPeople += term(count, count / size);
      peopleGivenDogs += term(count, count / rowsOf[dog]!.length);
    }
  }
  const ofDogs = rowsOf.reduce((sum, { length }) => sum + term(length, length / n), 0);
  const homogeneity = ofDogs > 0 ? 1 - dogsGivenPeople / ofDogs : 1;
  const completeness = ofPeople > 0 ? 1 - peopleGivenDogs / ofPeople : 1;
  const sum = homogeneity + completeness;
  return {
    homogeneity,
    completeness,
    vMeasure: sum > 0 ? (2 * homogeneity * completeness) / sum : 0,
  };
}
