/** A saved run on the page: opened without models, completed by vectors and pictures, renamed without inference. */
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../../src/core/results/npy';
import { decodeFloats } from '../../../src/core/results/base64';
import type { Results } from '../../../src/core/results/schema';
import { hashOf } from './hash';
import { settle } from './fakeClient';
import { createTestApp, type TestApp } from './harness';

const DOGS = ['ace', 'bo', 'cy', 'dot', 'eve'];
const PATHS = DOGS.flatMap((dog) => [1, 2, 3].map((n) => `${dog}/${n}.jpg`));

/** Files whose bytes the fake client knows: its hash of a photo is that of its path. */
const photosAt = (paths: readonly string[], bytesOf = (path: string): string => path) =>
  paths.map((path) => ({ path, file: new Blob([bytesOf(path)]) }));

async function ready(app: TestApp): Promise<void> {
  for (let i = 0; i < 100 && app.store.getState().analysis.phase !== 'ready'; i++) await settle();
  await settle();
}

async function exportOf(app: TestApp): Promise<Results> {
  await app.actions.exportResults();
  return JSON.parse(await app.saved.at(-1)!.text()) as Results;
}

async function made(): Promise<{ app: TestApp; results: Results }> {
  const app = createTestApp({ automatic: true });
  await app.drop([...PATHS, 'ace/nodog.jpg']);
  await ready(app);
  return { app, results: await exportOf(app) };
}

const jsonFile = (results: unknown) => ({
  path: 'results.json',
  file: new Blob([JSON.stringify(results)]),
});

async function opened(files: Parameters<typeof Promise.resolve>[0]): Promise<TestApp> {
  // Models never come: a saved run needs none.
  const app = createTestApp({ hold: true });
  await app.actions.take('results.json', () => Promise.resolve(files as never));
  await ready(app);
  return app;
}

describe('a saved run', () => {
  it('opens before models are loaded, with the same figures, and is exported as it was', async () => {
    const { results } = await made();
    const app = await opened([jsonFile(results)]);
    expect(app.status()).toBe('Opened: 16 photos, 15 embedded, 1 no dog, 0 failed');
    expect(app.client.calls).toMatchObject({ prepare: 0, run: 0, analyse: 1 });
    const again = await exportOf(app);
    expect(again.metrics).toEqual(results.metrics);
    expect(again.queries).toEqual(results.queries);
    expect(again.photos).toEqual(results.photos);
    expect(again.tool).toEqual(results.tool);
    expect(again.embeddings).toEqual(results.embeddings);
    app.actions.verdict.open();
    await settle();
    expect(app.store.getState().verdict.differs).toBe(false);
  });

  it('says so where the file claims other figures than its vectors give', async () => {
    const { results } = await made();
    const metrics = structuredClone(results.metrics);
    metrics.identification.recallAt1 = { value: 0.123, n: 15, low: null, high: null };
    const app = await opened([jsonFile({ ...results, metrics })]);
    app.actions.verdict.open();
    await settle();
    const { differs, report } = app.store.getState().verdict;
    expect(differs).toBe(true);
    expect(report?.metrics.identification.recallAt1.value).not.toBe(0.123);
  });

  it('brings threshold and decisions, which count', async () => {
    const { results } = await made();
    const decisions = [{ a: 'ace/1.jpg', b: 'bo/1.jpg', verdict: 'same' }];
    const app = await opened([jsonFile({ ...results, threshold: 0.5, decisions })]);
    const again = await exportOf(app);
    expect(again).toMatchObject({ threshold: 0.5, decisions });
    expect(again.metrics.verification.genuinePairs).toBe(1 + 6 + 3 * 3);
    expect(again.photos[0]?.identity).toBe('ace');
  });

  it('says what the first decision takes away that only the file and the folder know', async () => {
    const { results } = await made();
    const metrics = {
      ...results.metrics,
      blame: {
        queries: 15,
        failed: 1,
        pareto: [{ cause: 'keypoints-missing-or-off', count: 1, share: 1 }],
        cases: [
          {
            path: 'ace/1.jpg',
            identity: 'ace',
            cause: 'keypoints-missing-or-off',
            basis: 'truth',
            evidence: 'The nose is off.',
            firstMatch: null,
            rank: 2,
          },
        ],
      },
      baselines: {
        ...(results.metrics['baselines'] as object),
        colourHistogram: { identification: {}, verification: {} },
      },
    };
    const app = await opened([jsonFile({ ...results, metrics })]);
    const verdict = () => app.store.getState().verdict;
    app.actions.verdict.open();
    await settle();
    expect(verdict().lost).toBeNull();
    expect(verdict().report?.metrics.blame).toEqual(metrics.blame);
    const item = { kind: 'hot-pair', row: 0, other: 3 } as Parameters<
      typeof app.actions.verdict.decide
    >[0];
    app.actions.verdict.decide(item, 'skip');
    await app.tick(400);
    expect(verdict().lost).toEqual({ causes: true, colours: true });
    expect(verdict().report?.metrics.blame.cases.some(({ basis }) => basis === 'truth')).toBe(
      false,
    );
    app.actions.verdict.undo();
    await app.tick(400);
    expect(verdict().lost).toBeNull();
    app.actions.verdict.decide(item, 'skip');
    await app.actions.take('dogs', () =>
      Promise.resolve([
        ...photosAt(PATHS),
        { path: 'truth.json', file: new Blob(['{"photos": []}']) },
      ]),
    );
    await ready(app);
    app.actions.verdict.open();
    await settle();
    await app.tick(400);
    expect(verdict().lost).toBeNull();
  });

  it('without its vectors shows what the file says, and is complete once they are dropped', async () => {
    const { results } = await made();
    const { rows, dim, data } = results.embeddings;
    const beside = { ...results, embeddings: { rows, dim, file: 'embeddings.npy' } };
    const app = await opened([jsonFile(beside)]);
    const { run, analysis } = app.store.getState();
    expect(run.saved?.missing).toBe('embeddings.npy');
    expect(analysis.phase).toBe('empty');
    const npy = writeNpy(decodeFloats(data!), [rows, dim]);
    const vectors = [{ path: 'embeddings.npy', file: new Blob([npy as Uint8Array<ArrayBuffer>]) }];
    await app.actions.take('embeddings.npy', () => Promise.resolve(vectors));
    await ready(app);
    expect(app.store.getState().run.saved?.missing).toBeNull();
    expect((await exportOf(app)).metrics).toEqual(results.metrics);
    const whole = await opened([
      jsonFile(beside),
      ...vectors,
      ...photosAt(['debug/ace/1.jpg.jpg']),
    ]);
    expect((await exportOf(whole)).metrics).toEqual(results.metrics);
  });

  it('is refused with the file’s name where it is damaged or something else', async () => {
    const { results } = await made();
    const app = await opened([
      jsonFile({ ...results, embeddings: { rows: 15, dim: 8, data: 'AAAA' } }),
    ]);
    expect(app.store.getState().intake.problem).toContain('“results.json” cannot be opened');
    const other = await opened([{ path: 'package.json', file: new Blob(['{"name": "x"}']) }]);
    expect(other.store.getState().intake.problem).toContain('“package.json” is no results.json');
  });

  it('gets its pictures back by hash, whatever the photos are called now', async () => {
    const { results } = await made();
    const byHash = (path: string): string => path;
    const hashes = new Map(
      PATHS.map((path) => [path, hashOf(path).toString(16).padStart(64, '0')]),
    );
    expect(results.photos.find(({ path }) => path === 'bo/2.jpg')?.sha256).toBe(
      hashes.get('bo/2.jpg'),
    );
    const app = await opened([jsonFile(results)]);
    const moved = [
      ...photosAt(PATHS.slice(1), byHash),
      { path: 'elsewhere/new-name.jpg', file: new Blob([PATHS[0]!]) },
      { path: 'zed/stranger.jpg', file: new Blob(['other bytes']) },
      { path: 'truth.json', file: new Blob(['{"photos": []}']) },
    ];
    await app.actions.take('dogs', () => Promise.resolve(moved));
    await ready(app);
    const { run, intake } = app.store.getState();
    expect(run.saved?.pictures).toMatchObject({ found: 15, strangers: 1, finished: true });
    expect(intake.folder).toMatchObject({ name: 'dogs', truth: expect.any(Blob) as Blob });
    for (const entry of run.entries) {
      if (entry.record.status === 'embedded') expect(entry.chips).toHaveLength(1);
    }
    expect(app.client.calls.run).toBe(0);
    expect(app.store.getState().analysis.collected?.colours?.rows).toBe(15);
    const again = await exportOf(app);
    expect(again.metrics.identification).toEqual(results.metrics.identification);
    expect(again.metrics['baselines']).toMatchObject({ colourHistogram: { verification: {} } });
  });

  it('gives way to another folder', async () => {
    const { results } = await made();
    const app = await opened([jsonFile(results)]);
    await app.actions.take('other', () =>
      Promise.resolve(photosAt(['rex/1.jpg', 'rex/2.jpg'], (p) => `${p}!`)),
    );
    await settle();
    const { run } = app.store.getState();
    expect(run.saved).toBeNull();
    expect(run.entries.map(({ record }) => record.path)).toEqual(['rex/1.jpg', 'rex/2.jpg']);
  });
});

describe('names on the page', () => {
  it('change figures and export without a photo run again, and go back', async () => {
    const { app, results } = await made();
    const { run } = app.client.calls;
    app.actions.setNames({ from: 'pattern', pattern: '/(?<identity>\\d)\\.jpg$' });
    await ready(app);
    const byNumber = await exportOf(app);
    expect(byNumber.identities).toEqual({ from: 'pattern', pattern: '/(?<identity>\\d)\\.jpg$' });
    expect(byNumber.metrics.counts.dogs).toBe(3);
    expect(byNumber.photos.find(({ path }) => path === 'ace/nodog.jpg')?.identity).toBeNull();
    app.actions.setNames({ from: 'folders' });
    await ready(app);
    expect((await exportOf(app)).metrics).toEqual(results.metrics);
    expect(app.client.calls.run).toBe(run);
  });

  it('come from a dropped CSV, and a broken one is named with its line', async () => {
    const { app } = await made();
    const csv = (text: string) => [{ path: 'dogs.csv', file: new Blob([text]) }];
    const text = PATHS.map((path, i) => `${path},d${i % 4},${i < 4 ? 'train' : ''}`).join('\n');
    await app.actions.take('dogs.csv', () => Promise.resolve(csv(text)));
    await ready(app);
    const results = await exportOf(app);
    expect(results.identities).toEqual({ from: 'file', file: 'dogs.csv' });
    expect(results.metrics.counts.dogs).toBe(4);
    expect(results.photos[0]).toMatchObject({ identity: 'd0', split: 'train' });
    await app.actions.take('dogs.csv', () => Promise.resolve(csv('a,b,c,d\n')));
    expect(app.store.getState().names.problem).toContain('line 1');
    expect(app.store.getState().names.source.from).toBe('file');
  });
});
