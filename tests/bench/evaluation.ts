/**
 * What all figures without intervals cost beside the similarity matrix that they stand on.
 *
 *     npx tsx tests/bench/evaluation.ts [photos = 10000] [dogs = 500]
 *
 * CPU seconds of this process, which resist other load, and their ratios, which must be at most 3. Ends 1 above.
 */
import { evaluate } from '../../src/core/evaluation/evaluate';
import { reportRun } from '../../src/core/evaluation/report';
import { similarityMatrix } from '../../src/core/retrieval/similarity';
import { topK } from '../../src/core/retrieval/topk';
import { folderOf } from '../unit/evaluation/random';
import { photosOf } from '../unit/evaluation/run';

const LARGEST_RATIO = 3;
const DIM = 512;

const photos = Number(process.argv[2] ?? 10_000);
const dogs = Number(process.argv[3] ?? 500);

function timed<T>(name: string, work: () => T): { result: T; seconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  console.log(`${name.padEnd(34)} ${seconds.toFixed(2)} CPU s`);
  return { result, seconds };
}

// The compiler warms up on a small folder first.
const small = folderOf(1, Array<number>(40).fill(5), { dim: DIM });
const countsOf = (n: number) => ({ photos: n, embedded: n, noDog: 0, failed: 0 });
evaluate({ ...small, counts: countsOf(200), options: { intervals: false } });

const sizes = Array.from(
  { length: dogs },
  (_, d) => Math.floor((photos * (d + 1)) / dogs) - Math.floor((photos * d) / dogs),
);
const folder = folderOf(2, sizes, { dim: DIM, spread: 1.5 });
const { matrix, rows } = folder;
const records = photosOf(folder).map((photo, i) => ({
  ...photo,
  // A dHash for every photo, hardly any alike: the pair search costs what it costs in life.
  dhash:
    (((i + 1) * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') +
    (((i + 7) * 0x85ebca6b) >>> 0).toString(16).padStart(8, '0'),
}));
console.log(`${photos} photos of ${dogs} dogs, ${DIM} dimensions`);
const base = timed('similarity matrix', () => similarityMatrix(matrix));
timed('top 10 of every photo', () => topK(matrix, rows, 10, base.result));
const figures = timed('all figures without intervals', () =>
  evaluate({
    matrix,
    rows,
    photos: records,
    similarity: base.result,
    counts: countsOf(photos),
    options: { intervals: false },
  }),
);
const { identification, verification } = figures.result;
console.log(
  `Recall@1 ${String(identification.recallAt1.value)}, AUC ${String(verification.auc.value)}, ${verification.impostorPairs} impostor pairs`,
);
const report = timed('the same with causes and mislabels', () =>
  reportRun({
    matrix,
    rows,
    photos: records,
    similarity: base.result,
    counts: countsOf(photos),
    colours: null,
    truth: null,
    decisions: [],
    intervals: false,
  }),
);
const ratios = [figures, report].map(({ seconds }) => seconds / base.seconds);
const [ofFigures, ofReport] = ratios.map((ratio) => ratio.toFixed(2));
console.log(`ratio ${ofFigures}, of the whole report ${ofReport} (at most ${LARGEST_RATIO})`);
process.exitCode = ratios.every((ratio) => ratio <= LARGEST_RATIO) ? 0 : 1;
