import { describe, expect, it } from 'vitest';
import { compareCodePoints } from '../../../src/core/codePoints';
import { decodeFloats, encodeFloats } from '../../../src/core/results/base64';
import { readNpy, writeNpy } from '../../../src/core/results/npy';

describe('base64 of float32', () => {
  it("equals the platform's for every length and survives the way back", () => {
    for (let length = 0; length < 40; length++) {
      const data = Float32Array.from({ length }, (_, i) => Math.sin(i * 7.3) * 10 ** (i % 9));
      const text = encodeFloats(data);
      expect(text).toBe(Buffer.from(data.buffer).toString('base64'));
      expect(decodeFloats(text)).toEqual(data);
    }
  });

  it('handles more than one chunk', () => {
    const data = Float32Array.from({ length: 20_001 }, (_, i) => i / 3);
    expect(encodeFloats(data)).toBe(Buffer.from(data.buffer).toString('base64'));
    expect(decodeFloats(encodeFloats(data))).toEqual(data);
  });

  it('refuses what is not base64 of floats', () => {
    expect(() => decodeFloats('AAA*')).toThrow();
    expect(() => decodeFloats('AAAA')).toThrow();
  });
});

describe('npy', () => {
  it('is laid out as numpy does: magic, header aligned to 64, little-endian values', () => {
    const bytes = writeNpy(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]);
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    const header = bytes[8]! + 256 * bytes[9]!;
    expect((10 + header) % 64).toBe(0);
    const text = Buffer.from(bytes.subarray(10, 10 + header)).toString('latin1');
    expect(text.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    expect(text.endsWith('\n')).toBe(true);
    expect(readNpy(bytes)).toEqual({ data: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] });
  });

  it('writes an empty matrix', () => {
    expect(readNpy(writeNpy(new Float32Array(0), [0, 512])).shape).toEqual([0, 512]);
  });

  it('refuses a shape that does not fit, a cut file and another type', () => {
    const bytes = writeNpy(new Float32Array(4), [2, 2]);
    expect(() => writeNpy(new Float32Array(4), [3, 2])).toThrow();
    expect(() => readNpy(bytes.subarray(0, bytes.length - 1))).toThrow();
    expect(() => readNpy(new Uint8Array(40))).toThrow();
  });
});

describe('code-point order', () => {
  it('puts an emoji after U+FFFD, as Python does', () => {
    expect(['😀', '\uFFFD', 'b', 'a', 'ab', 'A', 'é'].sort(compareCodePoints)).toEqual([
      'A',
      'a',
      'ab',
      'b',
      'é',
      '\uFFFD',
      '😀',
    ]);
  });
});
