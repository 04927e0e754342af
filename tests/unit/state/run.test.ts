import { describe, expect, it } from 'vitest';
import { resultsSchema } from '../../../src/core/results/schema';
import { decodeFloats } from '../../../src/core/results/base64';
import { createTestApp, filesAt } from './harness';
import { DIM, settle } from './fakeClient';

const PATHS = [
  'rex/1.jpg',
  'rex/2.jpg',
  'luna/1.jpg',
  'luna/2.jpg',
  'nodog.jpg',
  'luna/broken.jpg',
];
const DONE = 'Done: 6 photos, 4 embedded, 1 no dog, 1 failed';

describe('a run', () => {
  it('starts by itself once a folder is taken, and accounts for every photo', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    expect(app.status()).toBe('Running: 0 of 6 photos');
    await app.client.finish(2);
    await app.tick(200);
    expect(app.status()).toBe('Running: 2 of 6 photos');
    await app.client.finish();
    expect(app.status()).toBe(DONE);
    const { run, analysis } = app.store.getState();
    expect(run.counts).toEqual({ photos: 6, done: 6, embedded: 4, noDog: 1, failed: 1 });
    expect(analysis.phase).toBe('ready');
    expect(analysis.rows.map(({ path }) => path)).toEqual([
      'luna/1.jpg',
      'luna/2.jpg',
      'rex/1.jpg',
      'rex/2.jpg',
    ]);
    for (const row of analysis.rows) expect(run.entries[row.entry]?.record.path).toBe(row.path);
    await app.tick(60_000);
    expect(app.status()).toBe(DONE);
  });

  it('is queued while the models load, and starts when they are there', async () => {
    const app = createTestApp({ hold: true });
    app.actions.prepare();
    await app.drop(PATHS);
    expect(app.store.getState().run.phase).toBe('queued');
    expect(app.status()).toBe('Queued: 6 photos. Loading models: 25 %');
    expect(app.client.calls.run).toBe(0);
    app.client.release();
    await settle();
    expect(app.status()).toBe('Running: 0 of 6 photos');
    expect(app.client.calls.prepare).toBe(1);
  });

  it('can be cancelled while queued and resumed', async () => {
    const app = createTestApp({ hold: true });
    await app.drop(PATHS);
    app.actions.cancel();
    expect(app.status()).toBe('Cancelled: 0 of 6 photos');
    app.client.release();
    await settle();
    expect(app.client.calls.run).toBe(0);
    app.actions.resume();
    await app.client.finish();
    expect(app.status()).toBe(DONE);
  });

  it('keeps finished photos when cancelled, exports them, and resumes with the rest only', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish(3);
    app.actions.cancel();
    await settle();
    expect(app.status()).toBe('Cancelled: 3 of 6 photos');
    await app.actions.exportResults();
    const partial = resultsSchema.parse(JSON.parse(await app.saved[0]!.text()));
    expect(partial.complete).toBe(false);
    expect(partial.photos.map(({ status }) => status)).toEqual([
      'embedded',
      'embedded',
      'failed',
      'not-run',
      'not-run',
      'not-run',
    ]);
    app.actions.resume();
    await app.client.finish();
    expect(app.status()).toBe(DONE);
    expect(app.client.jobs[1]).toEqual(['nodog.jpg', 'rex/1.jpg', 'rex/2.jpg']);
    expect(app.store.getState().run.exported).toBe(false);
  });

  it('tells rate and time left from the clock', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish(3);
    await app.tick(1500);
    const { rate, secondsLeft } = app.store.getState().run;
    expect(rate).toBeCloseTo(2, 10);
    expect(secondsLeft).toBeCloseTo(1.5, 10);
  });

  it('says why models could not be made ready, and tries again on resume', async () => {
    const app = createTestApp({ setupError: 'detector.onnx: the file is damaged.' });
    await app.drop(PATHS);
    expect(app.status()).toBe('Stopped: 0 of 6 photos. detector.onnx: the file is damaged.');
    app.actions.resume();
    await settle();
    expect(app.client.calls.prepare).toBe(2);
  });

  it('reports a photo that the browser would not hand over as failed', async () => {
    const app = createTestApp();
    await app.actions.take('dogs', () =>
      Promise.resolve([
        ...filesAt(['rex/1.jpg']),
        { path: 'rex/gone.jpg', file: null, error: 'not found' },
      ]),
    );
    await app.client.finish();
    expect(app.status()).toBe('Done: 2 photos, 1 embedded, 0 no dog, 1 failed');
    expect(app.store.getState().run.entries[1]?.record.failure).toMatchObject({
      code: 'read-error',
      stage: 'read',
    });
  });

  it('ends as done when the comparison fails, and says so in the analysis', async () => {
    const app = createTestApp({ analysisError: 'out of memory' });
    await app.drop(PATHS);
    await app.client.finish();
    expect(app.status()).toBe(DONE);
    expect(app.store.getState().analysis).toMatchObject({
      phase: 'failed',
      error: 'out of memory',
    });
  });
});

describe('the export', () => {
  it('has the schema of the headless run, with the vectors inline', async () => {
    const app = createTestApp();
    await app.drop([...PATHS, 'notes.txt', '.hidden/1.jpg', '.hidden/2.jpg']);
    await app.client.finish();
    await app.actions.exportResults();
    expect(app.saved[0]?.name).toBe('results.json');
    const results = resultsSchema.parse(JSON.parse(await app.saved[0]!.text()));
    expect(results.complete).toBe(true);
    expect(results.tool).toMatchObject({ name: 'samedog', platform: 'browser', backend: 'wasm' });
    expect(results.ignored).toHaveLength(3);
    const { rows, dim, data } = results.embeddings;
    expect([rows, dim]).toEqual([4, DIM]);
    const { collected } = app.store.getState().analysis;
    expect(decodeFloats(data!)).toEqual(collected?.matrix.data);
    const embedded = results.photos.filter(({ status }) => status === 'embedded');
    expect(embedded.flatMap(({ dogs }) => dogs.map(({ row }) => row))).toEqual([0, 1, 2, 3]);
  });
});

describe('a second folder', () => {
  it('waits while results are unexported, and replaces them on demand', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish();
    await app.drop(['max/1.jpg'], 'others');
    expect(app.store.getState().intake.waiting?.name).toBe('others');
    expect(app.status()).toBe(DONE);
    app.actions.keep();
    expect(app.store.getState().intake.waiting).toBeNull();
    await app.drop(['max/1.jpg'], 'others');
    app.actions.replace();
    await app.client.finish();
    expect(app.status()).toBe('Done: 1 photos, 1 embedded, 0 no dog, 0 failed');
    expect(app.saved).toHaveLength(0);
  });

  it('replaces at once after an export', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish();
    await app.actions.exportResults();
    await app.drop(['max/1.jpg']);
    expect(app.store.getState().intake.waiting).toBeNull();
    expect(app.status()).toBe('Running: 0 of 1 photos');
  });

  it('can stop a run in progress, export what is finished, and go on', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish(2);
    await app.tick(200);
    await app.drop(['max/1.jpg']);
    expect(app.store.getState().intake.waiting).not.toBeNull();
    await app.actions.exportAndReplace();
    const kept = resultsSchema.parse(JSON.parse(await app.saved[0]!.text()));
    expect(kept.photos.filter(({ status }) => status === 'not-run')).toHaveLength(4);
    await app.client.finish();
    expect(app.status()).toBe('Done: 1 photos, 1 embedded, 0 no dog, 0 failed');
  });

  it('replaces a run that has finished nothing, and drops its late replies', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.drop(['max/1.jpg']);
    await app.client.finish();
    expect(app.status()).toBe('Done: 1 photos, 1 embedded, 0 no dog, 0 failed');
  });

  it('without photos is refused with a reason, and the results stay', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish();
    await app.drop(['notes.txt'], 'papers');
    expect(app.store.getState().intake.problem).toContain('No photos in “papers”');
    expect(app.status()).toBe(DONE);
  });
});

describe('options', () => {
  it('change of top K compares again without inference', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish();
    app.actions.setOptions({ topK: 2 });
    await settle();
    expect(app.store.getState().analysis.result?.k).toBe(2);
    expect(app.client.calls).toMatchObject({ run: 1, analyse: 2 });
  });

  it('change of backend or stages makes the sessions ready anew, once each', async () => {
    const app = createTestApp();
    app.actions.prepare();
    await settle();
    app.actions.setOptions({ backend: 'webgpu' });
    app.actions.setOptions({ backend: 'webgpu' });
    app.actions.setOptions({ stages: 'embed' });
    await settle();
    expect(app.client.calls.prepare).toBe(3);
    expect(app.store.getState().setup.report?.choice).toBe('webgpu');
  });

  it('of a cancelled run stay its own when it is resumed', async () => {
    const app = createTestApp();
    await app.drop(PATHS);
    await app.client.finish(1);
    app.actions.cancel();
    await settle();
    app.actions.setOptions({ stages: 'detect,embed' });
    app.actions.resume();
    await app.client.finish();
    expect(app.store.getState().run.options.stages).toBe('detect,keypoints,embed');
    const branches = app.store
      .getState()
      .run.entries.flatMap(({ record }) => record.dogs.map(({ branch }) => branch));
    expect(branches).toContain('face');
  });
});
