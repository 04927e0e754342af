/** The files of the headless run. Existing files of ours are replaced, nothing else is touched. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Collected } from '../../src/core/results/assemble';
import { writeNpy } from '../../src/core/results/npy';
import type { Results } from '../../src/core/results/schema';
import type { SimilarityMatrix } from '../../src/core/types';

/** Above this many rows the CSV is not written: nobody opens it, and it outgrows the matrix. */
const CSV_MAX_ROWS = 1000;

/** Writes results.json, embeddings.npy, similarity.npy, similarity.csv (while small) and metrics.json. */
export async function writeOutputs(
  out: string,
  results: Results,
  { matrix, rows }: Collected,
  similarity: SimilarityMatrix,
): Promise<void> {
  await mkdir(out, { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(out, 'results.json'), json(results));
  await writeFile(join(out, 'metrics.json'), json(results.metrics));
  await writeFile(join(out, 'embeddings.npy'), writeNpy(matrix.data, [matrix.rows, matrix.dim]));
  const { n } = similarity;
  await writeFile(join(out, 'similarity.npy'), writeNpy(similarity.data, [n, n]));
  const csv = join(out, 'similarity.csv');
  if (n <= CSV_MAX_ROWS) await writeFile(csv, similarityCsv(rows, similarity));
  else await rm(csv, { force: true });
}

/** RFC 4180; first row and first column are paths. */
function similarityCsv(rows: Collected['rows'], { n, data }: SimilarityMatrix): string {
  const head = ['', ...rows.map(({ path }) => path)].map(quote).join(',');
  const lines = rows.map(({ path }, i) =>
    [quote(path), ...data.subarray(i * n, (i + 1) * n)].join(','),
  );
  return `${[head, ...lines].join('\r\n')}\r\n`;
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
