/** The library rehearsal against a literal simulation and scikit-learn (scripts/make_metric_fixtures.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelRows } from '../../../src/core/evaluation/labels';
import { clusterLikeLibrary } from '../../../src/core/immich/cluster';
import { dbscan } from '../../../src/core/immich/dbscan';
import { dogTable } from '../../../src/core/immich/dogTable';
import type { Faces } from '../../../src/core/immich/faces';
import { cannotLinks, suggestMerges } from '../../../src/core/immich/mergeSuggestions';
import { Neighbours } from '../../../src/core/immich/neighbours';
import { randomOrders, uploadOrder } from '../../../src/core/immich/order';
import { rehearse } from '../../../src/core/immich/rehearse';
import { scoreClusters } from '../../../src/core/immich/score';
import { similarityMatrix } from '../../../src/core/retrieval/similarity';
import { folderOf, matrixOf, type Folder } from '../evaluation/random';

interface LibraryCase {
  readonly dim: number;
  readonly vectors: string;
  readonly dogs: (string | null)[];
  readonly order: number[];
  readonly maxDistance: number;
  readonly minFaces: number;
  readonly person: number[];
  readonly scores: Record<string, number | null>;
  readonly dbscan: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/metrics/library.json', import.meta.url), 'utf8'),
) as { cases: LibraryCase[] };

const facesOf = ({ matrix, rows }: Folder): Faces => ({
  matrix,
  rows,
  similarity: similarityMatrix(matrix),
});

function fromCase(reference: LibraryCase): Faces {
  const data = new Float32Array(Uint8Array.from(Buffer.from(reference.vectors, 'base64')).buffer);
  const rows = reference.dogs.map((identity, i) => ({ path: `${i}.jpg`, identity }));
  return facesOf({ matrix: { rows: rows.length, dim: reference.dim, data }, rows });
}

describe('the library rule equals the literal simulation', () => {
  it('on 100 random sets that cover people, merges and unassigned faces', () => {
    expect(cases.length).toBe(100);
    expect(cases.filter(({ person }) => person.includes(-1)).length).toBeGreaterThan(10);
    expect(cases.filter(({ person }) => Math.max(...person) >= 3).length).toBeGreaterThan(10);
    expect(cases.filter(({ scores }) => (scores.wrongMerges ?? 0) > 0).length).toBeGreaterThan(10);
  });

  it.each(cases.map((reference, i) => [i, reference] as const))('set %i', (_i, reference) => {
    const faces = fromCase(reference);
    const neighbours = new Neighbours(faces);
    const labels = labelRows(faces.rows);
    const found = clusterLikeLibrary(neighbours, reference.order, reference);
    expect(Array.from(found.person)).toEqual(reference.person);
    const scores = scoreClusters(found, labels);
    for (const [name, expected] of Object.entries(reference.scores)) {
      const value = scores[name as keyof typeof scores];
      if (expected === null) expect(value).toBeNull();
      else expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9);
    }
    expect(Array.from(dbscan(neighbours, reference).person)).toEqual(reference.dbscan);
    const table = dogTable(found, labels);
    expect(table.reduce((sum, dog) => sum + dog.unassigned, 0)).toBe(reference.scores.unassigned);
  });
});

it('looks beyond the kept neighbours for the nearest face with a person', () => {
  // 90 faces crowd one direction; only the farthest of them has a person when face 0 asks.
  const vectors = Array.from({ length: 90 }, (_, i) => {
    const angle = (i / 90) * 0.5;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const faces = facesOf({
    matrix: matrixOf(vectors),
    rows: vectors.map((_, i) => ({ path: `${i}`, identity: 'a' })),
  });
  const neighbours = new Neighbours(faces);
  expect(neighbours.nearest(0).rows.length).toBe(65);
  expect(neighbours.nearestWhere(0, 0.5, (row) => row === 89)).toBe(89);
  expect(neighbours.nearestWhere(0, 0.01, (row) => row === 89)).toBe(-1);
  expect(neighbours.nearestWhere(0, 0.5, (row) => row >= 80)).toBe(80);
});

it('splits well-separated dogs with a spread that DBSCAN keeps whole', () => {
  const folder = folderOf(42, Array<number>(12).fill(10), { dim: 128, spread: 1.15 });
  const faces = facesOf(folder);
  const neighbours = new Neighbours(faces);
  const settings = { maxDistance: 0.6, minFaces: 3 };
  expect(dbscan(neighbours, settings).people).toBe(12);
  const people = randomOrders(120, 8, 7).map(
    (order) => clusterLikeLibrary(neighbours, order, settings).people,
  );
  expect(Math.min(...people)).toBeGreaterThan(12);
  // The orders differ: the rule depends on them.
  expect(new Set(people).size).toBeGreaterThan(1);
  for (const order of randomOrders(120, 8, 7)) {
    const score = scoreClusters(
      clusterLikeLibrary(neighbours, order, settings),
      labelRows(folder.rows),
    );
    expect(score.wrongMerges).toBe(0);
  }
});

describe('rehearse', () => {
  const folder = folderOf(9, [8, 8, 6, 5, 1], { dim: 32, spread: 0.9, unlabelled: 2 });
  const faces = facesOf(folder);
  const report = rehearse(faces, () => null, { randomOrders: 4 });

  it('sweeps, recommends and counts', () => {
    expect(report.sweep.length).toBe(55);
    expect(report.counts).toEqual({
      faces: 30,
      labelledFaces: 28,
      dogs: 5,
      photosWithSeveralDogs: 0,
    });
    expect(report.randomOrders.scores.length).toBe(4);
    if (report.recommendation.settings === null) throw new Error(report.recommendation.reason);
    const { settings, cost } = report.recommendation;
    expect(cost).toBe(Math.min(...report.sweep.map((cell) => cell.cost)));
    const chosen = report.sweep.find(
      (cell) => cell.maxDistance === settings.maxDistance && cell.minFaces === settings.minFaces,
    );
    expect(chosen?.cost).toBe(cost);
    expect(report.uploadOrder.dogs.map(({ identity }) => identity)).toEqual([
      'dog-000',
      'dog-001',
      'dog-002',
      'dog-003',
      'dog-004',
    ]);
  });

  it('charges wrong merges more than splits', () => {
    // Dogs that overlap: every setting has to choose.
    const overlapping = facesOf(folderOf(4, [8, 8, 8, 8], { dim: 6, spread: 1 }));
    const lenient = rehearse(overlapping, () => null, { randomOrders: 2, mergeCost: 0.01 });
    const strict = rehearse(overlapping, () => null, { randomOrders: 2, mergeCost: 1000 });
    if (lenient.recommendation.settings === null || strict.recommendation.settings === null) {
      throw new Error('no recommendation');
    }
    expect(strict.recommendation.settings.maxDistance).toBeLessThan(
      lenient.recommendation.settings.maxDistance,
    );
  });

  it('does not call a library pure in which nobody has a person', () => {
    const none = { person: new Int32Array(30).fill(-1), people: 0 };
    expect(scoreClusters(none, labelRows(folder.rows))).toMatchObject({
      purity: 0,
      pairPrecision: null,
      unassigned: 28,
    });
  });

  it('charges two dogs of one photo in one person, named or not', () => {
    // Every photo of rex and of luna shows another dog, which nobody named, at 0.1 from it.
    const vectors: number[][] = [];
    const rows: Folder['rows'] = [];
    ['rex', 'luna'].forEach((identity, d) => {
      for (let i = 0; i < 5; i++) {
        const angle = 1.5 * d + 0.12 * i;
        vectors.push(
          [Math.cos(angle), Math.sin(angle)],
          [Math.cos(angle + 0.46), Math.sin(angle + 0.46)],
        );
        rows.push(
          { path: `${identity}/${i}`, identity },
          { path: `${identity}/${i}`, identity: null },
        );
      }
    });
    const options = { randomOrders: 2, maxDistances: [0.05, 0.2], minFaces: [2] };
    const { sweep, recommendation } = rehearse(
      facesOf({ matrix: matrixOf(vectors), rows }),
      () => null,
      options,
    );
    const [near, far] = sweep;
    expect(far!.wrongMerges.mean).toBe(0);
    expect(far!.sharedPhotoMerges.mean).toBeGreaterThan(near!.sharedPhotoMerges.mean);
    for (const { cost, wrongMerges, wrongSplits, sharedPhotoMerges } of sweep) {
      expect(cost).toBeCloseTo(
        10 * (wrongMerges.mean + sharedPhotoMerges.mean) + wrongSplits.mean,
        12,
      );
    }
    expect(recommendation.settings).toEqual({ maxDistance: 0.05, minFaces: 2 });
  });

  it('has no recommendation without labels, and runs on nothing', () => {
    const none = rehearse(facesOf(folderOf(1, [], { unlabelled: 4 })), () => null, {
      randomOrders: 1,
    });
    expect(none.recommendation.settings).toBeNull();
    expect(none.uploadOrder.score.purity).toBeNull();
    expect(rehearse(facesOf(folderOf(1, [])), () => null).uploadOrder.score.people).toBe(0);
  });
});

it('tells each dog what becomes of it', () => {
  const rows = ['Rex', 'Rex', 'Rex', 'Luna', 'Luna', 'Bo'].map((identity, i) => ({
    path: `${i}`,
    identity,
  }));
  const person = Int32Array.from([0, 1, 2, 2, -1, -1]);
  const [bo, luna, rex] = dogTable({ person, people: 3 }, labelRows(rows));
  expect(rex?.sentence).toBe('Rex becomes 3 people, one shared with Luna');
  expect(luna?.sentence).toBe('Luna becomes 1 person, shared with Rex, 1 photo unassigned');
  expect(bo?.sentence).toBe('Bo stays unassigned (1 photo)');
});

it('orders the upload by date, photos without one last, then by path', () => {
  const rows = ['c', 'b', 'a', 'd'].map((path) => ({ path, identity: null }));
  const dates: Record<string, string> = { b: '2024-01-02T00:00:00', d: '2023-01-01T00:00:00' };
  expect(Array.from(uploadOrder(rows, (path) => dates[path] ?? null))).toEqual([3, 1, 2, 0]);
});

it('never suggests to merge two dogs of one photo', () => {
  const matrix = matrixOf([
    [1, 0],
    [0.99, 0.1],
    [0.98, 0.15],
  ]);
  const rows = ['x.jpg', 'x.jpg', 'y.jpg'].map((path) => ({ path, identity: null }));
  const faces = facesOf({ matrix, rows });
  const { merges, ruledOut } = suggestMerges(
    faces,
    { person: Int32Array.from([0, 1, 2]), people: 3 },
    0.9,
  );
  expect(ruledOut.map(({ a, b }) => [a, b])).toEqual([[0, 1]]);
  expect(merges.map(({ a, b }) => [a, b])).toEqual([
    [1, 2],
    [0, 2],
  ]);
});

it('names the photos whose dogs the library makes one person', () => {
  const matrix = matrixOf([
    [1, 0],
    [0.99, 0.1],
    [0.98, 0.15],
    [0, 1],
  ]);
  const rows = ['x.jpg', 'x.jpg', 'y.jpg', 'y.jpg'].map((path) => ({ path, identity: null }));
  const faces = facesOf({ matrix, rows });
  const assignment = { person: Int32Array.from([0, 0, 0, -1]), people: 1 };
  expect(cannotLinks(faces, assignment)).toEqual([{ path: 'x.jpg', person: 0, rows: [0, 1] }]);
  const { suggestions } = rehearse(faces, () => null, {
    settings: { maxDistance: 0.5, minFaces: 2 },
    maxDistances: [],
  });
  expect(suggestions.cannotLinks.map(({ path }) => path)).toEqual(['x.jpg']);
  expect(suggestions).toMatchObject({ threshold: 0.5, mergePairs: 0, ruledOutPairs: 0 });
});
