import { describe, expect, it } from 'vitest';
import { burstPairs } from '../../../src/core/evaluation/bursts';
import { chanceFigures } from '../../../src/core/evaluation/chance';
import { colourHistogram } from '../../../src/core/evaluation/colourHistogram';
import { evaluate, evaluateRun } from '../../../src/core/evaluation/evaluate';
import { identityPattern, parseIdentitiesCsv } from '../../../src/core/evaluation/identities';
import { drawDogs } from '../../../src/core/evaluation/bootstrap';
import { openSetFigures, openSetSplit, withoutSeen } from '../../../src/core/evaluation/openSet';
import { openRun } from '../../../src/core/evaluation/savedRun';
import { histogram } from '../../../src/core/evaluation/thresholds';
import { similarityMatrix } from '../../../src/core/retrieval/similarity';
import type { Figure } from '../../../src/core/results/schema';
import { folderOf, matrixOf, uniform } from './random';
import { lost, photosOf, statisticsOf } from './run';

const unwrap = <T>(
  result: { ok: true; value: T } | { ok: false; error: { message: string } },
): T => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

describe('parseIdentitiesCsv', () => {
  it('reads quotes, CRLF, a BOM, a header and splits', () => {
    const text =
      '\uFEFFpath,identity,split\r\n"a, b/1.jpg",Rex,query\r\nc\\2.jpg,"Lu""na",\r\n./d.jpg,\r\n';
    expect([...unwrap(parseIdentitiesCsv(text))]).toEqual([
      ['a, b/1.jpg', { identity: 'Rex', split: 'query' }],
      ['c/2.jpg', { identity: 'Lu"na', split: null }],
      ['d.jpg', { identity: null, split: null }],
    ]);
  });

  it.each([
    ['a.jpg', 1, /expected path,identity/],
    ['a.jpg,Rex\nb.jpg,Rex,test', 2, /"test" is none of query, gallery, train/],
    ['a.jpg,Rex\na.jpg,Luna', 2, /named twice/],
    ['\n,Rex', 2, /path is empty/],
    ['"a.jpg,Rex', 1, /not closed/],
    ['path,identity', null, /names no photo/],
  ])('refuses %j and names the line', (text, line, message) => {
    const result = parseIdentitiesCsv(text);
    expect(result).toMatchObject({ ok: false, error: { line } });
    if (!result.ok) expect(result.error.message).toMatch(message);
  });
});

describe('identityPattern', () => {
  it('takes the named group', () => {
    const read = unwrap(identityPattern('^(?<identity>[^_/]+)_\\d+'));
    expect(['rex_001.jpg', 'other.jpg'].map(read)).toEqual(['rex', null]);
  });

  it('refuses a pattern without the group or that is none', () => {
    expect(identityPattern('(.*)_')).toMatchObject({ ok: false });
    expect(identityPattern('(?<identity>[')).toMatchObject({ ok: false });
  });
});

describe('open set', () => {
  const value = (figure: Figure): number => {
    if (figure.value === null) throw new Error(figure.reason);
    return figure.value;
  };

  it('gives DIR at FPIR by hand', () => {
    // One dog enrolled at angle 0; ten known queries and twenty unknown ones at growing angles.
    const at = (angle: number) => [Math.cos(angle), Math.sin(angle)];
    const known = Array.from({ length: 10 }, (_, i) => at(0.1 * i));
    const unknown = Array.from({ length: 100 }, (_, i) => at(0.45 + 0.01 * i));
    const matrix = matrixOf([at(0), ...known, ...unknown]);
    const rows = [...Array(111).keys()].map((i) => ({
      path: String(i).padStart(3, '0'),
      identity: i <= 10 ? 'enrolled' : `unknown-${i}`,
    }));
    const splits = rows.map((_, i) => (i === 0 ? ('gallery' as const) : ('query' as const)));
    const figures = openSetFigures(matrix, rows, splits);
    expect(figures.counts).toEqual({
      gallery: 1,
      enrolledDogs: 1,
      knownQueries: 10,
      unknownQueries: 100,
    });
    expect(value(figures.recallAt1)).toBe(1);
    // 10 of 100 unknown queries may be above: the 11th is at 0.55; known ones at 0 .. 0.5 are nearer.
    expect(value(figures.dirAtFpir['0.1'])).toBe(0.6);
    expect(figures.dirAtFpir['0.01']).toMatchObject({
      value: null,
      reason: expect.stringMatching(/1000/) as string,
    });
  });

  it('draws dogs for the intervals as if their queries were there several times', () => {
    const sizes = [8, 8, 8, 8, 8, 8, 40, 40, 40];
    const { rows, matrix } = folderOf(5, sizes, { dim: 8, spread: 0.8 });
    const names = [...new Set(rows.map(({ identity }) => identity))];
    let tried = 0;
    const splits = rows.map(({ identity }, i) =>
      names.indexOf(identity) < 6 && i % 4 === 0 ? ('gallery' as const) : ('query' as const),
    );
    for (let seed = 1; seed <= 20; seed++) {
      const resampling = { draws: 1, seed };
      const drawn = openSetFigures(matrix, rows, splits, resampling);
      const times = [...drawDogs(names.length, resampling)][0]!;
      const places = rows.flatMap(({ identity }, i) =>
        Array<number>(splits[i] === 'gallery' ? 1 : times[names.indexOf(identity)]!).fill(i),
      );
      const copies = places.map((i, n) => ({ ...rows[i]!, path: `${rows[i]!.path}#${n}` }));
      const data = matrixOf(places.map((i) => [...matrix.data.subarray(i * 8, (i + 1) * 8)]));
      const again = openSetFigures(
        data,
        copies,
        places.map((i) => splits[i]!),
      );
      if (again.counts.unknownQueries < 100) continue;
      const low = (figure: Figure): number | null => (figure.value === null ? null : figure.low);
      expect(low(drawn.recallAt1)).toBeCloseTo(value(again.recallAt1), 12);
      expect(low(drawn.dirAtFpir['0.1'])).toBeCloseTo(value(again.dirAtFpir['0.1']), 12);
      tried++;
    }
    expect(tried).toBeGreaterThan(5);
  });

  it('gives no interval where only one dog of the gallery asks', () => {
    const { rows, matrix } = folderOf(5, [4, 4, 120], { dim: 8, spread: 2 });
    const intervalOf = (asking: (place: number) => boolean) => {
      const places: Record<string, number> = {};
      const splits = rows.map(({ identity }) => {
        const place = (places[identity!] = (places[identity!] ?? -1) + 1);
        if (identity === 'dog-002') return 'query' as const;
        if (place === 0) return 'gallery' as const;
        return identity === 'dog-000' || asking(place) ? ('query' as const) : null;
      });
      const { recallAt1, dirAtFpir } = openSetFigures(matrix, rows, splits, {
        draws: 100,
        seed: 1,
      });
      return [recallAt1, dirAtFpir['0.1']].map((figure) =>
        figure.value === null ? undefined : figure.low === null,
      );
    };
    expect(intervalOf(() => false)).toEqual([true, true]);
    expect(intervalOf(() => true)).toEqual([false, false]);
  });

  it('splits a folder: enrolled dogs have perDog gallery photos, the rest asks', () => {
    const { rows, matrix } = folderOf(1, [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 2, 1], {
      unlabelled: 1,
      dim: 64,
      spread: 0.3,
    });
    const splits = openSetSplit(rows, { perDog: 2, unknownShare: 0.3, seed: 4 });
    expect(splits.filter((split) => split === 'gallery').length).toBe(14);
    expect(splits.filter((split) => split === null).length).toBe(1);
    expect(openSetSplit(rows, { perDog: 2, unknownShare: 0.3, seed: 4 })).toEqual(splits);
    const { counts, recallAt1 } = openSetFigures(matrix, rows, splits);
    expect(counts).toEqual({ gallery: 14, enrolledDogs: 7, knownQueries: 28, unknownQueries: 21 });
    expect(value(recallAt1)).toBe(1);
    const run = { matrix, rows, counts: { photos: 58, embedded: 58, noDog: 0, failed: 0 } };
    const options = { intervals: false };
    expect(evaluate({ ...run, splits, options }).openSet?.counts).toEqual(counts);
    expect(evaluate({ ...run, options }).openSet).toBeNull();
  });

  it('leaves dogs seen in training out of every metric', () => {
    const folder = folderOf(1, [3, 3, 3]);
    const rows = withoutSeen(folder.rows, new Set(['dog-001']));
    const { counts } = evaluate({
      ...folder,
      rows,
      counts: { photos: 9, embedded: 9, noDog: 0, failed: 0 },
      options: { intervals: false },
    });
    expect(counts).toMatchObject({ dogs: 2, queries: 6, unlabelled: 3 });
  });
});

describe('baselines', () => {
  it('chance equals the average over random rankings', () => {
    const folder = folderOf(2, [5, 3, 2, 4], { dim: 16 });
    const queries = statisticsOf(folder).queries;
    const chance = chanceFigures(queries, 13);
    const next = uniform(9);
    const sums = { recallAt1: 0, recallAt5: 0, mAP: 0, mapAtR: 0 };
    const rounds = 20_000;
    for (let round = 0; round < rounds; round++) {
      const { mates } = queries[round % queries.length]!;
      const flags = Array.from({ length: 13 }, (_, i) => ({ is: i < mates, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ is }) => is);
      let found = 0;
      flags.forEach((is, i) => {
        if (!is) return;
        found++;
        sums.mAP += found / (i + 1) / mates;
        if (i < mates) sums.mapAtR += found / (i + 1) / mates;
        if (found === 1 && i < 1) sums.recallAt1++;
        if (found === 1 && i < 5) sums.recallAt5++;
      });
    }
    for (const [name, sum] of Object.entries(sums)) {
      expect(Math.abs(sum / rounds - (chance?.[name as keyof typeof sums] ?? 0))).toBeLessThan(
        0.01,
      );
    }
    expect(chanceFigures([], 5)).toBeNull();
  });

  it('colour histograms are unit vectors that know colours and nothing else', () => {
    const paint = (pixels: number[][]) => ({
      width: pixels.length,
      height: 1,
      data: Uint8Array.from(pixels.flat()),
    });
    const [a, b, c] = [
      paint([
        [255, 0, 0],
        [0, 0, 255],
      ]),
      paint([
        [0, 0, 250],
        [250, 0, 0],
      ]),
      paint([
        [255, 0, 0],
        [0, 255, 0],
      ]),
    ].map((image) => colourHistogram(image));
    const dotOf = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, k) => sum + v * y[k]!, 0);
    expect(a?.length).toBe(512);
    expect(dotOf(a!, a!)).toBeCloseTo(1, 6);
    expect(dotOf(a!, b!)).toBeCloseTo(1, 6);
    expect(dotOf(a!, c!)).toBeCloseTo(0.5, 6);
    expect(() => colourHistogram({ width: 0, height: 0, data: new Uint8Array(0) })).toThrow(
      RangeError,
    );
  });

  it('stands beside the figures', () => {
    const folder = folderOf(2, [5, 5, 5]);
    const { baselines } = evaluate({
      ...folder,
      colours: folderOf(3, [5, 5, 5]).matrix,
      counts: { photos: 15, embedded: 15, noDog: 0, failed: 0 },
      options: { intervals: false },
    });
    expect(baselines.chance?.recallAt1).toBeCloseTo(4 / 14, 12);
    expect(baselines.colourHistogram?.identification.recallAt1).toMatchObject({ n: 15 });
  });
});

describe('what surrounds the figures', () => {
  const counts = { photos: 12, embedded: 12, noDog: 0, failed: 0 };

  it('calls fewer than five dogs an anecdote', () => {
    const few = folderOf(1, [3, 3, 3, 3]);
    expect(evaluate({ ...few, counts }).note).toMatch(/anecdote, not a benchmark/);
    const enough = folderOf(1, [3, 3, 2, 2, 2]);
    expect(evaluate({ ...enough, counts }).note).toBeNull();
  });

  it('gives intervals up to 5,000 photos, above only when asked', () => {
    const folder = folderOf(1, [3, 3, 3, 3]);
    const large = { ...counts, photos: 5001 };
    expect(evaluate({ ...folder, counts }).intervals).toMatchObject({
      level: 0.95,
      draws: 1000,
      dogs: 4,
    });
    expect(evaluate({ ...folder, counts: large }).intervals.level).toBeNull();
    expect(evaluate({ ...folder, counts: large }).identification.mAP).toMatchObject({
      low: null,
      high: null,
    });
    const asked = evaluate({ ...folder, counts: large, options: { intervals: true, draws: 50 } });
    expect(asked.intervals).toMatchObject({ level: 0.95, draws: 50 });
  });

  it('gives no interval to what stands on the mates of one dog, or on impostor pairs of two', () => {
    const draws = (sizes: number[]) => {
      const { identification, verification, thresholds, intervals } = evaluate({
        ...folderOf(1, sizes, { dim: 4, spread: 2 }),
        counts,
        options: { draws: 200, rules: [{ kind: 'eer' }] },
      });
      const low = (figure: Figure): number | null => (figure.value === null ? null : figure.low);
      return {
        level: intervals.level,
        micro: low(identification.mAP),
        macro: low(identification.macro.mAP),
        genuine: low(verification.genuineMean),
        impostor: low(verification.impostorMean),
        auc: low(verification.auc),
        threshold: thresholds[0]?.threshold === null ? null : thresholds[0]?.low,
      };
    };
    const some = expect.any(Number) as number;
    const none = { micro: null, macro: null, genuine: null, auc: null, threshold: null };
    expect(draws([4, 1, 1, 1])).toEqual({ level: 0.95, ...none, impostor: some });
    expect(draws([4, 1])).toEqual({ level: null, ...none, impostor: null });
    const mates = { micro: some, macro: some, genuine: some };
    expect(draws([4, 4])).toEqual({ level: 0.95, ...none, ...mates, impostor: null });
    expect(draws([4, 4, 1])).toEqual({
      ...{ level: 0.95, ...mates, impostor: some, auc: some, threshold: some },
    });
  });

  it('reports progress up to the end', () => {
    const seen: number[] = [];
    evaluate({
      ...folderOf(1, [3, 3, 3, 3]),
      counts,
      options: { draws: 100 },
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('counts lost photos as misses end to end, per dog and in the denominator', () => {
    const folder = folderOf(1, [4, 4, 1], { dim: 64, spread: 0.3 });
    const photos = [
      ...photosOf(folder),
      lost('dog-000/x.jpg', 'dog-000', 'no-dog'),
      lost('dog-001/x.jpg', 'dog-001', 'failed'),
      lost('dog-002/x.jpg', 'dog-002', 'no-dog'),
      { ...lost('dog-000/y.jpg', 'dog-000', 'no-dog'), status: 'not-run' as const },
    ];
    const metrics = evaluate({
      ...folder,
      photos,
      counts: { photos: 13, embedded: 9, noDog: 2, failed: 1 },
      options: { draws: 100 },
    });
    expect(metrics.identification.recallAt1).toMatchObject({ value: 1, n: 8 });
    // 9 embedded and 3 lost photos of dogs with two photos; the third dog's only embedded photo has no mate.
    expect(metrics.identification.endToEndRecallAt1).toMatchObject({ value: 8 / 12, n: 12 });
    expect(metrics.counts).toMatchObject({ singletons: 1, dogs: 3, queries: 8 });
    expect(metrics.perDog.map(({ photos: p }) => [p.embedded, p.noDog, p.failed])).toEqual([
      [4, 1, 0],
      [4, 0, 1],
      [1, 1, 0],
    ]);
  });

  it('lists dogs of which every photo was lost', () => {
    const folder = folderOf(1, [2, 2]);
    const photos = [
      ...photosOf(folder),
      lost('a/1', 'a', 'no-dog'),
      lost('a/2', 'a', 'failed'),
      { ...lost('b/1', 'b', 'no-dog'), status: 'not-run' as const },
    ];
    const { perDog } = evaluate({ ...folder, photos, counts, options: { intervals: false } });
    expect(perDog.map(({ identity }) => identity)).toEqual(['a', 'dog-000', 'dog-001']);
    expect(perDog[0]).toMatchObject({
      photos: { embedded: 0, noDog: 1, failed: 1 },
      queries: 0,
      recallAt1: null,
      genuine: null,
      nearest: [],
    });
  });

  it('holds per-dog scores that add up', () => {
    const folder = folderOf(4, [4, 3, 2]);
    const { metrics, statistics } = evaluateRun({
      ...folder,
      counts,
      options: { intervals: false },
    });
    const { data, n } = similarityMatrix(folder.matrix);
    metrics.perDog.forEach((dog, d) => {
      const own = statistics.labels.rowsOf[d]!;
      const strangers = [...Array(9).keys()].filter((i) => !own.includes(i));
      const between = own.flatMap((i) => strangers.map((j) => data[i * n + j]!));
      expect(dog.impostor?.n).toBe(between.length);
      expect(dog.impostor?.max).toBeCloseTo(Math.max(...between), 6);
      expect(dog.impostor?.mean).toBeCloseTo(between.reduce((a, b) => a + b) / between.length, 6);
      expect(dog.genuine?.n).toBe((own.length * (own.length - 1)) / 2);
    });
  });

  it('refuses a histogram that does not fit the grid', () => {
    const { table } = evaluateRun({
      ...folderOf(4, [4, 3]),
      counts,
      options: { intervals: false },
    });
    expect(histogram(table, 20).edges.length).toBe(21);
    expect(() => histogram(table, 3)).toThrow(RangeError);
  });
});

it('burstPairs never pairs two dogs of one photo and does not chain', () => {
  const facts = [
    { dhash: '0000000000000000' },
    { dhash: '0000000000000007' },
    { dhash: '000000000000003f' },
  ];
  expect(burstPairs(facts).pairs).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(burstPairs([{ sha256: 'a' }, { sha256: 'a' }], () => true).pairs).toEqual([]);
  expect(burstPairs([{ sha256: null, takenAt: null }, { takenAt: null }]).pairs).toEqual([]);
});

describe('openRun', () => {
  it('refuses what is no run, with the key', () => {
    expect(openRun({ schema: 'other' })).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/"schema"/) as string },
    });
    expect(openRun(null)).toMatchObject({ ok: false });
  });
});
