/** Orders for the rows of the matrix. Every function returns a permutation: `order[place]` is a row. */
import type { SimilarityMatrix } from '../types';
import { compareCodePoints } from '../codePoints';
import { pathRanks, type Row } from './rows';
import { seriate } from './seriate';

/** Above this many rows `clusterOrder` over all photos would copy more memory than a page should. */
export const MAX_SERIATED_ROWS = 5000;

/** A run of places that belong to one dog; `identity` is null for the photos without a label (always last). */
export interface Block {
  readonly identity: string | null;
  /** First place and the place after the last. */
  readonly start: number;
  readonly end: number;
}

/** Grouped by dog: dogs in code-point order, unlabelled photos last, photos of a dog in path order. */
export function groupOrder(rows: readonly Row[]): Int32Array {
  return Int32Array.from(groups(rows).flatMap((group) => group.rows));
}

/** The blocks along an order, for rulers and labels. Any order: neighbours of one dog make one block. */
export function blocksOf(rows: readonly Row[], order: ArrayLike<number>): Block[] {
  const blocks: Block[] = [];
  for (let place = 0; place < order.length; place++) {
    const identity = rows[order[place]!]!.identity;
    const last = blocks.at(-1);
    if (last?.identity === identity) blocks[blocks.length - 1] = { ...last, end: place + 1 };
    else blocks.push({ identity, start: place, end: place + 1 });
  }
  return blocks;
}

/**
 * Like beside like. `within: 'dogs'` keeps each dog's photos together: dogs are laid out by the mean similarity
 * of their photos, photos inside a dog by their own. `within: 'all'` ignores the labels.
 * @throws RangeError for `all` above MAX_SERIATED_ROWS rows.
 */
export function clusterOrder(
  similarity: SimilarityMatrix,
  rows: readonly Row[],
  within: 'dogs' | 'all' = 'dogs',
): Int32Array {
  if (within === 'all') {
    if (similarity.n > MAX_SERIATED_ROWS) {
      throw new RangeError(
        `${similarity.n} photos are too many to order without their dogs (at most ${MAX_SERIATED_ROWS})`,
      );
    }
    return Int32Array.from(seriate(similarity));
  }
  const all = groups(rows);
  const dogs = all.filter((group) => group.identity !== null);
  const unlabelled = all.filter((group) => group.identity === null);
  const ordered = seriate(meanBetween(similarity, dogs)).map((d) => dogs[d]!);
  return Int32Array.from(
    [...ordered, ...unlabelled].flatMap(({ rows: members }) =>
      members.length > MAX_SERIATED_ROWS
        ? members
        : seriate(subMatrix(similarity, members)).map((i) => members[i]!),
    ),
  );
}

interface Group {
  readonly identity: string | null;
  readonly rows: number[];
}

function groups(rows: readonly Row[]): Group[] {
  const ranks = pathRanks(rows);
  const byDog = new Map<string | null, number[]>();
  rows.forEach((row, i) => {
    const list = byDog.get(row.identity);
    if (list) list.push(i);
    else byDog.set(row.identity, [i]);
  });
  const list = [...byDog.entries()].map(([identity, members]) => ({
    identity,
    rows: members.sort((a, b) => ranks[a]! - ranks[b]!),
  }));
  return list.sort((a, b) => {
    if (a.identity === null) return 1;
    if (b.identity === null) return -1;
    return compareCodePoints(a.identity, b.identity);
  });
}

/** Mean similarity between the photos of each two groups. */
function meanBetween({ n, data }: SimilarityMatrix, list: readonly Group[]): SimilarityMatrix {
  const sums = new Float64Array(list.length * list.length);
  const groupOf = new Int32Array(n).fill(-1);
  list.forEach((group, g) => {
    for (const row of group.rows) groupOf[row] = g;
  });
  for (let i = 0; i < n; i++) {
    const g = groupOf[i]!;
    if (g < 0) continue;
    for (let j = 0; j < n; j++) {
      const h = groupOf[j]!;
      if (h >= 0) sums[g * list.length + h]! += data[i * n + j]!;
    }
  }
  const means = new Float32Array(sums.length);
  list.forEach((a, g) =>
    list.forEach((b, h) => {
      means[g * list.length + h] = sums[g * list.length + h]! / (a.rows.length * b.rows.length);
    }),
  );
  return { n: list.length, data: means };
}

function subMatrix({ n, data }: SimilarityMatrix, members: readonly number[]): SimilarityMatrix {
  const size = members.length;
  const sub = new Float32Array(size * size);
  members.forEach((row, i) =>
    members.forEach((column, j) => (sub[i * size + j] = data[row * n + column]!)),
  );
  return { n: size, data: sub };
}
