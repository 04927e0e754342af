import { describe, expect, it } from 'vitest';
import { floatToHalf, fromHalf, halfToFloat, toHalf } from '../../../src/core/image/half';

describe('half floats', () => {
  it('reads the corners of the format', () => {
    expect(fromHalf(0x3c00)).toBe(1);
    expect(fromHalf(0xc000)).toBe(-2);
    expect(fromHalf(0x7bff)).toBe(65504);
    expect(fromHalf(0x0001)).toBe(2 ** -24);
    expect(fromHalf(0x0400)).toBe(2 ** -14);
    expect(fromHalf(0x7c00)).toBe(Infinity);
    expect(fromHalf(0xfc00)).toBe(-Infinity);
    expect(fromHalf(0x7e00)).toBeNaN();
    expect(Object.is(fromHalf(0x8000), -0)).toBe(true);
  });

  it('gives every finite half back', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
      else if (toHalf(value) !== bits) throw new Error(`0x${bits.toString(16)} changed`);
    }
  });

  it('rounds to the nearest half, ties to even, against every neighbour', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = fromHalf(bits);
      const high = fromHalf(bits + 1);
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (toHalf(middle) !== even) throw new Error(`tie above 0x${bits.toString(16)}`);
      if (toHalf(low + (high - low) * 0.49) !== bits) throw new Error(`0x${bits.toString(16)} up`);
      if (toHalf(low + (high - low) * 0.51) !== bits + 1) throw new Error('not up');
    }
    expect(toHalf(65519)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(-1e9)).toBe(0xfc00);
  });

  it('converts tensors', () => {
    expect([...halfToFloat(floatToHalf(Float32Array.of(0, 1, -0.5, 114 / 255)))]).toEqual([
      0,
      1,
      -0.5,
      fromHalf(toHalf(114 / 255)),
    ]);
  });
});
