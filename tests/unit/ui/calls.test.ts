/** What a threshold says of each pair, in words and in the matrix: right and wrong merges, right and wrong splits. */
import { describe, expect, it } from 'vitest';
import { callOf } from '../../../src/state/calls';
import type { AnalysisSlice } from '../../../src/state/model';
import {
  CALL_LOOK,
  dogNumbers,
  paintCalls,
  type CallKind,
  type Calls,
} from '../../../src/ui/matrix/calls';
import { fitted } from '../../../src/ui/matrix/viewport';

const NAMES = ['ace', 'ace', 'bo', 'bo', 'ace', null] as const;
const ROWS = NAMES.map((identity, i) => ({ path: `${i}.jpg`, identity, entry: i, dog: 0 }));
const N = ROWS.length;
const DIAGONAL = 0xff123456;

/** Pairs at 0.1 unless said otherwise. */
function similarityOf(pairs: readonly (readonly [number, number, number])[], n = N): Float32Array {
  const similarity = new Float32Array(n * n).fill(0.1);
  for (const [a, b, value] of pairs) {
    similarity[a * n + b] = value;
    similarity[b * n + a] = value;
  }
  return similarity;
}

/** Around a threshold of 0.5; [1, 4] lies exactly on it. */
const SIMILARITY = similarityOf([
  [0, 1, 0.8],
  [0, 4, 0.3],
  [0, 2, 0.7],
  [1, 2, 0.2],
  [1, 4, 0.5],
  [0, 5, 0.9],
]);
const EXPECTED: readonly (readonly [number, number, CallKind])[] = [
  [0, 1, 'same'],
  [0, 4, 'split'],
  [0, 2, 'merge'],
  [1, 2, 'different'],
  [1, 4, 'same'],
  [0, 5, 'unknown'],
];

const analysisOf = (similarity: Float32Array, vectors: readonly number[] = []): AnalysisSlice =>
  ({
    rows: ROWS,
    result: { similarity },
    collected: { matrix: { rows: N, dim: 1, data: Float32Array.from(vectors) } },
  }) as unknown as AnalysisSlice;

describe('callOf', () => {
  it.each(EXPECTED)('calls rows %i and %i %s', (a, b, kind) => {
    // The products that decide on the threshold itself.
    const analysis = analysisOf(SIMILARITY, [0, 1, 0, 0, 0.5, 0]);
    const expected = kind === 'unknown' ? null : kind;
    expect(callOf(analysis, ROWS, [a, b], 0.5)).toBe(expected);
    expect(callOf(analysis, ROWS, [b, a], 0.5)).toBe(expected);
  });

  it('goes by the names that are given, not by those of the run', () => {
    const renamed = ROWS.map((row, i) => (i === 2 ? { ...row, identity: 'ace' } : row));
    const analysis = analysisOf(SIMILARITY);
    expect(callOf(analysis, renamed, [0, 2], 0.5)).toBe('same');
    expect(callOf(analysis, renamed, [1, 2], 0.5)).toBe('split');
  });

  it('lets the exact product decide where the float32 value lies on the threshold', () => {
    const single = Math.fround(0.1);
    const analysis = analysisOf(similarityOf([[0, 1, single]]), [1, single, 0, 0, 0, 0]);
    expect(callOf(analysis, ROWS, [0, 1], 0.1)).toBe('same');
    expect(callOf(analysis, ROWS, [0, 1], single + 1e-12)).toBe('split');
  });
});

const word = (hex: string): number => {
  const value = Number.parseInt(hex.slice(1), 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
};
const coloursOf = (kind: CallKind, theme: 'light' | 'dark' = 'light'): Set<number> => {
  const { ground, stroke } = CALL_LOOK[theme][kind];
  return new Set([word(ground), word(stroke)]);
};

function painted(calls: Partial<Calls>, side: number, n = N): Uint32Array {
  const out = new Uint32Array(side * side);
  paintCalls(out, side, 1, fitted(n, side), {
    similarity: SIMILARITY,
    n,
    order: Int32Array.from({ length: n }, (_, i) => i),
    dogOf: dogNumbers(ROWS),
    threshold: 0.5,
    theme: 'light',
    diagonal: DIAGONAL,
    ...calls,
  });
  return out;
}

/** Pixels of a cell, 12 to a side. */
const CELL = 12;
function cell(out: Uint32Array, row: number, column: number): Set<number> {
  const pixels = new Set<number>();
  for (let y = row * CELL; y < (row + 1) * CELL; y++) {
    for (let x = column * CELL; x < (column + 1) * CELL; x++) pixels.add(out[y * N * CELL + x]!);
  }
  return pixels;
}

describe('paintCalls', () => {
  it.each(['light', 'dark'] as const)('paints each kind in its own look, %s', (theme) => {
    const out = painted({ theme }, N * CELL);
    for (const [a, b, kind] of EXPECTED) {
      expect(cell(out, a, b), kind).toEqual(coloursOf(kind, theme));
      expect(cell(out, b, a), kind).toEqual(coloursOf(kind, theme));
    }
    // Wrong calls have a pattern, right ones none, and no two kinds look alike.
    expect(coloursOf('merge', theme).size).toBe(2);
    expect(coloursOf('split', theme).size).toBe(2);
    expect(coloursOf('same', theme).size).toBe(1);
    const grounds = Object.values(CALL_LOOK[theme]).map(({ ground }) => ground);
    expect(new Set(grounds).size).toBe(grounds.length);
    for (let i = 0; i < N; i++) expect(cell(out, i, i)).toEqual(new Set([DIAGONAL]));
  });

  it('follows the display order and the threshold', () => {
    const order = Int32Array.of(2, 0, 1, 3, 4, 5);
    expect(cell(painted({ order }, N * CELL), 0, 1)).toEqual(coloursOf('merge'));
    expect(cell(painted({ threshold: 0.75 }, N * CELL), 0, 2)).toEqual(coloursOf('different'));
    expect(cell(painted({ threshold: 0.85 }, N * CELL), 0, 1)).toEqual(coloursOf('split'));
  });

  it('shows the worst of the pairs that share a pixel', () => {
    const n = 30;
    const out = painted(
      {
        similarity: similarityOf([[4, 17, 0.9]], n),
        dogOf: Int32Array.from({ length: n }, (_, i) => i),
      },
      10,
      n,
    );
    const [merge, different] = [coloursOf('merge'), coloursOf('different')];
    expect(merge).toContain(out[1 * 10 + 5]);
    expect(merge).toContain(out[5 * 10 + 1]);
    expect(different).toContain(out[2 * 10 + 5]);
  });
});
