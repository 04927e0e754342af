/** What the model cards ask and say. */
import { describe, expect, it } from 'vitest';
import type { MissingKey } from '../../../src/core/recipe/resolve';
import { fieldsFor } from '../../../src/ui/models/unknownFields';

const missing = (name: string): MissingKey => ({
  slot: 'embedder',
  name,
  key: `embedder.${name}`,
  message: '',
});
const HALF = { embedder: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], scale: 255 } };

describe('fields for what is unknown', () => {
  it('asks for mean, std and scale in one field', () => {
    const fields = fieldsFor(['mean', 'std', 'scale'].map(missing), null);
    expect(fields.map(({ label }) => label)).toEqual(['Pixel values']);
    expect(fields[0]!.read('half')).toEqual(HALF);
  });

  it('sets all three where only one is missing, and says so: a preset’s scale does not fit another mean', () => {
    const [field] = fieldsFor([missing('scale')], null);
    expect(field!.label).toContain('replaces mean, std and scale');
    expect(field!.read('half')).toEqual(HALF);
    expect(field!.read('')).toBeNull();
  });
});
