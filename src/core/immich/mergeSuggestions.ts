/**
 * Our own suggestions of what to merge in the library after its clustering. Unlike the library we know that two
 * dogs in one photo are never the same dog: persons that meet in a photo are never suggested (cannot-link).
 */
import type { Assignment, Faces } from './faces';

export interface MergeSuggestion {
  readonly a: number;
  readonly b: number;
  /** Mean similarity between the faces of the two, the order of the list. */
  readonly similarity: number;
  /** The nearest pair of rows, to look at. */
  readonly rows: readonly [number, number];
}

export interface MergeSuggestions {
  readonly merges: readonly MergeSuggestion[];
  /** Pairs similar enough that were ruled out because they share a photo. */
  readonly ruledOut: readonly MergeSuggestion[];
}

/** Two dogs of one photo that the library made one person: surely wrong, whatever their names. */
export interface CannotLink {
  readonly path: string;
  readonly person: number;
  readonly rows: readonly number[];
}

/** In order of the rows. */
export function cannotLinks({ rows }: Faces, { person }: Assignment): CannotLink[] {
  const together = new Map<string, number[]>();
  person.forEach((id, row) => {
    if (id < 0) return;
    const key = `${id}\n${rows[row]!.path}`;
    const list = together.get(key);
    if (list) list.push(row);
    else together.set(key, [row]);
  });
  return [...together.values()]
    .filter((list) => list.length > 1)
    .map((list) => ({ path: rows[list[0]!]!.path, person: person[list[0]!]!, rows: list }));
}

/** Pairs of faces of one photo in one person, without those that their names show to be different dogs. */
export function sharedPhotoPairs(faces: Faces, assignment: Assignment): number {
  let pairs = 0;
  for (const { rows } of cannotLinks(faces, assignment)) {
    const names = rows.map((row) => faces.rows[row]!.identity);
    names.forEach((name, x) => {
      for (const other of names.slice(x + 1)) {
        if (name === null || other === null || name === other) pairs++;
      }
    });
  }
  return pairs;
}

/** Pairs of persons whose faces are on average at least `threshold` similar, most similar first. */
export function suggestMerges(
  { similarity, rows }: Faces,
  { person, people }: Assignment,
  threshold: number,
): MergeSuggestions {
  const faces: number[][] = Array.from({ length: people }, () => []);
  person.forEach((id, row) => {
    if (id >= 0) faces[id]!.push(row);
  });
  const paths = faces.map((list) => new Set(list.map((row) => rows[row]!.path)));
  const merges: MergeSuggestion[] = [];
  const ruledOut: MergeSuggestion[] = [];
  for (let a = 0; a < people; a++) {
    for (let b = a + 1; b < people; b++) {
      const found = between(similarity, faces[a]!, faces[b]!);
      if (!found || found.similarity < threshold) continue;
      const shared = [...paths[a]!].some((path) => paths[b]!.has(path));
      (shared ? ruledOut : merges).push({ a, b, ...found });
    }
  }
  const order = (x: MergeSuggestion, y: MergeSuggestion): number =>
    y.similarity - x.similarity || x.a - y.a || x.b - y.b;
  return { merges: merges.sort(order), ruledOut: ruledOut.sort(order) };
}

function between(
  { n, data }: Faces['similarity'],
  a: readonly number[],
  b: readonly number[],
): Pick<MergeSuggestion, 'similarity' | 'rows'> | null {
  let sum = 0;
  let best = -Infinity;
  let rows: [number, number] | null = null;
  for (const i of a) {
    for (const j of b) {
      const s = data[i * n + j]!;
      sum += s;
      if (s > best) {
        best = s;
        rows = [i, j];
      }
    }
  }
  return rows ? { similarity: sum / (a.length * b.length), rows } : null;
}
