import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/core/evaluation/evaluate';
import { metricsSchema, type Figure } from '../../../src/core/results/schema';
import { dot } from '../../../src/core/retrieval/similarity';
import { folderOf, matrixOf, type Folder } from './random';

const countsOf = ({ rows }: Folder) => ({
  photos: rows.length,
  embedded: rows.length,
  noDog: 0,
  failed: 0,
});
const run = (folder: Folder) =>
  metricsSchema.parse(evaluate({ ...folder, counts: countsOf(folder) }));
const value = (figure: Figure): number => {
  if (figure.value === null) throw new Error(figure.reason);
  return figure.value;
};

/** Written from the definitions, quadratic and slow. */
function brute({ matrix, rows }: Folder) {
  const labelled = [...rows.keys()].filter((i) => rows[i]!.identity !== null);
  const same = (i: number, j: number) => rows[i]!.identity === rows[j]!.identity;
  let ap = 0;
  let apR = 0;
  const hits: Record<1 | 5 | 10, number> = { 1: 0, 5: 0, 10: 0 };
  let queries = 0;
  for (const q of labelled) {
    const gallery = labelled
      .filter((j) => j !== q)
      .sort(
        (a, b) => dot(matrix, q, b) - dot(matrix, q, a) || (rows[a]!.path < rows[b]!.path ? -1 : 1),
      );
    const relevant = gallery.map((j) => same(q, j));
    const total = relevant.filter(Boolean).length;
    if (total === 0) continue;
    queries++;
    for (const k of [1, 5, 10] as const) if (relevant.slice(0, k).includes(true)) hits[k]++;
    let found = 0;
    relevant.forEach((is, r) => {
      if (!is) return;
      found++;
      ap += found / (r + 1) / total;
      if (r < total) apR += found / (r + 1) / total;
    });
  }
  const genuine: number[] = [];
  const impostor: number[] = [];
  labelled.forEach((i, x) =>
    labelled.slice(x + 1).forEach((j) => (same(i, j) ? genuine : impostor).push(dot(matrix, i, j))),
  );
  const auc =
    genuine.reduce(
      (sum, g) => sum + impostor.reduce((s, t) => s + (t < g ? 1 : t === g ? 0.5 : 0), 0),
      0,
    ) /
    (genuine.length * impostor.length);
  const tar = (far: number) =>
    Math.max(
      0,
      ...[...genuine, ...impostor]
        .filter((t) => impostor.filter((s) => s >= t).length / impostor.length <= far)
        .map((t) => genuine.filter((s) => s >= t).length / genuine.length),
    );
  return { queries, ap: ap / queries, apR: apR / queries, hits, genuine, impostor, auc, tar };
}

const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;

describe('evaluate', () => {
  const folders: [string, Folder][] = [
    ['an ordinary folder', folderOf(1, [5, 4, 6, 3, 2], { unlabelled: 3, spread: 1.5 })],
    ['singletons among dogs', folderOf(2, [1, 1, 4, 1, 3], { spread: 1 })],
    ['no signal at all', folderOf(3, [4, 4, 4, 4], { spread: 30 })],
    ['two dimensions', folderOf(4, [6, 6, 6], { dim: 2, spread: 1 })],
  ];
  const tied = folderOf(5, [6, 6, 5], { dim: 3, spread: 2 });
  folders.push([
    'many exact ties',
    { ...tied, matrix: { ...tied.matrix, data: tied.matrix.data.map(Math.round) } },
  ]);

  it.each(folders)('equals the definitions on %s', (_name, folder) => {
    const { counts, identification, verification } = run(folder);
    const expected = brute(folder);
    expect(counts.queries).toBe(expected.queries);
    expect(value(identification.recallAt1)).toBeCloseTo(expected.hits[1] / expected.queries, 12);
    expect(value(identification.recallAt5)).toBeCloseTo(expected.hits[5] / expected.queries, 12);
    expect(value(identification.recallAt10)).toBeCloseTo(expected.hits[10] / expected.queries, 12);
    expect(value(identification.mAP)).toBeCloseTo(expected.ap, 12);
    expect(value(identification.mapAtR)).toBeCloseTo(expected.apR, 12);
    expect(verification.genuinePairs).toBe(expected.genuine.length);
    expect(verification.impostorPairs).toBe(expected.impostor.length);
    expect(value(verification.genuineMean)).toBeCloseTo(mean(expected.genuine), 12);
    expect(value(verification.impostorMean)).toBeCloseTo(mean(expected.impostor), 12);
    expect(value(verification.auc)).toBeCloseTo(expected.auc, 12);
    if (expected.impostor.length >= 100) {
      expect(value(verification.tarAtFar['0.1'])).toBeCloseTo(expected.tar(0.1), 12);
    } else {
      expect(verification.tarAtFar['0.1'].value).toBeNull();
    }
    expect(verification.tarAtFar['0.001']).toEqual({
      value: null,
      reason: `FAR 0.1 % needs at least 10000 impostor pairs; there are ${expected.impostor.length}.`,
    });
  });

  it('gives every figure null with a reason where nothing is labelled', () => {
    const metrics = run(folderOf(1, [], { unlabelled: 5 }));
    const figures = [
      ...['recallAt1', 'recallAt5', 'recallAt10', 'mAP', 'mapAtR', 'endToEndRecallAt1'].map(
        (name) => metrics.identification[name],
      ),
      metrics.verification.genuineMean,
      metrics.verification.impostorMean,
      metrics.verification.auc,
      metrics.verification.eer,
      ...Object.values(metrics.verification.tarAtFar),
    ];
    expect(figures.length).toBe(13);
    for (const figure of figures) {
      expect(figure).toMatchObject({
        value: null,
        reason: expect.stringMatching(/folder|not known/) as string,
      });
    }
    expect(metrics.counts).toMatchObject({ dogs: 0, queries: 0 });
  });

  it('has no impostor figure with one dog, no genuine figure with singletons', () => {
    const one = run(folderOf(1, [4])).verification;
    expect(one.auc).toMatchObject({
      value: null,
      reason: expect.stringMatching(/one dog/i) as string,
    });
    expect(value(one.genuineMean)).toBeGreaterThan(0);
    const singles = run(folderOf(1, [1, 1, 1]));
    expect(singles.identification.recallAt1.value).toBeNull();
    expect(singles.verification.genuineMean.value).toBeNull();
    expect(singles.verification.impostorPairs).toBe(3);
  });

  it('refuses NaN and a wrong number of rows', () => {
    const folder = folderOf(1, [2, 2]);
    folder.matrix.data[3] = Number.NaN;
    expect(() => run(folder)).toThrow(/row 0/);
    const short = folderOf(1, [2, 2]);
    expect(() => run({ ...short, rows: short.rows.slice(1) })).toThrow(RangeError);
  });

  it('handles an empty run', () => {
    expect(run({ matrix: matrixOf([]), rows: [] }).counts.dogs).toBe(0);
  });
});
