/** What metrics.json holds, key by key, and the protocols: names from elsewhere, splits, dogs seen in training. */
import { describe, expect, it } from 'vitest';
import { COLOUR_DIM } from '../../../src/core/evaluation/colourHistogram';
import {
  FOLDER_NAMING,
  namingCounts,
  namingOf,
  renamed,
} from '../../../src/core/evaluation/naming';
import { nearestScores } from '../../../src/core/evaluation/nearest';
import { reportRun } from '../../../src/core/evaluation/report';
import { sameFigures } from '../../../src/core/evaluation/sameFigures';
import { given } from '../../../src/core/evaluation/figure';
import { metricsSchema, type Metrics, type PhotoRecord } from '../../../src/core/results/schema';
import { dot } from '../../../src/core/retrieval/dots';
import { folderOf } from './random';
import { photosOf, statisticsOf } from './run';

const folder = folderOf(5, [4, 4, 3, 3, 1], { dim: 16 });
const photos = photosOf(folder);

function report(change: { photos?: readonly PhotoRecord[]; colours?: boolean } = {}) {
  const records = change.photos ?? photos;
  const n = folder.matrix.rows;
  return reportRun({
    matrix: folder.matrix,
    rows: records.map(({ path, identity }) => ({ path, identity })),
    photos: records,
    counts: { photos: n, embedded: n, noDog: 0, failed: 0 },
    colours:
      change.colours === true
        ? { ...folderOf(6, [4, 4, 3, 3, 1], { dim: COLOUR_DIM }).matrix }
        : null,
    truth: null,
    decisions: [],
    intervals: 'auto',
  }).metrics;
}

describe('metrics.json', () => {
  it('has every key of the contract, each figure with value, n, low and high or a reason', () => {
    const metrics = report({ colours: true });
    expect(metricsSchema.safeParse(metrics).success).toBe(true);
    expect(Object.keys(metrics.counts)).toEqual(
      expect.arrayContaining(['photos', 'embedded', 'noDog', 'failed', 'dogs', 'queries']),
    );
    const ids = ['recallAt1', 'recallAt5', 'recallAt10', 'mAP', 'mapAtR'] as const;
    const figures = [
      ...ids.map((key) => metrics.identification[key]),
      ...ids.map((key) => metrics.identification.macro[key]),
      metrics.identification.endToEndRecallAt1,
      metrics.verification.genuineMean,
      metrics.verification.impostorMean,
      metrics.verification.auc,
      metrics.verification.eer,
      ...(['0.1', '0.01', '0.001'] as const).map((far) => metrics.verification.tarAtFar[far]),
    ];
    for (const figure of figures) {
      if (figure.value === null) expect(Object.keys(figure).sort()).toEqual(['reason', 'value']);
      else {
        expect(Object.keys(figure).sort()).toEqual(['high', 'low', 'n', 'value']);
        expect(figure.low).toBeLessThanOrEqual(figure.high!);
      }
    }
    expect(metrics.verification.genuinePairs).toBe(6 + 6 + 3 + 3);
    expect(metrics.verification.tarAtFar['0.001'].value).toBeNull();
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining([
        ...['note', 'intervals', 'withoutBursts', 'baselines', 'unseen', 'openSet'],
        ...['thresholds', 'perDog', 'perDogBinEdges', 'blame', 'mislabels'],
      ]),
    );
    expect(metrics.baselines.chance?.macro.recallAt1).toBeGreaterThan(0);
    expect(metrics.baselines.colourHistogram?.identification.macro.mAP.value).toBeGreaterThan(0);
    expect(metrics.baselines.endToEndRecallAt1.chance).toBeCloseTo(
      metrics.baselines.chance!.recallAt1,
      12,
    );
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
  });

  it('of a run that embedded nothing has the keys, too, and reasons for figures', () => {
    const { metrics } = reportRun({
      matrix: { rows: 0, dim: 0, data: new Float32Array(0) },
      rows: [],
      photos: [],
      counts: { photos: 0, embedded: 0, noDog: 0, failed: 0 },
      colours: { rows: 0, dim: COLOUR_DIM, data: new Float32Array(0) },
      truth: null,
      decisions: [],
      intervals: 'auto',
    });
    expect(metricsSchema.safeParse(metrics).success).toBe(true);
    expect(metrics.identification.recallAt1).toMatchObject({ value: null });
  });

  it.each([true, false])('counts its steps up to the last (intervals: %s)', (intervals) => {
    // Bursts, and marks of which all but one dog are left out: passes that have nothing to draw count as well.
    const marked = photos.map((photo, i) => ({
      ...photo,
      takenAt: i < 2 ? '2024-01-01T00:00:00' : null,
      ...(i < 14 ? { split: 'train' as const } : {}),
    }));
    const steps: [number, number][] = [];
    reportRun({
      matrix: folder.matrix,
      rows: folder.rows,
      photos: marked,
      counts: { photos: 15, embedded: 15, noDog: 0, failed: 0 },
      colours: { ...folderOf(6, [4, 4, 3, 3, 1], { dim: COLOUR_DIM }).matrix },
      truth: null,
      decisions: [{ a: photos[0]!.path, b: photos[5]!.path, verdict: 'same' }],
      intervals,
      onProgress: (...step) => steps.push(step),
    });
    const total = steps[0]![1];
    expect(total).toBe(intervals ? 3005 : 5);
    expect(steps.every(([, of]) => of === total)).toBe(true);
    expect(steps[0]![0]).toBe(1);
    expect(steps.every(([done], i) => i === 0 || done > steps[i - 1]![0])).toBe(true);
    expect(steps.at(-1)![0]).toBe(total);
    if (!intervals) expect(steps).toHaveLength(total);
  });

  it('says the same figures of a file only where all are the same', () => {
    const metrics = report();
    expect(sameFigures(metrics, JSON.parse(JSON.stringify(metrics)) as Metrics)).toBe(true);
    const other = given(0.123, 3);
    const { identification, verification } = metrics;
    for (const changed of [
      { identification: { ...identification, mAP: other } },
      { identification: { ...identification, macro: { ...identification.macro, mAP: other } } },
      { identification: { ...identification, endToEndRecallAt1: other } },
      { verification: { ...verification, auc: other } },
      {
        verification: {
          ...verification,
          tarAtFar: { ...verification.tarAtFar, '0.01': other },
        },
      },
    ]) {
      expect(sameFigures(metrics, { ...metrics, ...changed })).toBe(false);
    }
    const { macro, ...older } = identification;
    expect(macro.mAP.value).not.toBeNull();
    expect(sameFigures(metrics, { ...metrics, identification: older })).toBe(true);
  });

  it('follows the decisions of the reviewer, even where a photo shows two dogs', () => {
    const [a, b] = [photos[0]!, photos[5]!];
    const two = { ...folder.rows[0]!, identity: null };
    const { metrics } = reportRun({
      matrix: folder.matrix,
      rows: [folder.rows[0]!, two, ...folder.rows.slice(2)],
      photos: photos.filter((_, i) => i !== 1),
      counts: { photos: 14, embedded: 14, noDog: 0, failed: 0 },
      colours: null,
      truth: null,
      decisions: [{ a: a.path, b: b.path, verdict: 'same' }],
      intervals: false,
    });
    const dogs = metrics.perDog.map(({ identity, photos: { embedded } }) => [identity, embedded]);
    expect(dogs).toContainEqual([b.identity, 5]);
    expect(metrics.identification.endToEndRecallAt1).toMatchObject({ n: 5 + 3 + 3 + 2 });
  });
});

describe('the nearest photos', () => {
  it('are those of a plain search', () => {
    const run = statisticsOf(folder);
    const found = nearestScores(run).flat();
    expect(found).toHaveLength(folder.rows.length);
    for (const { row, mate, impostor } of found) {
      const scores = (same: boolean): number[] =>
        folder.rows.flatMap(({ identity }, j) =>
          j !== row && (identity === folder.rows[row]!.identity) === same
            ? [dot(folder.matrix, row, j)]
            : [],
        );
      const best = (list: number[]): number | null =>
        list.length === 0 ? null : Math.max(...list);
      if (mate === null) expect(best(scores(true))).toBeNull();
      else expect(mate).toBeCloseTo(best(scores(true))!, 7);
      expect(impostor).toBeCloseTo(best(scores(false))!, 7);
    }
  });
});

describe('names', () => {
  it('come from a CSV file with splits, and what it does not name has no name', () => {
    const text =
      'path,identity,split\nA/1.jpg,rex,gallery\nA/2.jpg,rex,query\nB/1.jpg,luna,train\nno.jpg,x\n';
    const naming = namingOf({ from: 'file', file: 'dogs.csv', text });
    if (!naming.ok) throw new Error(naming.error.message);
    const paths = ['A/1.jpg', 'A/2.jpg', 'B/1.jpg', 'C/1.jpg'];
    expect(namingCounts(paths, naming.value)).toEqual({
      photos: 4,
      named: 3,
      dogs: 2,
      splits: { query: 1, gallery: 1, train: 1 },
      strangers: ['no.jpg'],
    });
    const record = renamed({ ...photos[0]!, path: 'A/1.jpg' }, naming.value.of('A/1.jpg'));
    expect(record).toMatchObject({ identity: 'rex', split: 'gallery' });
    expect(record.dogs[0]?.identity).toBe('rex');
    const back = renamed(record, FOLDER_NAMING.of('A/1.jpg'));
    expect(back).toMatchObject({ identity: 'A' });
    expect(back).not.toHaveProperty('split');
  });

  it('of dogs seen in training are taken off beside the figures of all, which stay as they are', () => {
    const seen = photos.map((photo) =>
      photo.identity === folder.rows[0]!.identity ? { ...photo, split: 'train' as const } : photo,
    );
    const [all, marked] = [report(), report({ photos: seen })];
    expect(all.unseen).toBeNull();
    expect(marked.identification).toEqual(all.identification);
    expect(marked.unseen).toMatchObject({ seenDogs: 1, dogs: 4, queries: 4 + 3 + 3 });
    expect(marked.unseen?.verification.genuinePairs).toBe(6 + 3 + 3);
    expect(marked.unseen?.baselines.chance?.recallAt1).toBeGreaterThan(0);
    expect(marked.openSet).toBeNull();
  });

  it('with splits give open-set figures', () => {
    const divided = photos.map((photo, i) => ({
      ...photo,
      split: i % 2 === 0 ? ('gallery' as const) : ('query' as const),
    }));
    expect(report({ photos: divided }).openSet?.counts.gallery).toBe(8);
  });
});
