/** The verdict's slice: computed when asked for, kept in step with run and decisions, and exported. */
import { describe, expect, it } from 'vitest';
import { evaluateRun } from '../../../src/core/evaluation/evaluate';
import { countsAt } from '../../../src/core/evaluation/thresholds';
import type { Results } from '../../../src/core/results/schema';
import { callOf } from '../../../src/state/calls';
import { currentReport, decidedRows, recallText } from '../../../src/state/selectors';
import { pressReviewKey } from '../../../src/ui/verdict/reviewKeys';
import { openItems } from '../../../src/state/verdictQueue';
import { fakeReply, fakeVector, settle, type FakeOptions } from './fakeClient';
import { createTestApp, filesAt, type TestApp } from './harness';

const DOGS = ['ace', 'bo', 'cy', 'dot', 'eve', 'fly'];
const PATHS = DOGS.flatMap((dog) => [1, 2, 3, 4].map((n) => `${dog}/${n}.jpg`));

/** Well separated dogs, except that `bo/1.jpg` shows ace, whatever its folder says. */
const swapped: FakeOptions['reply'] = (job, options) => {
  const dog = job.path === 'bo/1.jpg' ? 'ace' : job.identity;
  const values = fakeVector(job.path, job.path).map((x) => 0.15 * x);
  values[DOGS.indexOf(dog ?? '')]! += 1;
  const norm = Math.hypot(...values);
  return { ...fakeReply(job, options), embeddings: values.map((x) => x / norm) };
};

async function done(paths: readonly string[], options: FakeOptions = {}): Promise<TestApp> {
  const app = createTestApp({ automatic: true, ...options });
  await app.drop(paths);
  await app.client.finish();
  for (let i = 0; i < 50 && app.store.getState().analysis.phase !== 'ready'; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return app;
}

const verdictOf = (app: TestApp) => app.store.getState().verdict;

describe('verdict', () => {
  it('is computed when it is looked at, once per run, with the figures of the core', async () => {
    const app = await done([...PATHS, 'ace/nodog.jpg', 'bo/broken.jpg']);
    expect(app.client.calls.judge).toBe(0);
    app.actions.verdict.open();
    expect(verdictOf(app).phase).toBe('working');
    await settle();
    app.actions.verdict.open();
    await settle();
    expect(app.client.calls).toMatchObject({ judge: 1, rehearse: 1 });
    const { report, phase, library } = verdictOf(app);
    expect(phase).toBe('ready');
    expect(library.report?.sweep.length).toBeGreaterThan(10);
    const { collected } = app.store.getState().analysis;
    const { metrics } = evaluateRun({
      matrix: collected!.matrix,
      rows: collected!.rows,
      counts: { photos: 26, embedded: 24, noDog: 1, failed: 1 },
      photos: collected!.photos,
    });
    expect(report?.metrics).toMatchObject({ ...metrics });
    const endToEnd = report?.metrics.identification.endToEndRecallAt1;
    expect(endToEnd?.value === null ? 0 : endToEnd?.n).toBe(26);
  });

  it('keeps the chosen threshold and exports it, and nothing where none was chosen', async () => {
    const app = await done(PATHS);
    app.actions.verdict.open();
    await settle();
    await app.actions.exportResults();
    expect(app.saved).toHaveLength(1);
    expect(JSON.parse(await app.saved[0]!.text())).not.toHaveProperty('threshold');
    app.actions.verdict.setThreshold(0.412);
    expect(app.store.getState().run.exported).toBe(false);
    await app.actions.exportResults();
    expect(JSON.parse(await app.saved[1]!.text())).toMatchObject({ threshold: 0.412 });
    const { table } = verdictOf(app).report!;
    expect(countsAt(table, 0.412).genuinePairs).toBe(6 * 6);
  });

  it('puts a photo in the wrong folder first, follows the decision, and takes it back', async () => {
    const app = await done(PATHS, { reply: swapped });
    app.actions.verdict.open();
    await settle();
    const { rows } = app.store.getState().analysis;
    const first = openItems(verdictOf(app), rows)[0]!;
    expect(rows[first.row]?.path).toBe('bo/1.jpg');
    const before = verdictOf(app).report!.metrics;
    app.actions.verdict.decide(first, 'same');
    expect(openItems(verdictOf(app), rows)).not.toContain(first);
    await app.tick(400);
    const { report, base, decisions, queue } = verdictOf(app);
    expect(base).toBe(before);
    expect(queue).toContain(first);
    expect(report!.metrics.verification.genuinePairs).toBe(4 * 6 + 10 + 3);
    await app.actions.exportResults();
    expect(JSON.parse(await app.saved[0]!.text())).toMatchObject({ decisions });
    app.actions.verdict.undo();
    expect(openItems(verdictOf(app), rows)[0]).toBe(first);
    await app.tick(400);
    expect(verdictOf(app).report!.metrics).toEqual(before);
  });

  it('shows names, badges, calls and the header’s figure by the decisions, and exports the names as they came', async () => {
    const app = await done(PATHS, { reply: swapped });
    const state = () => app.store.getState();
    expect(recallText(state())).toBe('Recall@1 = 22 of 24');
    app.actions.verdict.open();
    await settle();
    const { rows } = state().analysis;
    expect(decidedRows(state())).toBe(rows);
    const first = openItems(verdictOf(app), rows)[0]!;
    app.actions.verdict.decide(first, 'same');
    expect(currentReport(state())).toBeNull();
    expect(recallText(state())).toBe('Recall@1: counting again …');
    const decided = decidedRows(state());
    expect(decided[first.row]).toEqual({ ...rows[first.row], identity: 'ace' });
    expect(decidedRows(state())).toBe(decided);
    await app.tick(400);
    expect(recallText(state())).toBe('Recall@1 = 24 of 24');
    const ace = rows.findIndex(({ path }) => path === 'ace/1.jpg');
    expect(callOf(state().analysis, decided, [first.row, ace], 0.5)).toBe('same');
    expect(callOf(state().analysis, rows, [first.row, ace], 0.5)).toBe('merge');
    // What is painted and what is counted agree pair by pair.
    const calls = rows.flatMap((_, i) =>
      rows.slice(0, i).map((__, j) => callOf(state().analysis, decided, [i, j], 0.5)),
    );
    const counts = countsAt(currentReport(state())!.table, 0.5);
    expect(calls.filter((call) => call === 'split')).toHaveLength(counts.wrongSplits);
    expect(calls.filter((call) => call === 'merge')).toHaveLength(counts.wrongMerges);
    await app.actions.exportResults();
    const results = JSON.parse(await app.saved[0]!.text()) as Results;
    expect(results.photos.find(({ path }) => path === 'bo/1.jpg')).toMatchObject({
      identity: 'bo',
      dogs: [{ identity: 'bo' }],
    });
    expect(results.queries.find(({ identity }) => identity === 'bo')?.path).toBe('bo/1.jpg');
    // The next run of the folder begins with them.
    app.actions.runAgain();
    await settle();
    await app.client.finish();
    for (let i = 0; i < 50 && state().analysis.phase !== 'ready'; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(currentReport(state())).toBeNull();
    expect(recallText(state())).toBe('Recall@1 = 24 of 24');
  });

  it('rehearses the library by the names that a decision gives, sweep included', async () => {
    const app = await done(PATHS, { reply: swapped });
    app.actions.verdict.open();
    await settle();
    const facesOf = (dog: string) =>
      verdictOf(app).library.report?.uploadOrder.dogs.find(({ identity }) => identity === dog)
        ?.faces;
    expect(facesOf('ace')).toBe(4);
    const { sweep } = verdictOf(app).library.report!;
    app.actions.verdict.decide(verdictOf(app).queue[0]!, 'same');
    await app.tick(400);
    expect(facesOf('ace')).toBe(5);
    expect(verdictOf(app).library.report!.sweep).toHaveLength(sweep.length);
    expect(verdictOf(app).library.report!.sweep).not.toEqual(sweep);
    expect(verdictOf(app).library.decisions).toBe(verdictOf(app).decisions);
    app.actions.verdict.undo();
    await app.tick(400);
    expect(verdictOf(app).library.report!.sweep).toEqual(sweep);
  });

  it('takes each key of the queue for what it says, and U takes back the last', async () => {
    const app = await done(PATHS, { reply: swapped });
    app.actions.verdict.open();
    await settle();
    const { rows } = app.store.getState().analysis;
    const item = () => openItems(verdictOf(app), rows)[0] ?? null;
    const press = (key: string, held = {}): boolean =>
      pressReviewKey(
        { key, ctrlKey: false, metaKey: false, altKey: false, ...held },
        item(),
        app.actions.verdict,
      );
    const first = item()!;
    for (const [key, verdict] of [
      ['s', 'same'],
      ['D', 'different'],
      ['k', 'skip'],
    ] as const) {
      expect(press(key)).toBe(true);
      expect(verdictOf(app).decisions).toEqual([
        { a: 'bo/1.jpg', b: expect.stringMatching(/^ace/) as string, verdict },
      ]);
      expect(item()).not.toBe(first);
      expect(press('u')).toBe(true);
      expect(verdictOf(app).decisions).toEqual([]);
      expect(item()).toBe(first);
    }
    expect(press('x')).toBe(false);
    expect(press('s', { ctrlKey: true })).toBe(false);
    expect(verdictOf(app).decisions).toEqual([]);
    while (item() !== null) press('k');
    const { length } = verdictOf(app).decisions;
    expect(press('s')).toBe(false);
    press('U');
    expect(verdictOf(app).decisions).toHaveLength(length - 1);
  });

  it('tries other settings of the library without the sweep, and keeps the sweep', async () => {
    const app = await done(PATHS);
    app.actions.verdict.open();
    await settle();
    const { sweep, recommendation } = verdictOf(app).library.report!;
    app.actions.verdict.rehearse({ maxDistance: 0.3, minFaces: 2 });
    await settle();
    const { report } = verdictOf(app).library;
    expect(report?.settings).toEqual({ maxDistance: 0.3, minFaces: 2 });
    expect(report?.sweep).toBe(sweep);
    expect(report?.recommendation).toBe(recommendation);
  });

  it('another folder begins without threshold and decisions; truth.json is kept with its folder', async () => {
    const app = await done(PATHS, { reply: swapped });
    app.actions.verdict.open();
    await settle();
    app.actions.verdict.setThreshold(0.3);
    app.actions.verdict.decide(verdictOf(app).queue[0]!, 'skip');
    await app.actions.exportResults();
    const files = [
      ...filesAt(['rex/1.jpg', 'rex/2.jpg']),
      { path: 'truth.json', file: new Blob(['{"photos": []}']) },
    ];
    await app.actions.take('other', () => Promise.resolve(files));
    await settle();
    expect(app.store.getState().intake.folder?.truth).toBeInstanceOf(Blob);
    expect(verdictOf(app)).toMatchObject({ threshold: null, decisions: [], report: null });
  });
});
