import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/sha256';

it('equals the system hash at every length around the block border, and on a long one', () => {
  const lengths = [...Array.from({ length: 200 }, (_, i) => i), 1_000_003];
  for (const length of lengths) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    expect(sha256Hex(bytes), `${length}`).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(sha256Hex(bytes.subarray(length >> 1))).toBe(
      createHash('sha256')
        .update(bytes.subarray(length >> 1))
        .digest('hex'),
    );
  }
});
