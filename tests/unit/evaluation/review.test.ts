import { describe, expect, it } from 'vitest';
import { blame, type Cause } from '../../../src/core/evaluation/blame';
import { burstPairs } from '../../../src/core/evaluation/bursts';
import { applyDecisions, undo, type Decision } from '../../../src/core/evaluation/decisions';
import { evaluate } from '../../../src/core/evaluation/evaluate';
import { mislabelQueue, reviewQueue } from '../../../src/core/evaluation/mislabels';
import { parseTruth, type TruthPhoto } from '../../../src/core/evaluation/truth';
import type { PhotoRecord } from '../../../src/core/results/schema';
import { dot } from '../../../src/core/retrieval/dots';
import { folderOf, matrixOf, uniform, type Folder } from './random';
import { lost, photosOf, statisticsOf } from './run';

/** Swaps the labels of `count` pairs of photos of different dogs. Returns the folder and the wrong paths. */
function swapLabels(
  folder: Folder,
  count: number,
  seed: number,
): { folder: Folder; wrong: string[] } {
  const next = uniform(seed);
  const rows = [...folder.rows];
  const wrong = new Set<string>();
  while (wrong.size < 2 * count) {
    const [i, j] = [Math.floor(next() * rows.length), Math.floor(next() * rows.length)];
    const [a, b] = [rows[i]!, rows[j]!];
    if (a.identity === b.identity || wrong.has(a.path) || wrong.has(b.path)) continue;
    rows[i] = { path: a.path, identity: b.identity };
    rows[j] = { path: b.path, identity: a.identity };
    wrong.add(a.path).add(b.path);
  }
  return { folder: { ...folder, rows }, wrong: [...wrong] };
}

describe('the mislabel queue', () => {
  it.each([1, 2, 3, 4, 5])('finds 20 planted labels in its top 40 (seed %i)', (seed) => {
    const clean = folderOf(seed, Array<number>(40).fill(6), { dim: 64, spread: 1 });
    // Ten swaps make twenty wrong labels.
    const { folder, wrong } = swapLabels(clean, 10, seed + 100);
    const top = reviewQueue(statisticsOf(folder), folder.rows).slice(0, 40);
    const named = new Set(top.map(({ row }) => folder.rows[row]!.path));
    const found = wrong.filter((path) => named.has(path)).length;
    console.log(`planted wrong labels among the first 40: ${found} of ${wrong.length}`);
    expect(found).toBeGreaterThanOrEqual(18);
  });

  it('is empty on a folder without contradiction', () => {
    const folder = folderOf(1, [5, 5, 5], { dim: 64, spread: 0.2 });
    expect(reviewQueue(statisticsOf(folder), folder.rows)).toEqual([]);
  });

  it('names the dog the neighbours agree on', () => {
    const clean = folderOf(3, [6, 6, 6], { dim: 64, spread: 0.4 });
    const rows = clean.rows.map((row, i) => (i === 0 ? { ...row, identity: 'dog-001' } : row));
    const { coldPhotos, hotPairs } = mislabelQueue(statisticsOf({ ...clean, rows }), rows);
    expect(coldPhotos[0]).toMatchObject({ row: 0, suspected: 'dog-000', votes: 5, voters: 5 });
    expect(hotPairs.length).toBeGreaterThan(0);
    expect(hotPairs.every((item) => item.row === 0)).toBe(true);
  });

  it('doubts the photo of a hot pair that is less like its own dog, whichever comes first', () => {
    const at = (angle: number) => [Math.cos(angle), Math.sin(angle)];
    // b/0 is a photo of a under another name; c/0 is one of a, too, and its dog's only photo.
    const pairsOf = (order: readonly number[]) => {
      const all = [
        ['a/0', 0],
        ['a/1', 0.4],
        ['b/0', 0.02],
        ['b/1', 1.5],
        ['b/2', 1.6],
        ['c/0', 0.38],
      ] as const;
      const rows = order.map((i) => ({ path: all[i]![0], identity: all[i]![0][0]! }));
      const matrix = matrixOf(order.map((i) => at(all[i]![1])));
      const named = { rows, matrix };
      return { rows, items: mislabelQueue(statisticsOf(named), rows).hotPairs };
    };
    for (const order of [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
    ]) {
      const { rows, items } = pairsOf(order);
      const pairs = items.map((item) => [
        rows[item.row]!.path,
        item.kind === 'hot-pair' ? rows[item.other]!.path : '',
      ]);
      expect(pairs).toContainEqual(['b/0', 'a/0']);
      expect(pairs).toContainEqual(['c/0', 'a/1']);
      const [a, b] = pairs.find(([, other]) => other === 'a/0')!;
      const { relabelled } = applyDecisions(rows, [{ a: a!, b: b!, verdict: 'same' }]);
      expect(relabelled).toEqual([{ path: 'b/0', from: 'b', to: 'a' }]);
    }
  });

  it('keeps the most similar pairs even when there are thousands', () => {
    const folder = folderOf(3, Array<number>(12).fill(8), { dim: 4, spread: 1.5 });
    const run = statisticsOf(folder);
    const few = mislabelQueue(run, folder.rows, { most: 7 }).hotPairs;
    const all = mislabelQueue(run, folder.rows, { most: 100_000 }).hotPairs;
    expect(all.length).toBeGreaterThan(100);
    expect(few).toEqual(all.slice(0, 7));
  });

  it('does not show again what was decided, nor two dogs of one photo', () => {
    const clean = folderOf(3, [6, 6, 6], { dim: 64, spread: 0.4 });
    const rows = clean.rows.map((row, i) => (i === 0 ? { ...row, identity: 'dog-001' } : row));
    const run = statisticsOf({ ...clean, rows });
    expect(mislabelQueue(run, rows, { decidedRow: () => true, decided: () => true })).toEqual({
      coldPhotos: [],
      hotPairs: [],
    });
    const onePhoto = rows.map(({ identity }) => ({ path: 'group.jpg', identity }));
    expect(mislabelQueue(statisticsOf({ ...clean, rows: onePhoto }), onePhoto).hotPairs).toEqual(
      [],
    );
  });
});

describe('applyDecisions', () => {
  const rows = ['a1', 'a2', 'b1', 'b2'].map((path) => ({ path, identity: path[0]! }));
  const same = (a: string, b: string): Decision => ({ a, b, verdict: 'same' });
  const different = (a: string, b: string): Decision => ({ a, b, verdict: 'different' });

  it('gives the suspected photo the other dog, or takes its name off', () => {
    const result = applyDecisions(rows, [same('a1', 'b1'), different('b2', 'b1')]);
    expect(result.rows.map(({ identity }) => identity)).toEqual(['b', 'a', 'b', null]);
    expect(result.relabelled).toEqual([{ path: 'a1', from: 'a', to: 'b' }]);
    expect(result.unlabelled).toEqual(['b2']);
  });

  it('lets the later decision win, undo take it back, skip change nothing', () => {
    const decisions = [same('a1', 'b1'), different('b1', 'a1')];
    expect(applyDecisions(rows, decisions).relabelled).toEqual([]);
    expect(applyDecisions(rows, undo(decisions)).relabelled.length).toBe(1);
    expect(applyDecisions(rows, [{ a: 'a1', b: 'b1', verdict: 'skip' }]).rows).toEqual(rows);
    expect(applyDecisions(rows, [same('a1', 'zz')]).ignored.length).toBe(1);
  });

  it('changes the figures when they are computed again', () => {
    const clean = folderOf(3, [4, 4, 4, 4, 4], { dim: 64, spread: 0.4 });
    const wrong = clean.rows.map((row, i) => (i === 0 ? { ...row, identity: 'dog-001' } : row));
    const figures = (named: Folder['rows']) =>
      evaluate({
        matrix: clean.matrix,
        rows: named,
        counts: { photos: 20, embedded: 20, noDog: 0, failed: 0 },
        options: { intervals: false },
      });
    const before = figures(wrong);
    const decided = applyDecisions(wrong, [same(clean.rows[0]!.path, clean.rows[1]!.path)]);
    const after = figures([...decided.rows]);
    expect(before.identification.recallAt1.value).toBeLessThan(1);
    expect(after.identification.recallAt1.value).toBe(1);
    expect(after).toEqual(figures(clean.rows));
  });
});

describe('the blame router', () => {
  // No signal at all: nearly every query fails.
  const folder = folderOf(21, Array<number>(12).fill(5), { dim: 8, spread: 40 });
  const run = statisticsOf(folder);
  const truthOf = (photos: readonly PhotoRecord[]): TruthPhoto[] =>
    photos.map(({ path, identity }) => ({
      path,
      identity,
      bbox: [100, 50, 300, 250],
      keypoints: [
        { name: 'left_eye', x: 220, y: 100, visible: true },
        { name: 'right_eye', x: 180, y: 100, visible: true },
        { name: 'nose', x: 200, y: 130, visible: true },
      ],
    }));
  const photos = photosOf(folder);
  const mapDogs = (change: (dog: PhotoRecord['dogs'][number]) => PhotoRecord['dogs'][number]) =>
    photos.map((photo) => ({ ...photo, dogs: photo.dogs.map(change) }));
  const first = (changed: readonly PhotoRecord[], truth?: TruthPhoto[]): Cause | undefined =>
    blame({ run, rows: folder.rows, photos: changed, truth }).pareto[0]?.cause;

  it('names the stage that was spoilt', () => {
    const truth = truthOf(photos);
    expect(first(photos, truth)).toBe('embedding');
    // A box shifted by 40 % of its width.
    const shifted = mapDogs((dog) => ({ ...dog, bbox: [180, 50, 380, 250] }));
    expect(first(shifted, truth)).toBe('wrong-dog-or-loose-box');
    // Keypoints shifted by half a face.
    const off = mapDogs((dog) => ({
      ...dog,
      keypoints: dog.keypoints.map((point) => ({ ...point, x: point.x + 20 })),
    }));
    expect(first(off, truth)).toBe('keypoints-missing-or-off');
    const missing = mapDogs((dog) => ({
      ...dog,
      branch: 'body',
      reason: 'no-pose',
      keypoints: [],
    }));
    expect(first(missing, truth)).toBe('keypoints-missing-or-off');
    // From behind, a missing face is right.
    const behind = truth.map((photo) => ({
      ...photo,
      keypoints: [{ name: 'nose', x: 0, y: 0, visible: false }],
    }));
    expect(first(missing, behind)).toBe('embedding');
    const tiny = mapDogs((dog) => ({ ...dog, chip: [0, 0, 20, 40] }));
    expect(first(tiny, truth)).toBe('bad-chip');
  });

  it('accounts for every failed query once, lost photos included', () => {
    const some = [
      ...photos.slice(2),
      lost(photos[0]!.path, 'dog-000', 'no-dog'),
      lost(photos[1]!.path, 'dog-000', 'failed'),
    ];
    const report = blame({ run, rows: folder.rows, photos: some });
    expect(report.queries).toBe(60);
    expect(report.cases.length).toBe(report.failed);
    expect(report.pareto.reduce((sum, { count }) => sum + count, 0)).toBe(report.failed);
    expect(report.pareto.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(new Set(report.cases.map(({ path }) => path)).size).toBe(report.failed);
    const cause = (path: string) => report.cases.find((item) => item.path === path)?.cause;
    expect(cause(photos[0]!.path)).toBe('no-dog-found');
    expect(cause(photos[1]!.path)).toBe('photo-failed');
  });

  it('suspects a label, sees a duplicate and a dog with too few photos', () => {
    const clear = folderOf(5, [6, 6, 2], { dim: 64, spread: 0.3 });
    const rows = clear.rows.map((row, i) => (i === 0 ? { ...row, identity: 'dog-001' } : row));
    const named = { ...clear, rows };
    const report = blame({ run: statisticsOf(named), rows, photos: photosOf(named) });
    // The mislabelled photo itself, and a photo that has it for its first match.
    expect(report.cases.map(({ path, cause }) => [path, cause])).toEqual([
      [rows[0]!.path, 'suspected-wrong-label'],
      [rows[3]!.path, 'suspected-wrong-label'],
    ]);
    const bursts = burstPairs(rows.map((_, i) => ({ sha256: i < 6 ? 'same' : String(i) })));
    expect(
      blame({ run: statisticsOf(named), rows, photos: photosOf(named), bursts }).cases[0]?.cause,
    ).toBe('near-duplicate');
    // Dogs with two photos that do not look alike: no five neighbours can agree.
    const pairs = folderOf(8, Array<number>(8).fill(2), { dim: 16, spread: 40 });
    const few = blame({ run: statisticsOf(pairs), rows: pairs.rows, photos: photosOf(pairs) });
    expect(few.failed).toBeGreaterThan(10);
    expect(few.pareto.map(({ cause }) => cause)).toEqual(['too-few-photos']);
  });

  it('names the first match of a full sort, ties by path', () => {
    const tied = folderOf(7, Array<number>(10).fill(4), { dim: 3, spread: 3 });
    const data = tied.matrix.data.map((x) => Math.round(2 * x));
    const rows = tied.rows.map((row, i) => ({ ...row, path: `${(i * 17) % 40}.jpg` }));
    const whole: Folder = { rows, matrix: { ...tied.matrix, data } };
    const { cases } = blame({ run: statisticsOf(whole), rows, photos: photosOf(whole) });
    expect(cases.length).toBeGreaterThan(20);
    for (const { path, firstMatch } of cases) {
      const query = rows.findIndex((row) => row.path === path);
      const order = [...rows.keys()]
        .filter((i) => i !== query)
        .sort(
          (a, b) =>
            dot(whole.matrix, query, b) - dot(whole.matrix, query, a) ||
            (rows[a]!.path < rows[b]!.path ? -1 : 1),
        );
      expect(firstMatch?.path).toBe(rows[order[0]!]!.path);
    }
  });

  it('has nothing to say where nothing failed', () => {
    const clear = folderOf(5, [6, 6], { dim: 64, spread: 0.3 });
    const report = blame({ run: statisticsOf(clear), rows: clear.rows, photos: photosOf(clear) });
    expect(report).toMatchObject({ queries: 12, failed: 0, pareto: [], cases: [] });
  });
});

it('parseTruth reads the form of truth.json and nothing else', () => {
  const photo = {
    path: 'a/1.png',
    identity: 'a',
    bbox: [1, 2, 3, 4],
    keypoints: [{ name: 'nose', x: 1, y: 2, visible: true }, 'x'],
  };
  expect(
    parseTruth({ photos: [photo, { identity: 'b' }, { path: 'loose.png', identity: null }] }),
  ).toEqual([
    { ...photo, keypoints: [photo.keypoints[0]] },
    { path: 'loose.png', identity: null, bbox: null, keypoints: [] },
  ]);
  expect(parseTruth([])).toBeNull();
  expect(parseTruth(null)).toBeNull();
});
