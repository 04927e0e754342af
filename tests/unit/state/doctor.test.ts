import { describe, expect, it } from 'vitest';
import { doctorPhotos } from '../../../src/state/doctor';
import type { ModelBundle, ModelFile } from '../../../src/worker/contract';
import { encodeModel } from '../onnx/encode';
import { fakeBundle } from './fakeBundle';
import { settle } from './fakeClient';
import { createTestApp, type TestApp } from './harness';

const DOGS = ['ace', 'bo', 'cy', 'dot', 'eli', 'flo', 'gus', 'hal', 'ivy', 'jo', 'kit', 'lu'];
const PHOTOS = DOGS.flatMap((dog) => [1, 2, 3, 4].map((n) => `${dog}/${n}.jpg`));

/** Models whose files can be read, as a change of the recipe needs. */
function readableBundle(): ModelBundle {
  const bundle = fakeBundle();
  const model = (shape: readonly (string | number)[]): Uint8Array =>
    encodeModel({
      inputs: [{ name: 'x', shape: [1, 3, 224, 224] }],
      outputs: [{ name: 'y', shape }],
    });
  const file = (name: string, bytes: Uint8Array): ModelFile => ({ name, bytes, sha256: '' });
  return {
    ...bundle,
    files: {
      detector: file('detector.onnx', model([1, 5, 1029])),
      keypoint: file('keypoint.onnx', model([1, 14, 1029])),
      embedder: file('embedding.onnx', model([1, 8])),
    },
  };
}

async function ran(paths = PHOTOS): Promise<TestApp> {
  const app = createTestApp({ automatic: true, bundle: readableBundle() });
  await app.drop(paths);
  for (let i = 0; i < 200 && app.store.getState().run.phase !== 'done'; i++) {
    await app.tick(500);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(app.store.getState().run.phase).toBe('done');
  return app;
}

const doctor = (app: TestApp) => app.store.getState().doctor;

describe('the preprocessing doctor', () => {
  it('asks for photos, for the end of the run, and for enough dogs', async () => {
    const app = createTestApp({ automatic: true, delayMs: 50 });
    expect(doctorPhotos(app.store.getState()).problem).toContain('drop a folder');
    await app.drop(PHOTOS);
    expect(doctorPhotos(app.store.getState()).problem).toContain('as soon as the run is done');
    const few = await ran(['ace/1.jpg', 'ace/2.jpg', 'bo/1.jpg', 'bo/2.jpg', 'cy/1.jpg']);
    expect(doctorPhotos(few.store.getState()).problem).toMatch(/at least 3 dogs .* has 2/);
    await few.actions.doctor.examine();
    expect(doctor(few)).toMatchObject({ phase: 'failed', result: null });
    expect(few.client.calls.examine).toBe(0);
  });

  it('takes labelled, embedded photos with the chip of the run', async () => {
    const app = await ran([...PHOTOS, 'ace/nodog.jpg', 'ace/broken.jpg', 'stray.jpg']);
    const { photos, dogs, problem } = doctorPhotos(app.store.getState());
    expect(problem).toBeNull();
    expect(dogs).toBe(DOGS.length);
    expect(photos.map(({ path }) => path)).toEqual(PHOTOS);
    const { entries } = app.store.getState().run;
    for (const { path, chip } of photos) {
      const record = entries.find((entry) => entry.record.path === path)!.record;
      expect([chip.x1, chip.y1, chip.x2, chip.y2]).toEqual(record.dogs[0]!.chip);
    }
  });

  it('finds a planted colour order; the recipe is put to use and the folder runs again', async () => {
    const app = await ran();
    await app.actions.doctor.examine();
    const { phase, result } = doctor(app);
    expect(phase).toBe('done');
    expect(result!.diagnosis.recommended.rules.colour).toBe('bgr');
    expect(result!.diagnosis.photos).toBe(PHOTOS.length);

    app.actions.doctor.saveRecommended();
    const saved = app.saved.at(-1)!;
    expect(saved.name).toBe('pipeline.json');
    const recipe = JSON.parse(await saved.text()) as { embedder: Record<string, unknown> };
    expect(recipe.embedder).toMatchObject({ colour: 'bgr', mean: [0.406, 0.456, 0.485] });

    await app.actions.exportResults();
    const runs = app.client.calls.run;
    await app.actions.doctor.useRecommended();
    expect(app.store.getState().models.problems).toEqual([]);
    for (let i = 0; i < 50 && app.client.calls.run === runs; i++) await settle();
    expect(app.client.calls.run).toBe(runs + 1);
    const used = app.client.prepared.at(-1)!.recipe.embedder;
    expect(used).toMatchObject({ colour: 'bgr', mean: [0.406, 0.456, 0.485], fit: 'squash' });
    expect(app.store.getState().run.bundle!.recipe.embedder.colour).toBe('bgr');
    // What was found was about another recipe in use.
    expect(doctor(app)).toMatchObject({ phase: 'idle', result: null });
  });

  it('stops when it is told to, and forgets what comes after', async () => {
    const app = await ran();
    const examined = app.actions.doctor.examine();
    await settle();
    expect(doctor(app).phase).toBe('working');
    app.actions.doctor.cancel();
    await examined;
    await settle();
    expect(doctor(app)).toMatchObject({ phase: 'idle', bundle: null, result: null, error: null });
  });

  it('does not show or apply what it found about other models', async () => {
    const app = await ran();
    await app.actions.doctor.examine();
    const found = doctor(app);
    // As when a file was dropped that still waits for answers: other models are looked at, the old stay in use.
    app.store.setState({ doctor: { ...found, bundle: readableBundle() } });
    const runs = app.client.calls.run;
    await app.actions.doctor.useRecommended();
    expect(app.store.getState().models.steps).toEqual([]);
    expect(app.client.calls.run).toBe(runs);
    app.actions.doctor.show(true);
    expect(doctor(app)).toMatchObject({ open: true, phase: 'idle', bundle: null, result: null });
    // About the models in use it stays.
    app.store.setState({ doctor: found });
    app.actions.doctor.show(true);
    expect(doctor(app)).toMatchObject({ open: true, phase: 'done' });
  });
});
