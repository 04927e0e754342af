/** Colour histograms of the chips: the baseline that knows nothing but colours. */
import { COLOUR_DIM, colourHistogram } from '../core/evaluation/colourHistogram';
import type { EmbeddingMatrix } from '../core/types';
import { createBrowserDecoder } from '../platform/browser/decoder';

/** @param chips PNG of the pixels the embedder got, row by row. Null as soon as one is missing or can't be read. */
export async function chipColours(
  chips: readonly (Blob | null)[],
): Promise<EmbeddingMatrix | null> {
  const decoder = createBrowserDecoder();
  const data = new Float32Array(chips.length * COLOUR_DIM);
  for (const [row, chip] of chips.entries()) {
    if (chip === null) return null;
    const decoded = await decoder.decode(new Uint8Array(await chip.arrayBuffer()));
    if (!decoded.ok) return null;
    data.set(colourHistogram(decoded.value), row * COLOUR_DIM);
  }
  return { rows: chips.length, dim: COLOUR_DIM, data };
}
