/** The cosine similarity matrix of unit rows. */
import type { EmbeddingMatrix, SimilarityMatrix } from '../types';
import { assertFinite, forEachStrip } from './dots';

export { dot } from './dots';

/** Called with the rows done so far, at most about a hundred times. */
export type Progress = (done: number, total: number) => void;

/**
 * All dot products, float32 [n, n], row-major and exactly symmetric. Accumulated in float64 and rounded once:
 * rounding keeps the order, so float32 values that differ are ordered as the float64 ones; `dot` settles ties.
 * @throws RangeError when the matrix holds a value that is not finite.
 */
export function similarityMatrix(m: EmbeddingMatrix, onProgress?: Progress): SimilarityMatrix {
  assertFinite(m);
  const n = m.rows;
  const data = new Float32Array(n * n);
  const step = Math.max(1, Math.floor(n / 100));
  let reported = 0;
  forEachStrip(m, (first, count, strip) => {
    for (let r = 0; r < count; r++) {
      const i = first + r;
      for (let j = i; j < n; j++) data[i * n + j] = strip[r * n + j]!;
    }
    // The mirror, by columns of the strip: consecutive writes for each row below.
    for (let j = first; j < n; j++) {
      const rows = Math.min(count, j - first);
      for (let r = 0; r < rows; r++) data[j * n + first + r] = strip[r * n + j]!;
    }
    const done = first + count;
    if (onProgress && (done - reported >= step || done === n)) {
      reported = done;
      onProgress(done, n);
    }
  });
  return { n, data };
}
