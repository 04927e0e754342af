import { describe, expect, it } from 'vitest';
import { roundHalfEven } from '../../../src/core/image/rounding';

describe('roundHalfEven', () => {
  it('sends halves to the even neighbour, as Python does and Math.round does not', () => {
    expect([0.5, 1.5, 2.5, 100.5, -0.5, -1.5].map((x) => roundHalfEven(x) + 0)).toEqual([
      0, 2, 2, 100, 0, -2,
    ]);
    expect([0.4999, 0.5001, 2, -2.3, 1e9 + 0.5].map((x) => roundHalfEven(x) + 0)).toEqual([
      0, 1, 2, -2, 1e9,
    ]);
  });
});
