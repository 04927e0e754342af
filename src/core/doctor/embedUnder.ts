/** Embeds chips under any recipe: what the doctor repeats for each candidate. */
import type { Loaded } from '../pipeline';
import { embedChip, type EmbedderIo } from '../stages/embed';
import { wholeFrame } from '../geometry/chip';
import type { EmbeddingMatrix, RgbImage } from '../types';
import type { EmbedderRules } from './candidates';

/**
 * @param crops chips as cut from the photos, before any resize
 * @returns crops.length unit rows. A crop whose vector is not finite or zero under these rules gets a zero row:
 * it then separates nothing, which is the truth about such a recipe.
 */
export async function embedUnder(
  { session, contract }: Loaded<EmbedderIo>,
  crops: readonly RgbImage[],
  rules: EmbedderRules,
): Promise<EmbeddingMatrix> {
  const rows: Float32Array[] = [];
  for (const crop of crops) {
    const done = await embedChip(session, contract, crop, wholeFrame(crop), rules);
    rows.push(done.ok ? done.value.embedding : new Float32Array(0));
  }
  const dim = Math.max(0, ...rows.map((row) => row.length));
  const data = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => data.set(row, i * dim));
  return { rows: rows.length, dim, data };
}
