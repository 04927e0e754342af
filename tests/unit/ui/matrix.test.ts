import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixOrder, similarityRange } from '../../../src/state/selectors';
import { paintHeat, type Heat } from '../../../src/ui/matrix/heat';
import { PALETTE_SIZE, palette, toLab } from '../../../src/ui/matrix/palette';
import {
  cellAt,
  clamped,
  fitted,
  MAX_CELL,
  revealing,
  thinned,
  zoomed,
} from '../../../src/ui/matrix/viewport';
import { rankOf } from '../../../src/ui/pair/rank';

describe.each(['light', 'dark'] as const)('the %s palette', (theme) => {
  const labs = palette(theme).map(toLab);

  it('takes equal steps of OKLab distance', () => {
    expect(labs).toHaveLength(PALETTE_SIZE);
    // Eight colours apart, so that rounding to 8 bits does not drown the step.
    const steps = labs.slice(8).map((lab, i) => {
      const before = labs[i]!;
      return Math.hypot(lab[0] - before[0], lab[1] - before[1], lab[2] - before[2]);
    });
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.2);
  });

  it('goes one way in lightness, so that it reads in grey', () => {
    const way = theme === 'light' ? -1 : 1;
    for (let i = 4; i < labs.length; i++) {
      expect((labs[i]![0] - labs[i - 4]![0]) * way).toBeGreaterThan(0);
    }
  });
});

/** Cells hold row * 100 + column, colours are the values themselves. */
function numbered(n: number, order = Int32Array.from({ length: n }, (_, i) => i)): Heat {
  const similarity = Float32Array.from(
    { length: n * n },
    (_, at) => (Math.floor(at / n) * 100 + (at % n)) / 10_000,
  );
  const colours = Uint32Array.from({ length: 10_001 }, (_, i) => i);
  return { similarity, n, order, domain: [0, 1], colours, diagonal: 99_999 };
}

describe('paintHeat', () => {
  it('shows each cell where it belongs, in display order, and the diagonal neutral', () => {
    const heat = numbered(4, Int32Array.of(2, 0, 3, 1));
    const out = new Uint32Array(8 * 8);
    paintHeat(out, 8, 1, fitted(4, 8), heat);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const [row, column] = [heat.order[y >> 1]!, heat.order[x >> 1]!];
        expect(out[y * 8 + x]).toBe(row === column ? 99_999 : row * 100 + column);
      }
    }
  });

  it('agrees with cellAt when zoomed and panned', () => {
    const heat = numbered(20);
    const view = clamped({ x: 3.3, y: 7.9, scale: 9 }, 20, 60);
    const out = new Uint32Array(60 * 60);
    paintHeat(out, 60, 1, view, heat);
    for (const [px, py] of [
      [0, 0],
      [17, 42],
      [59, 59],
      [30, 5],
    ] as const) {
      const [row, column] = cellAt(view, px + 0.5, py + 0.5, 20)!;
      expect(out[py * 60 + px]).toBe(row === column ? 99_999 : row * 100 + column);
    }
  });

  it('averages where a pixel covers many cells', () => {
    const n = 90;
    const similarity = new Float32Array(n * n).fill(0.25);
    const heat = { ...numbered(n), similarity };
    const out = new Uint32Array(10 * 10);
    paintHeat(out, 10, 1, fitted(n, 10), heat);
    expect(new Set(out)).toEqual(new Set([2500]));
  });
});

describe('the viewport', () => {
  it('never leaves the matrix, and zooming keeps the cell under the pointer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10_000 }),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 699, noNaN: true }),
        fc.double({ min: 0, max: 699, noNaN: true }),
        (n, factor, px, py) => {
          const view = zoomed(fitted(n, 700), factor, [px, py], n, 700);
          expect(view.scale).toBeGreaterThanOrEqual((700 / n) * (1 - 1e-12));
          expect(view.scale).toBeLessThanOrEqual(Math.max(MAX_CELL, 700 / n));
          expect(view.x).toBeGreaterThanOrEqual(0);
          expect((n - view.x) * view.scale).toBeGreaterThanOrEqual(700 - 1e-6);
          expect(view.x + px / view.scale).toBeCloseTo((px * n) / 700, 4);
        },
      ),
    );
  });

  it('moves just enough to show a cell', () => {
    const view = { x: 0, y: 0, scale: 10 };
    expect(revealing(view, [5, 5], 100, 100)).toEqual(view);
    expect(revealing(view, [0, 42], 100, 100)).toEqual({ x: 33, y: 0, scale: 10 });
  });

  it('thins labels so that none overlap', () => {
    const blocks = Array.from({ length: 2000 }, (_, i) => ({ start: i * 5, end: i * 5 + 5 }));
    const kept = thinned(blocks, 0, 700 / 10_000, 700, () => 15);
    expect(kept.length).toBeGreaterThan(30);
    expect(kept.length).toBeLessThan(48);
    for (let i = 1; i < kept.length; i++) {
      expect(kept[i]!.at - kept[i - 1]!.at).toBeGreaterThanOrEqual(15);
    }
  });
});

describe('matrixOrder', () => {
  it('puts the rows of a dog together and unlabelled ones last', () => {
    const row = (identity: string | null) => ({ path: '', identity, entry: 0, dog: 0 });
    const { order, blocks } = matrixOrder(['a', null, 'b', 'a', null, 'b'].map(row));
    expect([...order]).toEqual([0, 3, 2, 5, 1, 4]);
    expect(blocks).toEqual([
      { identity: 'a', start: 0, end: 2 },
      { identity: 'b', start: 2, end: 4 },
      { identity: null, start: 4, end: 6 },
    ]);
  });
});

describe('similarityRange', () => {
  it('leaves the diagonal out', () => {
    expect(similarityRange(Float32Array.of(1, 0.25, 0.5, 1), 2)).toEqual([0.25, 0.5]);
  });
});

describe('rankOf', () => {
  it('counts the more similar and gives ties to the earlier row', () => {
    const similarity = Float32Array.of(1, 0.5, 0.9, 0.5);
    expect([1, 2, 3].map((other) => rankOf(similarity, 4, 0, other))).toEqual([2, 1, 3]);
  });
});
