import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { letterbox, LETTERBOX_PAD, planLetterbox } from '../../../src/core/image/letterbox';
import type { RgbImage } from '../../../src/core/types';

const side = fc.integer({ min: 1, max: 6000 });
const size = fc.record({ width: side, height: side });
const target = fc.record({
  width: fc.integer({ min: 1, max: 40 }).map((n) => n * 32),
  height: fc.integer({ min: 1, max: 40 }).map((n) => n * 32),
});

function plain(width: number, height: number, value: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(value) };
}

describe('planLetterbox', () => {
  it('subtracts the border on the way back: the box of a landscape photo is not 500 px too low', () => {
    const plan = planLetterbox({ width: 4000, height: 3000 }, { width: 640, height: 640 });
    expect(plan).toMatchObject({ inner: { width: 640, height: 480 }, left: 0, top: 80 });
    expect(plan.boxToSource({ x1: 0, y1: 80, x2: 640, y2: 560 })).toEqual({
      x1: 0,
      y1: 0,
      x2: 4000,
      y2: 3000,
    });
    expect(plan.pointToSource({ x: 320, y: 320 })).toEqual({ x: 2000, y: 1500 });
  });

  it('rounds half to even: 201 x 1280 becomes 100 px wide, not 101', () => {
    const plan = planLetterbox({ width: 201, height: 1280 }, { width: 640, height: 640 });
    expect(plan.inner).toEqual({ width: 100, height: 640 });
    expect(plan.left).toBe(270);
  });

  it('puts the odd pixel of the border after the image', () => {
    const plan = planLetterbox({ width: 640, height: 427 }, { width: 640, height: 640 });
    // (640 - 427) / 2 = 106.5: 106 above, 107 below.
    expect(plan.top).toBe(106);
  });

  it('uses the ratio that was applied on each axis, not the ideal one', () => {
    const plan = planLetterbox({ width: 1000, height: 333 }, { width: 640, height: 640 });
    expect(plan.inner).toEqual({ width: 640, height: 213 });
    const edge = plan.pointToSource({ x: 640, y: plan.top + 213 });
    expect(edge.x).toBeCloseTo(1000, 9);
    expect(edge.y).toBeCloseTo(333, 9);
  });

  it('enlarges small sources and keeps a pixel of extreme ones', () => {
    expect(planLetterbox({ width: 1, height: 1 }, { width: 640, height: 640 }).inner).toEqual({
      width: 640,
      height: 640,
    });
    expect(planLetterbox({ width: 5000, height: 1 }, { width: 640, height: 640 }).inner).toEqual({
      width: 640,
      height: 1,
    });
  });

  it('keeps the image inside the target with borders that differ by at most one pixel', () => {
    fc.assert(
      fc.property(size, target, (source, into) => {
        const plan = planLetterbox(source, into);
        const right = into.width - plan.left - plan.inner.width;
        const bottom = into.height - plan.top - plan.inner.height;
        expect(right - plan.left === 0 || right - plan.left === 1).toBe(true);
        expect(bottom - plan.top === 0 || bottom - plan.top === 1).toBe(true);
        expect(plan.left === 0 || plan.top === 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is undone by its inverse', () => {
    const unit = fc.double({ min: -0.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(size, target, unit, unit, (source, into, u, v) => {
        const plan = planLetterbox(source, into);
        const point = { x: u * source.width, y: v * source.height };
        const back = plan.pointToSource(plan.pointToModel(point));
        expect(Math.abs(back.x - point.x)).toBeLessThan(1e-6);
        expect(Math.abs(back.y - point.y)).toBeLessThan(1e-6);
        const box = { x1: 0, y1: 0, x2: point.x, y2: point.y };
        const boxBack = plan.boxToSource(plan.boxToModel(box));
        expect(Math.abs(boxBack.x1)).toBeLessThan(1e-6);
        expect(Math.abs(boxBack.y2 - point.y)).toBeLessThan(1e-6);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses sizes that are none', () => {
    expect(() => planLetterbox({ width: 0, height: 5 }, { width: 640, height: 640 })).toThrow(
      RangeError,
    );
  });
});

describe('letterbox', () => {
  it('pads with grey and does not stretch', () => {
    const plan = planLetterbox({ width: 8, height: 4 }, { width: 8, height: 8 });
    const boxed = letterbox(plain(8, 4, 200), plan, 'cv-linear');
    const rows = Array.from({ length: 8 }, (_, y) => boxed.data[y * 24]);
    expect(rows).toEqual([
      ...[LETTERBOX_PAD, LETTERBOX_PAD],
      ...[200, 200, 200, 200],
      ...[LETTERBOX_PAD, LETTERBOX_PAD],
    ]);
  });

  it('refuses another image than the planned one', () => {
    const plan = planLetterbox({ width: 8, height: 4 }, { width: 8, height: 8 });
    expect(() => letterbox(plain(4, 8, 0), plan, 'cv-linear')).toThrow(RangeError);
  });
});
