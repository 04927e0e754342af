/** Which row belongs to which dog: the ground everything in evaluation stands on. */
import { compareCodePoints } from '../codePoints';
import type { Row } from '../retrieval/rows';

export interface Labels {
  /** Identities with a row, in code-point order. */
  readonly dogs: readonly string[];
  /** Dog of each row, an index of `dogs`; -1 for a row without a label. */
  readonly dogOf: Int32Array;
  /** Rows of each dog, ascending. */
  readonly rowsOf: readonly (readonly number[])[];
  /** All labelled rows, ascending. */
  readonly labelled: Int32Array;
}

export function labelRows(rows: readonly Row[]): Labels {
  const byDog = new Map<string, number[]>();
  rows.forEach(({ identity }, i) => {
    if (identity === null) return;
    const list = byDog.get(identity);
    if (list) list.push(i);
    else byDog.set(identity, [i]);
  });
  const dogs = [...byDog.keys()].sort(compareCodePoints);
  const dogOf = new Int32Array(rows.length).fill(-1);
  const rowsOf = dogs.map((dog) => byDog.get(dog) ?? []);
  rowsOf.forEach((list, d) => {
    for (const row of list) dogOf[row] = d;
  });
  const labelled = Int32Array.from(rows.keys()).filter((i) => dogOf[i]! >= 0);
  return { dogs, dogOf, rowsOf, labelled };
}
