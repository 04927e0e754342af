import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipBox, fromCentre, iou } from '../../../src/core/geometry/boxes';
import { nms } from '../../../src/core/geometry/nms';
import type { Box } from '../../../src/core/types';

const coordinate = fc.integer({ min: 0, max: 60 });
const box: fc.Arbitrary<Box> = fc
  .tuple(coordinate, coordinate, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .map(([x1, y1, w, h]) => ({ x1, y1, x2: x1 + w, y2: y1 + h }));
/** Few values, so that equal scores are frequent. */
const score = fc.integer({ min: 0, max: 8 }).map((n) => n / 8);

/** The rule in its plainest words: strike out, one by one, what a better survivor overlaps too much. */
function oracle(
  boxes: readonly Box[],
  scores: readonly number[],
  conf: number,
  limit: number,
): number[] {
  let left = boxes.map((_, i) => i).filter((i) => scores[i]! > conf);
  const kept: number[] = [];
  while (left.length > 0) {
    let best = left[0]!;
    for (const i of left) if (scores[i]! > scores[best]!) best = i;
    kept.push(best);
    left = left.filter((i) => i !== best && overlap(boxes[best]!, boxes[i]!) <= limit);
  }
  return kept;
}

/** IoU by counting unit cells: the boxes have whole coordinates. */
function overlap(a: Box, b: Box): number {
  let both = 0;
  let either = 0;
  for (let y = Math.min(a.y1, b.y1); y < Math.max(a.y2, b.y2); y++) {
    for (let x = Math.min(a.x1, b.x1); x < Math.max(a.x2, b.x2); x++) {
      const inA = x >= a.x1 && x < a.x2 && y >= a.y1 && y < a.y2;
      const inB = x >= b.x1 && x < b.x2 && y >= b.y1 && y < b.y2;
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
  }
  return both / either;
}

describe('nms', () => {
  it('equals a brute-force oracle, ties and all', () => {
    const input = fc.array(fc.tuple(box, score), { maxLength: 12 });
    fc.assert(
      fc.property(
        input,
        fc.constantFrom(0, 0.25, 0.5),
        fc.constantFrom(0, 0.3, 0.5, 1),
        (items, conf, limit) => {
          const boxes = items.map(([b]) => b);
          const scores = items.map(([, s]) => s);
          expect(nms(boxes, scores, { conf, iou: limit })).toEqual(
            oracle(boxes, scores, conf, limit),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('needs score > conf strictly and keeps IoU equal to the limit', () => {
    const a = { x1: 0, y1: 0, x2: 2, y2: 1 };
    const b = { x1: 1, y1: 0, x2: 3, y2: 1 };
    expect(iou(a, b)).toBeCloseTo(1 / 3, 12);
    expect(nms([a, b], [0.9, 0.5], { conf: 0.5, iou: 1 })).toEqual([0]);
    expect(nms([a, b], [0.9, 0.8], { conf: 0.5, iou: iou(a, b) })).toEqual([0, 1]);
    expect(nms([a, b], [0.9, 0.8], { conf: 0.5, iou: 0.333 })).toEqual([0]);
  });

  it('keeps at most 300, and of equal scores the first', () => {
    const boxes = Array.from({ length: 400 }, (_, i) => ({
      x1: i * 2,
      y1: 0,
      x2: i * 2 + 1,
      y2: 1,
    }));
    const kept = nms(boxes, new Array<number>(400).fill(0.5), { conf: 0.1, iou: 0.5 });
    expect(kept).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });
});

describe('boxes', () => {
  it('overlap is symmetric, 1 with itself and equal to counted cells', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(iou(a, b)).toBeCloseTo(overlap(a, b), 12);
        expect(iou(b, a)).toBe(iou(a, b));
        expect(iou(a, a)).toBe(1);
      }),
    );
  });

  it('clips to the image and reads centre and size', () => {
    expect(clipBox({ x1: -5, y1: 2, x2: 90, y2: 3 }, { width: 40, height: 30 })).toEqual({
      x1: 0,
      y1: 2,
      x2: 40,
      y2: 3,
    });
    expect(fromCentre(10, 20, 4, 6)).toEqual({ x1: 8, y1: 17, x2: 12, y2: 23 });
  });
});
