import { describe, expect, it } from 'vitest';
import { drawDogs } from '../../../src/core/evaluation/bootstrap';
import {
  branchEmbeddings,
  reportBranches,
  type PhotoViews,
} from '../../../src/core/evaluation/branchReport';
import { compareBranches, type BranchView } from '../../../src/core/evaluation/branches';
import {
  reportComparison,
  verdictOf,
  type ComparableRun,
} from '../../../src/core/evaluation/compareReport';
import {
  compareRuns,
  directionOf,
  type Compared,
  type RunSide,
} from '../../../src/core/evaluation/compare';
import { replicate } from '../../../src/core/evaluation/replicates';
import { stageChanges } from '../../../src/core/evaluation/stageChanges';
import type { Figure, PhotoRecord } from '../../../src/core/results/schema';
import { folderOf, matrixOf, normal, uniform, unit, type Folder } from './random';
import { lost, photosOf, statisticsOf } from './run';

/** The same folder with more noise on every vector. */
function noisier(folder: Folder, seed: number, spread: number): Folder {
  const next = uniform(seed);
  const { dim } = folder.matrix;
  const vectors = folder.rows.map((_, i) =>
    unit(
      Array.from(folder.matrix.data.subarray(i * dim, (i + 1) * dim)).map(
        (x) => x + (spread * normal(next)) / Math.sqrt(dim),
      ),
    ),
  );
  return { rows: folder.rows, matrix: matrixOf(vectors) };
}

const sideOf = (folder: Folder): RunSide => ({ ...folder, photos: photosOf(folder) });
const value = (figure: Figure): number => {
  if (figure.value === null) throw new Error(figure.reason);
  return figure.value;
};

const good = folderOf(11, Array<number>(20).fill(6), { dim: 32, spread: 0.8 });
const poor = noisier(good, 12, 1.2);

describe('drawDogs', () => {
  it('draws as many dogs as there are, the same for the same seed', () => {
    const draws = (seed: number) =>
      [...drawDogs(7, { draws: 50, seed })].map((times) => Array.from(times));
    // The generator reuses its buffer: copies are taken while it runs.
    const copies: number[][] = [];
    for (const times of drawDogs(7, { draws: 50, seed: 3 })) copies.push(Array.from(times));
    expect(copies.every((times) => times.reduce((a, b) => a + b) === 7)).toBe(true);
    expect(new Set(copies.map(String)).size).toBeGreaterThan(40);
    expect(draws(3).length).toBe(50);
  });
});

describe('compareRuns', () => {
  const comparison = compareRuns(sideOf(poor), sideOf(good), { draws: 200 });

  it('finds the better run, with an interval on one side of 0', () => {
    const { mAP } = comparison.identification;
    expect(value(mAP.b)).toBeGreaterThan(value(mAP.a));
    expect(value(mAP.difference)).toBeCloseTo(value(mAP.b) - value(mAP.a), 12);
    expect(directionOf(mAP.difference)).toBe('better');
    expect(
      directionOf(
        compareRuns(sideOf(good), sideOf(poor), { draws: 200 }).identification.mAP.difference,
      ),
    ).toBe('worse');
  });

  it('counts flips that explain the difference in Recall@1', () => {
    const { wrongToRight, rightToWrong, counts } = comparison;
    expect(wrongToRight.length).toBeGreaterThan(0);
    expect((wrongToRight.length - rightToWrong.length) / counts.queries).toBeCloseTo(
      value(comparison.identification.recallAt1.difference),
      12,
    );
  });

  it('names the first match of each side, right on one and wrong on the other', () => {
    const { wrongToRight, rightToWrong } = comparison;
    for (const { identity, path, matchA, matchB } of wrongToRight) {
      expect(matchA?.identity).not.toBe(identity);
      expect(matchB?.identity).toBe(identity);
      expect(matchB?.path).not.toBe(path);
    }
    for (const { identity, matchA, matchB } of rightToWrong) {
      expect(matchA?.identity).toBe(identity);
      expect(matchB?.identity).not.toBe(identity);
    }
  });

  it('pairs the draws: the interval is that of the differences', () => {
    const options = { draws: 200, seed: 5 };
    const a = replicate(statisticsOf(poor), options).micro.mAP;
    const b = replicate(statisticsOf(good), options).micro.mAP;
    const sorted = b.map((x, i) => x - a[i]!).sort();
    const { difference } = compareRuns(sideOf(poor), sideOf(good), options).identification.mAP;
    if (difference.value === null) throw new Error(difference.reason);
    const at = 199 * 0.025;
    const low =
      sorted[Math.floor(at)]! + (sorted[Math.ceil(at)]! - sorted[Math.floor(at)]!) * (at % 1);
    expect(difference.low).toBeCloseTo(low, 12);
  });

  it('is nothing between a run and itself', () => {
    const { identification, verification, wrongToRight, rightToWrong, endToEndRecallAt1 } =
      compareRuns(sideOf(good), sideOf(good), { draws: 50 });
    for (const { difference } of [identification.mAP, verification.auc, endToEndRecallAt1]) {
      expect(difference).toMatchObject({ value: 0, low: 0, high: 0 });
      expect(directionOf(difference)).toBe('undecided');
    }
    expect([...wrongToRight, ...rightToWrong]).toEqual([]);
  });

  it('compares on photos that both embedded and counts the rest', () => {
    const keep = [...good.rows.keys()].slice(2);
    const dim = good.matrix.dim;
    const fewer: Folder = {
      rows: keep.map((i) => good.rows[i]!),
      matrix: matrixOf(
        keep.map((i) => Array.from(good.matrix.data.subarray(i * dim, (i + 1) * dim))),
      ),
    };
    const photos = [
      ...photosOf(fewer),
      ...good.rows.slice(0, 2).map(({ path, identity }) => lost(path, identity ?? '', 'no-dog')),
    ];
    const { counts, identification, endToEndRecallAt1 } = compareRuns(
      sideOf(good),
      { ...fewer, photos },
      { draws: 20 },
    );
    expect(counts).toMatchObject({ common: 118, onlyA: 2, onlyB: 0, relabelled: 0, otherFile: 0 });
    expect(value(identification.mAP.difference)).toBe(0);
    // End to end the two lost photos are misses.
    expect(value(endToEndRecallAt1.a)).toBeGreaterThan(value(endToEndRecallAt1.b));
    expect(endToEndRecallAt1.a).toMatchObject({ n: 120 });
    expect(endToEndRecallAt1.b).toMatchObject({ n: 120 });
  });

  it('counts end to end what both were given, against galleries of that', () => {
    // A dog's two photos are alike; a stranger of the second half stands between them.
    const near = (angle: number): number[] => [Math.cos(angle), Math.sin(angle)];
    const whole: Folder = {
      matrix: matrixOf([near(0), near(0.2), near(1), near(1.2), near(0.1), near(3), near(1.1)]),
      rows: ['a/1', 'a/2', 'b/1', 'b/2', 'c/1', 'c/2', 'd/1'].map((path) => ({
        path,
        identity: path[0]!,
      })),
    };
    const half: Folder = {
      rows: whole.rows.slice(0, 4),
      matrix: { rows: 4, dim: 2, data: whole.matrix.data.slice(0, 8) },
    };
    const b = photosOf(whole);
    const cut = (rest: PhotoRecord[]) =>
      compareRuns({ ...half, photos: [...b.slice(0, 4), ...rest] }, sideOf(whole), { draws: 20 })
        .endToEndRecallAt1;
    const notRun = b.slice(4).map((photo) => ({ ...photo, status: 'not-run' as const, dogs: [] }));
    // Cancelled, or a smaller folder: the rest stands in no gallery, and nothing is a miss.
    for (const rest of [notRun, []]) {
      expect(cut(rest)).toMatchObject({ a: { value: 1, n: 4 }, b: { value: 1, n: 4 } });
      expect(cut(rest).difference).toMatchObject({ value: 0, low: 0, high: 0 });
    }
    // Lost by the pipeline: asked on both sides and in the other's gallery.
    const rest = b.slice(4).map(({ path, identity }) => lost(path, identity ?? '', 'no-dog'));
    expect(cut(rest)).toMatchObject({ a: { value: 4 / 6, n: 6 }, b: { value: 0, n: 6 } });
    // Other bytes under the same path: in neither.
    const bytes = (photos: PhotoRecord[], sha256: string): PhotoRecord[] =>
      photos.map((photo, i) => ({ ...photo, sha256: i < 4 ? 'same' : sha256 }));
    const changed = compareRuns(
      { ...whole, photos: bytes(b, 'x') },
      { ...whole, photos: bytes(b, 'y') },
      { draws: 20 },
    );
    expect(changed.counts).toMatchObject({ common: 4, otherFile: 3 });
    expect(changed.endToEndRecallAt1).toMatchObject({
      a: { value: 1, n: 4 },
      b: { value: 1, n: 4 },
    });
  });

  it('gives no interval, no verdict and a note where one dog has two photos', () => {
    const cut = (folder: Folder): ComparableRun => {
      const keep = [0, 1, 2, 3, 4, 5, 6, 12, 18];
      const { dim, data } = folder.matrix;
      const one: Folder = {
        rows: keep.map((i) => folder.rows[i]!),
        matrix: matrixOf(keep.map((i) => Array.from(data.subarray(i * dim, (i + 1) * dim)))),
      };
      return { ...one, photos: photosOf(one), tool: {} as never, models: {} as never };
    };
    const bad = noisier(good, 3, 20);
    const report = reportComparison(cut(bad), cut(good), { draws: 200 });
    expect(value(report.identification.mAP.difference)).toBeGreaterThan(0.1);
    for (const { a, b, difference } of [report.identification.mAP, report.verification.auc]) {
      for (const figure of [a, b, difference]) {
        expect(figure).toMatchObject({ low: null, high: null });
      }
    }
    expect(report.sentence).toMatch(/^Undecided whether B is better than A: there is no interval/);
    expect(report.counts.dogs).toBe(4);
    expect(report.notes).toEqual([expect.stringMatching(/anecdote/)]);
  });

  it('leaves out photos with another label or other bytes', () => {
    const other = {
      ...good,
      rows: good.rows.map((row, i) => (i === 0 ? { ...row, identity: 'someone' } : row)),
    };
    expect(compareRuns(sideOf(good), sideOf(other), { draws: 5 }).counts.relabelled).toBe(1);
    const a = sideOf(good);
    const changed = photosOf(good).map((photo, i) => ({ ...photo, sha256: i === 3 ? 'x' : 'y' }));
    const same = photosOf(good).map((photo) => ({ ...photo, sha256: 'y' }));
    expect(
      compareRuns({ ...a, photos: same }, { ...a, photos: changed }, { draws: 5 }).counts.otherFile,
    ).toBe(1);
  });

  it('refuses figures where nothing is shared', () => {
    const stranger = {
      ...good,
      rows: good.rows.map(({ path, identity }) => ({ path: `x/${path}`, identity })),
    };
    const none = compareRuns(sideOf(good), sideOf(stranger), { draws: 5 });
    expect(none.counts).toMatchObject({ common: 0, onlyA: 120, onlyB: 120 });
    expect(none.identification.mAP.difference.value).toBeNull();
  });
});

describe('compareBranches', () => {
  it('says whether the keypoint stage helps', () => {
    expect(compareBranches({ pipeline: good, body: poor }, { draws: 100 })).toMatchObject({
      verdict: 'helps',
      sentence: expect.stringMatching(
        /^The keypoint stage helps .*120 queries of 20 dogs/,
      ) as string,
    });
    expect(compareBranches({ pipeline: poor, body: good }, { draws: 100 }).verdict).toBe('hurts');
    expect(compareBranches({ pipeline: good, body: good }, { draws: 100 }).verdict).toBe(
      'undecided',
    );
    expect(compareBranches({ body: good }).verdict).toBe('unknown');
  });

  it('compares faces with bodies on the photos that have both', () => {
    const dim = good.matrix.dim;
    const half: Folder = {
      rows: good.rows.slice(0, 60),
      matrix: { rows: 60, dim, data: good.matrix.data.slice(0, 60 * dim) },
    };
    const { comparisons } = compareBranches({ face: half, body: poor, photo: poor }, { draws: 5 });
    expect(comparisons.map(({ a, b }) => `${a}-${b}`)).toEqual(['body-face', 'photo-body']);
    expect(comparisons[0]?.comparison.counts.common).toBe(60);
  });
});

it('stageChanges names moved boxes, other branches and other outcomes', () => {
  const a = photosOf(folderOf(1, [4]));
  const [first, second, third, fourth] = a;
  if (!first || !second || !third || !fourth) throw new Error('four photos');
  const dog = second.dogs[0]!;
  const b = [
    lost(first.path, 'dog-000', 'no-dog'),
    {
      ...second,
      dogs: [{ ...dog, bbox: [150, 50, 350, 250] as [number, number, number, number] }],
    },
    { ...third, dogs: [{ ...third.dogs[0]!, branch: 'body' as const }] },
    fourth,
  ];
  const changes = stageChanges(a, b);
  expect(changes).toMatchObject({ photos: 4, changedStatus: 1, movedBoxes: 1, changedBranch: 1 });
  expect(changes.changes.map(({ path }) => path)).toEqual(
    [first, second, third].map(({ path }) => path),
  );
  expect(changes.changes[1]?.boxIou).toBeCloseTo(150 / 250, 12);
});

describe('verdictOf', () => {
  const figure = (value: number, low: number, high: number): Compared => ({
    a: { value: 0.5, n: 40, low: null, high: null },
    b: { value: 0.5 + value, n: 40, low: null, high: null },
    difference: { value, n: 40, low, high },
  });
  const base = compareRuns(sideOf(good), sideOf(good), { draws: 5 });
  const told = (mAP: Compared, endToEndRecallAt1: Compared): string =>
    verdictOf(
      { ...base, identification: { ...base.identification, mAP }, endToEndRecallAt1 },
      'A',
      'B',
    );
  const [up, down, none] = [
    figure(0.1, 0.05, 0.2),
    figure(-0.1, -0.2, -0.05),
    figure(0.01, -0.1, 0.1),
  ];
  it.each([
    [up, up, /^B is better than A: mAP \+10\.0 points \(95 % \+5\.0 to \+20\.0\)/],
    [down, none, /^B is worse than A/],
    [
      up,
      down,
      /^Mixed: B is better than A on the photos that both embedded .* but worse when lost/,
    ],
    [none, down, /^B is worse than A when lost photos count/],
    [none, none, /^Undecided whether B is better than A: the interval .* holds 0/],
  ])('weighs mAP and Recall@1 end to end', (mAP, endToEnd, sentence) => {
    expect(told(mAP, endToEnd)).toMatch(sentence);
  });
});

describe('reportBranches', () => {
  const [rex, luna] = ['rex', 'luna'];
  const photo = (path: string, identity: string, branch: 'face' | 'body' | null, row: number) => ({
    ...lost(path, identity, 'no-dog'),
    ...(branch === null
      ? {}
      : {
          status: 'embedded' as const,
          dogs: [
            {
              ...photosOf(good)[0]!.dogs[0]!,
              identity,
              branch,
              row,
            },
          ],
        }),
  });
  const photos = [
    photo('a', rex, 'face', 0),
    photo('b', rex, 'body', 1),
    photo('c', luna, 'face', 2),
    photo('d', luna, null, -1),
  ];
  const matrix = matrixOf([
    [1, 0],
    [0.9, 0.1],
    [0, 1],
  ]);
  const vector = (x: number, y: number): Float32Array => Float32Array.of(x, y);
  const views: PhotoViews[] = [
    { path: 'a', body: vector(0, 1), photo: vector(1, 0), failure: null },
    { path: 'b', body: null, photo: vector(0.8, 0.6), failure: null },
    { path: 'c', body: null, photo: null, failure: 'broken' },
    { path: 'd', body: null, photo: vector(0.6, 0.8), failure: null },
  ];
  const run = { stages: 'detect,keypoints,embed' as const, photos, matrix };

  it('sorts vectors by what the embedder was shown, and embeds none twice', () => {
    const branches = branchEmbeddings(run, views);
    const paths = (view: BranchView): string[] => branches[view]!.rows.map(({ path }) => path);
    expect(paths('pipeline')).toEqual(['a', 'b', 'c']);
    expect(paths('face')).toEqual(['a', 'c']);
    expect(paths('body')).toEqual(['a', 'b']);
    expect(paths('photo')).toEqual(['a', 'b', 'd']);
    expect(Array.from(branches.body!.matrix.data)).toEqual([
      0,
      1,
      Math.fround(0.9),
      Math.fround(0.1),
    ]);
    expect(branches.photo!.rows[2]).toEqual({ path: 'd', identity: luna });
  });

  it('gives figures of each view, differences and a sentence, and counts what failed', () => {
    const report = reportBranches(run, views, { draws: 20 });
    expect(report.views.photo).toMatchObject({ photos: 3, dogs: 2, queries: 2 });
    expect(report.views.pipeline?.identification.recallAt1).toMatchObject({ value: 1, n: 2 });
    expect(report.comparisons.map(({ a, b }) => `${a}-${b}`)).toEqual([
      'body-pipeline',
      'body-face',
      'photo-body',
    ]);
    expect(report.failed).toEqual([{ path: 'c', message: 'broken' }]);
    expect(report.sentence).toMatch(/keypoint stage/);
  });

  it('cannot tell without face chips, or where the keypoint stage was left out', () => {
    const bodies = { ...run, photos: [photos[1]!, photo('e', luna, 'body', 0)] };
    expect(reportBranches(bodies, [], { draws: 5 }).sentence).toMatch(/no photo .* face chip/);
    expect(reportBranches({ ...bodies, stages: 'detect,embed' }, []).sentence).toMatch(
      /left it out/,
    );
  });

  it('counts its steps up to their total', () => {
    const steps: [number, number][] = [];
    reportBranches(run, views, { draws: 20, onProgress: (...step) => steps.push(step) });
    expect(steps.every(([done], i) => i === 0 || done >= steps[i - 1]![0])).toBe(true);
    expect(steps.at(-1)![0]).toBeLessThanOrEqual(steps[0]![1]);
  });
});
