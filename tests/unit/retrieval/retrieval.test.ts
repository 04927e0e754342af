import { describe, expect, it } from 'vitest';
import { compareCodePoints } from '../../../src/core/codePoints';
import { blocksOf, clusterOrder, groupOrder } from '../../../src/core/retrieval/order';
import { dot, similarityMatrix } from '../../../src/core/retrieval/similarity';
import { queriesOnePerDog, rankGallery, topK } from '../../../src/core/retrieval/topk';
import { folderOf, matrixOf } from '../evaluation/random';

const counts = [0, 1, 2, 3, 4, 5, 15, 16, 17, 33, 50];

describe('similarityMatrix', () => {
  it.each(counts)('is the rounded float64 dot product of every pair (n = %i)', (n) => {
    const { matrix } = folderOf(n, Array<number>(n).fill(1), { dim: 37 });
    const { data } = similarityMatrix(matrix);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < 37; k++) sum += matrix.data[i * 37 + k]! * matrix.data[j * 37 + k]!;
        expect(data[i * n + j]).toBe(Math.fround(sum));
        expect(dot(matrix, i, j)).toBe(sum);
      }
    }
  });

  it('reports progress to the end', () => {
    const { matrix } = folderOf(1, [40]);
    const seen: number[] = [];
    similarityMatrix(matrix, (done, total) => {
      expect(total).toBe(40);
      seen.push(done);
    });
    expect(seen.at(-1)).toBe(40);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it.each([Number.NaN, Infinity])('refuses %d and names the row', (bad) => {
    const { matrix } = folderOf(1, [3], { dim: 4 });
    matrix.data[9] = bad;
    expect(() => similarityMatrix(matrix)).toThrow(/row 2/);
  });
});

describe('topK', () => {
  it('agrees with a full sort, ties by path, self never in its gallery', () => {
    // Four distinct vectors repeated: many exact ties.
    const base = folderOf(3, [4], { dim: 8 }).matrix;
    const vectors = Array.from({ length: 24 }, (_, i) =>
      Array.from(base.data.subarray((i % 4) * 8, (i % 4) * 8 + 8)),
    );
    const matrix = matrixOf(vectors);
    const rows = vectors.map((_, i) => ({ path: `p${(i * 7) % 24}`, identity: `d${i % 3}` }));
    const k = 6;
    const neighbours = topK(matrix, rows, k);
    for (let i = 0; i < 24; i++) {
      const expected = [...rows.keys()]
        .filter((j) => j !== i)
        .sort(
          (a, b) =>
            dot(matrix, i, b) - dot(matrix, i, a) || (rows[a]!.path < rows[b]!.path ? -1 : 1),
        )
        .slice(0, k);
      expect(Array.from(neighbours.subarray(i * k, i * k + k))).toEqual(expected);
      expect(rankGallery(matrix, rows, i, k).map(({ row }) => row)).toEqual(expected);
    }
  });

  it('pads a small gallery with -1', () => {
    const { matrix, rows } = folderOf(1, [2]);
    expect(Array.from(topK(matrix, rows, 3))).toEqual([1, -1, -1, 0, -1, -1]);
  });

  it('settles float32 ties by float64', () => {
    const matrix = matrixOf([
      [1, 0],
      [0.5, 0],
      [0.5, 0],
      [0.25, 0],
    ]);
    matrix.data[0] = 1 + 2 ** -23;
    matrix.data[1] = 2 ** -23;
    // Equal to float32 precision against row 0, but row 2 is nearer in float64.
    matrix.data[5] = 2 ** -20;
    const rows = ['q', 'a', 'b', 'c'].map((path) => ({ path, identity: null }));
    expect(Array.from(topK(matrix, rows, 3).subarray(0, 3))).toEqual([2, 1, 3]);
  });
});

describe('queriesOnePerDog', () => {
  it('takes the first photo of each dog in path order and lists unlabelled photos too', () => {
    const { matrix, rows } = folderOf(5, [3, 1, 2], { unlabelled: 1 });
    const shuffled = [4, 2, 6, 0, 5, 1, 3];
    const m = matrixOf(shuffled.map((i) => Array.from(matrix.data.subarray(i * 16, (i + 1) * 16))));
    const r = shuffled.map((i) => rows[i]!);
    const queries = queriesOnePerDog(m, r, 10);
    expect(queries.map(({ path }) => path)).toEqual([
      'dog-000/000.jpg',
      'dog-001/000.jpg',
      'dog-002/000.jpg',
    ]);
    for (const query of queries) {
      expect(query.matches.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(query.matches.some(({ path }) => path === query.path)).toBe(false);
      expect(query.matches.some(({ identity }) => identity === null)).toBe(true);
    }
    expect(queriesOnePerDog(m, r, 4, topK(m, r, 4))).toEqual(queriesOnePerDog(m, r, 4));
  });
});

describe('orders', () => {
  it('compares by code point, not by UTF-16 unit', () => {
    const words = ['\u{1F415}', '\uFFFD', 'a', '', 'ab', 'é'];
    expect(words.sort(compareCodePoints)).toEqual(['', 'a', 'ab', 'é', '\uFFFD', '\u{1F415}']);
  });

  it('groups by dog, unlabelled last', () => {
    const rows = [
      { path: 'z.jpg', identity: null },
      { path: 'b/2', identity: 'b' },
      { path: 'a/1', identity: 'a' },
      { path: 'b/1', identity: 'b' },
    ];
    const order = groupOrder(rows);
    expect(Array.from(order)).toEqual([2, 3, 1, 0]);
    expect(blocksOf(rows, order)).toEqual([
      { identity: 'a', start: 0, end: 1 },
      { identity: 'b', start: 1, end: 3 },
      { identity: null, start: 3, end: 4 },
    ]);
  });

  it('clusterOrder is a permutation that keeps dogs together, or finds them without labels', () => {
    const { matrix, rows } = folderOf(8, [5, 4, 6, 3], { spread: 0.2, unlabelled: 2, dim: 32 });
    const similarity = similarityMatrix(matrix);
    const byDog = clusterOrder(similarity, rows, 'dogs');
    expect(Array.from(byDog).sort((a, b) => a - b)).toEqual([...rows.keys()]);
    expect(blocksOf(rows, byDog).length).toBe(5);
    expect(blocksOf(rows, byDog).at(-1)?.identity).toBe(null);
    const free = clusterOrder(similarity, rows, 'all');
    expect(Array.from(free).sort((a, b) => a - b)).toEqual([...rows.keys()]);
    const blocks = blocksOf(rows, free).filter(({ identity }) => identity !== null);
    expect(blocks.length).toBe(4);
  });

  it('orders nothing and one photo', () => {
    expect(clusterOrder({ n: 0, data: new Float32Array(0) }, [], 'all').length).toBe(0);
    const { matrix, rows } = folderOf(1, [1]);
    expect(Array.from(clusterOrder(similarityMatrix(matrix), rows))).toEqual([0]);
  });
});
