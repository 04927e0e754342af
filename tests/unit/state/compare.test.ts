/** The branches side by side and the baseline: asked for, cancelled, kept in step with the run, and exported. */
import { describe, expect, it } from 'vitest';
import { INTERVALS_UP_TO } from '../../../src/core/evaluation/evaluate';
import { reportComparison } from '../../../src/core/evaluation/compareReport';
import type { Results } from '../../../src/core/results/schema';
import { openRun } from '../../../src/core/evaluation/savedRun';
import { comparisonStands, followsNames, isBaseline } from '../../../src/state/baseline';
import { branchesStand } from '../../../src/state/branches';
import { settle } from './fakeClient';
import { createTestApp, type TestApp } from './harness';

const DOGS = ['ace', 'bo', 'cy', 'dot', 'eve', 'fly'];
const PATHS = [
  ...DOGS.flatMap((dog) => [1, 2, 3, 4].map((n) => `${dog}/${n}.jpg`)),
  'ace/nodog.jpg',
];

/** A pair that is asked about, whatever it scored. */
const NO_SCORES = { similarity: 0, score: 0 };

const until = async (ready: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !ready(); i++) await new Promise((done) => setTimeout(done, 5));
  expect(ready()).toBe(true);
};

async function done(app = createTestApp({ automatic: true })): Promise<TestApp> {
  await app.drop(PATHS);
  await finished(app);
  return app;
}

const finished = (app: TestApp): Promise<void> =>
  until(() => {
    const { run, analysis } = app.store.getState();
    return run.phase === 'done' && analysis.phase === 'ready';
  });

async function exported(app: TestApp): Promise<Results> {
  await app.actions.exportResults();
  return JSON.parse(await app.saved.at(-1)!.text()) as Results;
}

describe('branches', () => {
  const slice = (app: TestApp) => app.store.getState().branches;

  it('embed every photo that can be, once, and go into the export', async () => {
    const app = await done();
    expect(await exported(app)).not.toHaveProperty('metrics.branches');
    app.actions.branches.start();
    expect(slice(app).phase).toBe('embedding');
    await until(() => slice(app).phase === 'ready');
    const { report } = slice(app);
    expect(report?.views.photo?.photos).toBe(25);
    expect(report?.views.pipeline?.photos).toBe(24);
    expect(report?.sentence).toMatch(/keypoint stage/);
    expect((await exported(app)).metrics['branches']).toEqual(JSON.parse(JSON.stringify(report)));
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    expect(app.client.calls).toMatchObject({ views: 1, branches: 2 });
  });

  it('can be cancelled, and go on with what is left', async () => {
    const app = await done(createTestApp({ automatic: true, delayMs: 2 }));
    app.actions.branches.start();
    await until(() => (slice(app).steps?.done ?? 0) > 3);
    const before = slice(app).steps!.done;
    app.actions.branches.cancel();
    expect(slice(app)).toMatchObject({ phase: 'empty', report: null, steps: null });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(slice(app).phase).toBe('empty');
    app.actions.branches.start();
    expect(slice(app).steps!.done).toBeGreaterThanOrEqual(before);
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report?.views.photo?.photos).toBe(25);
  });

  it('are forgotten with the run they were of', async () => {
    const app = await done();
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    await exported(app);
    await app.drop(['rex/1.jpg', 'rex/2.jpg'], 'others');
    expect(slice(app)).toMatchObject({ phase: 'empty', report: null });
  });

  it('follow a decision, and are not exported before they do', async () => {
    const app = await done();
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report?.views.photo?.dogs).toBe(6);
    app.actions.verdict.open();
    await settle();
    const { rows } = app.store.getState().analysis;
    for (const row of rows.filter(({ identity }) => identity === 'bo')) {
      const index = rows.indexOf(row);
      app.actions.verdict.decide({ kind: 'hot-pair', row: index, other: 0, ...NO_SCORES }, 'same');
    }
    expect(branchesStand(app.store.getState())).toBe(false);
    expect(await exported(app)).not.toHaveProperty('metrics.branches');
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report?.views.photo?.dogs).toBe(5);
    expect((await exported(app)).metrics).toHaveProperty('branches');
  });

  it('draw no dogs unasked above the number of photos that the headless run stops at', async () => {
    const many = Array.from({ length: INTERVALS_UP_TO }, (_, i) => `ace/broken${i}.jpg`);
    const app = createTestApp();
    await app.drop([...PATHS, ...many]);
    await app.client.finish();
    await finished(app);
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report?.views.photo?.identification.mAP).toMatchObject({ low: null });
    app.actions.verdict.computeIntervals();
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    const { mAP } = slice(app).report!.views.photo!.identification;
    expect(mAP.value === null ? null : mAP.low).toBeTypeOf('number');
  });

  it('stand again when the export is opened', async () => {
    const app = await done();
    app.actions.branches.start();
    await until(() => slice(app).phase === 'ready');
    const { report } = slice(app);
    const content = JSON.stringify(await exported(app));
    await app.actions.take('results.json', () =>
      Promise.resolve([{ path: 'results.json', file: new Blob([content]) }]),
    );
    await finished(app);
    expect(slice(app).report).toEqual(JSON.parse(JSON.stringify(report)));
  });
});

describe('baseline', () => {
  const slice = (app: TestApp) => app.store.getState().baseline;
  const asFile = (results: Results): File => new File([JSON.stringify(results)], 'before.json');

  it('is kept over another run and compared with it as the command does', async () => {
    const app = await done();
    const first = await exported(app);
    app.actions.baseline.keep();
    expect(isBaseline(app.store.getState())).toBe(true);
    app.actions.baseline.open();
    await settle();
    expect(app.client.calls.compare).toBe(0);
    app.actions.setOptions({ stages: 'detect,embed' });
    app.actions.runAgain();
    await settle();
    await finished(app);
    const second = await exported(app);
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    app.actions.baseline.open();
    expect(app.client.calls.compare).toBe(1);
    app.actions.baseline.save();
    const saved = JSON.parse(await app.saved.at(-1)!.text()) as unknown;
    expect(app.saved.at(-1)!.name).toBe('compare.json');
    const [a, b] = [first, second].map((results) => {
      const run = openRun(results);
      if (!run.ok) throw new Error(run.error.message);
      const { matrix, rows } = run.value;
      return { matrix, rows, ...run.value.results };
    });
    expect(saved).toEqual(JSON.parse(JSON.stringify(reportComparison(a!, b!, { draws: 20 }))));
  });

  it('is compared again when names change meanwhile, and goes by the names of the page', async () => {
    const app = await done();
    app.actions.baseline.keep();
    app.actions.setNames({ from: 'pattern', pattern: '/(?<identity>\\d)\\.jpg$' });
    await settle();
    await finished(app);
    // Under other names it is still the run on the page.
    expect(isBaseline(app.store.getState())).toBe(true);
    app.actions.setNames({ from: 'folders' });
    await exported(app);
    app.actions.runAgain();
    await settle();
    await finished(app);
    app.actions.baseline.open();
    expect(slice(app).phase).toBe('working');
    app.actions.setNames({ from: 'pattern', pattern: '/(?<identity>\\d)\\.jpg$' });
    await settle();
    await finished(app);
    app.actions.baseline.open();
    await until(() => comparisonStands(app.store.getState()));
    expect(followsNames(app.store.getState())).toBe(true);
    expect(slice(app).report?.counts).toMatchObject({ dogs: 4, common: 24, relabelled: 0 });
  });

  it('is not shown, and not saved, once names are others than those it was made with', async () => {
    const app = await done();
    await app.actions.baseline.take([asFile(await exported(app))]);
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    expect(comparisonStands(app.store.getState())).toBe(true);
    app.actions.setNames({ from: 'pattern', pattern: '/(?<identity>\\d)\\.jpg$' });
    await settle();
    await finished(app);
    expect(comparisonStands(app.store.getState())).toBe(false);
    const { length } = app.saved;
    app.actions.baseline.save();
    expect(app.saved).toHaveLength(length);
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    // A file keeps the names it came with.
    expect(followsNames(app.store.getState())).toBe(false);
    expect(slice(app).report?.counts).toMatchObject({ common: 0, relabelled: 24 });
  });

  it('is compared by the decisions of either side', async () => {
    const app = await done();
    await app.actions.baseline.take([asFile(await exported(app))]);
    app.actions.verdict.open();
    await settle();
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    app.actions.verdict.decide({ kind: 'hot-pair', row: 4, other: 0, ...NO_SCORES }, 'same');
    expect(comparisonStands(app.store.getState())).toBe(false);
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report).toMatchObject({
      a: { decisions: 0 },
      b: { decisions: 1 },
      counts: { common: 23, relabelled: 1 },
    });
    // A kept run of this folder has the decisions, too.
    app.actions.baseline.keep();
    await exported(app);
    app.actions.runAgain();
    await settle();
    await finished(app);
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report).toMatchObject({
      a: { decisions: 1 },
      b: { decisions: 1 },
      counts: { common: 24, relabelled: 0 },
    });
  });

  it('is read from a file, or refused with the file’s name', async () => {
    const app = await done();
    await app.actions.baseline.take([new File(['{}'], 'odd.json')]);
    expect(slice(app)).toMatchObject({ baseline: null });
    expect(slice(app).problem).toMatch(/odd\.json/);
    await app.actions.baseline.take([new File(['no'], 'text.json')]);
    expect(slice(app).problem).toMatch(/text\.json.*not JSON/);
    await app.actions.baseline.take([asFile(await exported(app))]);
    expect(slice(app)).toMatchObject({
      problem: null,
      baseline: { name: 'before.json', kept: null },
    });
    app.actions.baseline.open();
    await until(() => slice(app).phase === 'ready');
    expect(slice(app).report).toMatchObject({ counts: { common: 24 }, wrongToRight: [] });
    app.actions.baseline.forget();
    expect(slice(app)).toMatchObject({ baseline: null, report: null, phase: 'empty' });
  });
});

it('a run through previews says so in its results', async () => {
  const app = await done();
  expect((await exported(app)).tool).not.toHaveProperty('preview');
  app.actions.setOptions({ preview: true });
  app.actions.runAgain();
  await settle();
  await finished(app);
  expect((await exported(app)).tool.preview).toMatchObject({ shorterSide: 1440, quality: 80 });
});
