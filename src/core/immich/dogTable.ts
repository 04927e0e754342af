/** "Rex becomes 3 people, one shared with Luna": the clustering as the owner of each dog meets it. */
import type { Labels } from '../evaluation/labels';
import type { Assignment } from './faces';

export interface DogPerson {
  readonly person: number;
  /** Faces of this dog in that person. */
  readonly faces: number;
  /** Other dogs in that person with their faces, most first. */
  readonly sharedWith: readonly { readonly identity: string; readonly faces: number }[];
}

export interface DogOutcome {
  readonly identity: string;
  readonly faces: number;
  readonly unassigned: number;
  /** Persons that hold a face of this dog, most faces first. */
  readonly people: readonly DogPerson[];
  readonly sentence: string;
}

export function dogTable({ person }: Assignment, labels: Labels): DogOutcome[] {
  const members = new Map<number, Map<number, number>>();
  for (const row of labels.labelled) {
    if (person[row]! < 0) continue;
    const counts = members.get(person[row]!) ?? new Map<number, number>();
    counts.set(labels.dogOf[row]!, (counts.get(labels.dogOf[row]!) ?? 0) + 1);
    members.set(person[row]!, counts);
  }
  return labels.dogs.map((identity, dog) => {
    const faces = labels.rowsOf[dog]!.length;
    const people = [...members.entries()]
      .filter(([, counts]) => counts.has(dog))
      .map(([id, counts]) => ({
        person: id,
        faces: counts.get(dog) ?? 0,
        sharedWith: [...counts.entries()]
          .filter(([other]) => other !== dog)
          .sort(([a, x], [b, y]) => y - x || a - b)
          .map(([other, count]) => ({ identity: labels.dogs[other]!, faces: count })),
      }))
      .sort((a, b) => b.faces - a.faces || a.person - b.person);
    const unassigned = faces - people.reduce((sum, p) => sum + p.faces, 0);
    return {
      identity,
      faces,
      unassigned,
      people,
      sentence: sentenceOf(identity, people, unassigned, faces),
    };
  });
}

function sentenceOf(
  identity: string,
  people: readonly DogPerson[],
  unassigned: number,
  faces: number,
): string {
  if (people.length === 0) return `${identity} stays unassigned (${count(faces, 'photo')})`;
  const shared = people.filter(({ sharedWith }) => sharedWith.length > 0);
  const others = [
    ...new Set(shared.flatMap(({ sharedWith }) => sharedWith.map((o) => o.identity))),
  ];
  const parts = [
    `${identity} becomes ${people.length === 1 ? '1 person' : `${people.length} people`}`,
  ];
  if (shared.length > 0) {
    const which =
      people.length === 1 ? 'shared' : `${shared.length === 1 ? 'one' : shared.length} shared`;
    const named = others.slice(0, 3).join(', ');
    const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
    parts.push(`${which} with ${named}${more}`);
  }
  if (unassigned > 0) parts.push(`${count(unassigned, 'photo')} unassigned`);
  return parts.join(', ');
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
