/** Models of the researcher's own in the store: taken, asked about, put to use, refused, given back. */
import { zipSync } from 'fflate';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/core/sha256';
import { fail } from '../../../src/core/types';
import { modelFilesIn } from '../../../src/state/modelFiles';
import type { FolderFile } from '../../../src/state/model';
import { bundleText, modelsChanged } from '../../../src/state/selectors';
import type { ModelBundle, ModelFile } from '../../../src/worker/contract';
import { fakeBundle } from './fakeBundle';
import { settle, type FakeOptions } from './fakeClient';
import { createTestApp, filesAt, type TestApp } from './harness';

const EXPORTS = new URL('../../fixtures/exports/', import.meta.url);
const PHOTOS = ['rex/1.jpg', 'rex/2.jpg', 'luna/1.jpg', 'luna/2.jpg'];

const EMBEDDER = {
  resize: 'pil-bicubic',
  fit: 'pad',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  scale: 255,
  colour: 'bgr',
};

let bundle: ModelBundle;
const bytesOf = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(new URL(name, EXPORTS)));

beforeAll(async () => {
  const file = async (name: string): Promise<ModelFile> => {
    const bytes = await bytesOf(name);
    return { name, bytes, sha256: sha256Hex(bytes) };
  };
  bundle = {
    ...fakeBundle(),
    files: {
      detector: await file('v8-raw.onnx'),
      keypoint: await file('26-pose-raw.onnx'),
      embedder: await file('embedder-half-io.onnx'),
    },
  };
});

const app = (options: FakeOptions = {}): TestApp =>
  createTestApp({ automatic: true, bundle, ...options });

async function file(from: string, path = from): Promise<FolderFile> {
  return { path, file: new Blob([await bytesOf(from)]) };
}
const json = (path: string, value: unknown): FolderFile => ({
  path,
  file: new Blob([JSON.stringify(value)]),
});

async function take(test: TestApp, ...files: FolderFile[]): Promise<void> {
  await test.actions.models.take(files);
  await settle();
}

/** Drops photos and waits until they are run and compared. */
async function runPhotos(test: TestApp): Promise<void> {
  await test.drop(PHOTOS);
  for (let i = 0; i < 200 && !test.status().startsWith('Done'); i++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    await test.tick(200);
  }
  expect(test.status()).toMatch(/^Done: 4 photos/);
}

const models = (test: TestApp) => test.store.getState().models;

describe('taking models', () => {
  it('uses a complete set at once and keeps the bundled model of the other stage', async () => {
    const test = app();
    await take(
      test,
      await file('11-raw.onnx'),
      await file('embedder-nhwc.onnx'),
      json('pipeline.json', { detector: { conf: 0.3, iou: 0.6 }, embedder: EMBEDDER }),
    );
    const { bundle: used, draft, problems, cards } = models(test);
    expect([draft, problems]).toEqual([null, []]);
    expect(models(test).open).toBe(true);
    expect(used?.files.detector?.name).toBe('11-raw.onnx');
    expect(used?.files.keypoint).toBe(bundle.files.keypoint);
    expect(used?.recipe.embedder).toMatchObject({ size: [56, 72], colour: 'bgr', fit: 'pad' });
    expect(used?.recipe.sha256.embedder).toBe(used?.files.embedder?.sha256);
    expect(used?.recipe.keypoint).toEqual(bundle.recipe.keypoint);
    expect(cards?.stages.detector.origin).toBe('own');
    expect(cards?.stages.keypoint.origin).toBe('bundled');
    expect(test.client.prepared.at(-1)).toBe(used);
    expect(bundleText(used, test.store.getState().setup.bundled)).toBe(
      '11-raw.onnx, embedder-nhwc.onnx and the bundled models for the other stages',
    );
  });

  it('asks for what nobody tells, uses nothing before, and then what was answered', async () => {
    const test = app();
    await take(test, await file('embedder-nhwc.onnx'));
    expect(models(test).bundle).toBeNull();
    expect(models(test).open).toBe(true);
    expect(models(test).draft?.unknown.map(({ name }) => name)).toEqual([
      'resize',
      'fit',
      'mean',
      'std',
      'scale',
      'colour',
    ]);
    expect(test.client.calls.inspect).toBe(0);
    const ahead = test.actions.models.provisional();
    expect(ahead?.recipe.embedder.mean).toEqual([0.485, 0.456, 0.406]);
    expect(test.actions.models.provisional()).toBe(ahead);
    const { fit, ...rest } = EMBEDDER;
    await test.actions.models.answer({ embedder: rest });
    expect(models(test).draft?.unknown.map(({ name }) => name)).toEqual(['fit']);
    await test.actions.models.answer({ embedder: { fit } });
    expect(models(test).draft).toBeNull();
    const facts = models(test).cards?.stages.embedder.facts;
    expect(facts?.find(({ key }) => key === 'mean')).toMatchObject({ source: 'page' });
    expect(facts?.find(({ key }) => key === 'size')).toMatchObject({ source: 'file' });
  });

  it('takes the author’s embedding.json for what it tells', async () => {
    const test = app();
    const manifest = {
      preprocessing: {
        resize: [56, 72],
        scale: 'pixels / 255',
        mean: [0.5, 0.5, 0.5],
        std: [0.5, 0.5, 0.5],
        colour: 'RGB',
      },
    };
    await take(test, await file('embedder-nhwc.onnx'), json('embedding.json', manifest));
    expect(models(test).draft?.unknown.map(({ name }) => name)).toEqual(['resize']);
    await test.actions.models.answer({ embedder: { resize: 'pil-bilinear' } });
    expect(models(test).bundle?.recipe.embedder).toMatchObject({ fit: 'squash', scale: 255 });
    const facts = models(test).cards?.stages.embedder.facts;
    expect(facts?.find(({ key }) => key === 'std')).toMatchObject({ source: 'manifest' });
  });

  it('brings external data under the name that the graph looks for, also out of a zip', async () => {
    const test = app();
    const zip = zipSync({
      'set/embedder-external.onnx': await bytesOf('embedder-external.onnx'),
      'set/embedder-external.onnx.data': await bytesOf('embedder-external.onnx.data'),
      'set/pipeline.json': new TextEncoder().encode(
        JSON.stringify({ embedder: { ...EMBEDDER, size: 64 } }),
      ),
    });
    await take(test, { path: 'set.zip', file: new Blob([zip]) });
    expect(models(test).problems).toEqual([]);
    const external = models(test).bundle?.files.embedder?.external;
    expect(external?.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['embedder-external.onnx.data', 40400],
    ]);
  });

  it('asks for the stage of a file that does not tell', async () => {
    const test = app();
    const { withMetadata } = await import('../../parity/suite/metadata');
    const bare = withMetadata(await bytesOf('11-pose-raw.onnx'), {});
    await take(test, { path: 'bare.onnx', file: new Blob([bare as Uint8Array<ArrayBuffer>]) });
    expect(models(test).draft?.undecided.map(({ path }) => path)).toEqual(['bare.onnx']);
    await test.actions.models.choose('bare.onnx', 'detector');
    // Sixteen classes without names: told with the file, and the question stays.
    expect(models(test).problems).toMatchObject([{ file: 'bare.onnx', slot: 'detector' }]);
    await test.actions.models.choose('bare.onnx', 'keypoint');
    expect(models(test).problems).toMatchObject([]);
    expect(models(test).draft?.unknown.map(({ name }) => name)).toEqual([
      'names',
      'roles',
      'conf',
      'kptConf',
    ]);
    expect(test.actions.models.provisional()?.recipe.keypoint.names).toHaveLength(5);
    test.actions.models.discard();
    expect(models(test).draft).toBeNull();
  });

  it('a later drop replaces its stage and forgets what was said of the old file', async () => {
    const test = app();
    await take(test, await file('11-raw.onnx'), json('pipeline.json', { detector: { conf: 0.3, iou: 0.6 } })); // prettier-ignore
    await take(test, await file('embedder-nhwc.onnx'), json('pipeline.json', { embedder: EMBEDDER })); // prettier-ignore
    expect(models(test).bundle?.files.detector?.name).toBe('11-raw.onnx');
    expect(models(test).bundle?.recipe.detector.conf).toBe(0.3);
    await take(test, await file('26-raw.onnx'));
    expect(models(test).draft?.unknown.map(({ name }) => name)).toEqual(['conf', 'iou']);
    test.actions.models.discard();
    test.actions.models.useBundled();
    await settle();
    expect(models(test).bundle).toBeNull();
    expect(models(test).steps).toEqual([]);
  });
});

describe('a recipe dropped after answers', () => {
  it('outweighs what was set by hand, in the keys that it gives', async () => {
    const test = app();
    await take(test, await file('embedder-nhwc.onnx'), json('pipeline.json', { embedder: EMBEDDER })); // prettier-ignore
    await test.actions.models.answer({ embedder: { colour: 'rgb', fit: 'squash' } });
    await settle();
    expect(models(test).bundle?.recipe.embedder).toMatchObject({ colour: 'rgb', fit: 'squash' });
    await take(test, json('pipeline.json', { embedder: { colour: 'bgr' } }));
    expect(models(test).bundle?.recipe.embedder).toMatchObject({ colour: 'bgr', fit: 'squash' });
  });
});

describe('bad models', () => {
  it.each([
    ['empty.onnx', '', 'is empty'],
    ['words.onnx', 'only words here', 'not an ONNX model'],
    ['best.pt', 'PK\u0003\u0004', 'PyTorch checkpoint'],
  ])('%s is named with what to do, and nothing changes', async (path, content, says) => {
    const test = app();
    await runPhotos(test);
    const { entries } = test.store.getState().run;
    await test.actions.take('x', () => Promise.resolve([{ path, file: new Blob([content]) }]));
    await settle();
    expect(models(test).problems).toMatchObject([{ file: path }]);
    expect(models(test).problems[0]?.message).toContain(says);
    expect(models(test).bundle).toBeNull();
    expect(test.store.getState().run.entries).toBe(entries);
    expect(test.store.getState().intake.problem).toBeNull();
  });

  it('keeps the models in use when a warm-up run refuses the new ones', async () => {
    const message = '26-raw.onnx failed its warm-up run: no such operator';
    const test = app({
      inspect: ({ files }) =>
        files.detector?.name === '26-raw.onnx'
          ? fail({ slot: 'detector', message })
          : { ok: true, value: { detector: null, keypoint: null, embedder: null } },
    });
    const recipe = json('pipeline.json', { detector: { conf: 0.3, iou: 0.6 } });
    await take(test, await file('11-raw.onnx'), recipe);
    const before = models(test).bundle;
    await take(test, await file('26-raw.onnx'), recipe);
    expect(models(test).problems).toEqual([
      {
        file: '26-raw.onnx',
        slot: 'detector',
        message: 'failed its warm-up run: no such operator',
      },
    ]);
    expect(models(test).bundle).toBe(before);
    expect(before?.files.detector?.name).toBe('11-raw.onnx');
  });

  it('names a recipe written for another file, and a file that the recipe names but that did not come', async () => {
    const test = app();
    const other = { detector: { conf: 0.3, iou: 0.5 }, sha256: { detector: 'c'.repeat(64) } };
    await take(test, await file('11-raw.onnx'), json('pipeline.json', other));
    expect(models(test).problems[0]?.message).toContain('written for another detector');
    await take(test, json('pipeline.json', { embedder: { file: 'mine.onnx' } }));
    expect(models(test).problems[0]).toMatchObject({ slot: 'embedder' });
    expect(models(test).problems[0]?.message).toContain('"mine.onnx"');
    expect(models(test).bundle).toBeNull();
  });
});

describe('which models results come from', () => {
  const recipe = json('pipeline.json', { detector: { conf: 0.3, iou: 0.6 } });

  it('exports the results on the page with the models they were made with', async () => {
    const test = app();
    await runPhotos(test);
    await take(test, await file('11-raw.onnx'), recipe);
    expect(modelsChanged(test.store.getState())).toBe(true);
    await test.actions.exportResults();
    const stale = JSON.parse(await test.saved.at(-1)!.text()) as Exported;
    expect(stale.models.detector.file).toBe('v8-raw.onnx');
    expect(stale.recipe.detector.conf).toBe(bundle.recipe.detector.conf);
    test.actions.runAgain();
    await test.tick(200);
    await settle();
    expect(modelsChanged(test.store.getState())).toBe(false);
    await test.actions.exportResults();
    const fresh = JSON.parse(await test.saved.at(-1)!.text()) as Exported;
    expect(fresh.models.detector.file).toBe('11-raw.onnx');
    expect(fresh.recipe.detector.conf).toBe(0.3);
  });

  it('never continues a cancelled run with other models', async () => {
    const test = app({ automatic: false });
    await test.drop(PHOTOS);
    await test.client.finish(2);
    await test.tick(200);
    test.actions.cancel();
    await test.tick(200);
    expect(test.status()).toMatch(/^Cancelled: 2 of 4/);
    await take(test, await file('11-raw.onnx'), recipe);
    test.actions.resume();
    await settle();
    expect(test.status()).toMatch(/^Cancelled: 2 of 4/);
    expect(test.client.calls.run).toBe(1);
    test.actions.models.useBundled();
    await settle();
    test.actions.resume();
    await test.client.finish();
    await test.tick(200);
    expect(test.status()).toMatch(/^Done: 4 photos/);
  });

  it('lets a run in progress end with the models it began with', async () => {
    const test = app({ automatic: false });
    await test.drop(PHOTOS);
    await test.client.finish(1);
    const prepared = test.client.calls.prepare;
    await take(test, await file('11-raw.onnx'), recipe);
    expect(test.client.calls.prepare).toBe(prepared);
    await test.client.finish();
    await test.tick(200);
    expect(test.store.getState().run.bundle).toBe(bundle);
    expect(test.status()).toMatch(/^Done: 4 photos/);
  });
});

interface Exported {
  readonly models: { readonly detector: { readonly file: string } };
  readonly recipe: { readonly detector: { readonly conf: number } };
}

describe('a drop of photos and models', () => {
  it('takes both, the models first, and says so', async () => {
    const test = app();
    const files = [
      ...filesAt(PHOTOS),
      await file('11-raw.onnx', 'models/11-raw.onnx'),
      json('models/pipeline.json', { detector: { conf: 0.3, iou: 0.6 } }),
    ];
    await test.actions.take('dogs', () => Promise.resolve(files));
    await settle();
    await test.tick(200);
    expect(models(test).open).toBe(false);
    expect(models(test).taken).toMatch(/“dogs” holds models and 4 photos\. In use now: 11-raw/);
    expect(test.store.getState().run.bundle?.files.detector?.name).toBe('11-raw.onnx');
    expect(test.store.getState().intake.folder?.ignored.map(({ path }) => path)).toContain(
      'models/11-raw.onnx',
    );
  });

  it('knows photos, strays and models apart by their names', () => {
    const named = (...paths: string[]) => modelFilesIn(filesAt(paths))?.map(({ path }) => path) ?? null; // prettier-ignore
    expect(named('a/1.jpg', 'a/notes.txt')).toBeNull();
    expect(named('a/1.jpg', 'best.pt', 'pipeline.json', 'old.zip')).toBeNull();
    expect(named('best.pt')).toEqual(['best.pt']);
    expect(named('pipeline.json')).toEqual(['pipeline.json']);
    expect(named('a/1.jpg', 'm/x.onnx', 'm/x.onnx.data')).toEqual(['m/x.onnx', 'm/x.onnx.data']);
    expect(named('._x.onnx')).toBeNull();
  });
});

describe('keypoint roles', () => {
  it('shows the points of the run on the page where it was made with these models', async () => {
    const test = app();
    await runPhotos(test);
    await test.actions.models.previewKeypoints();
    expect(test.client.calls.preview).toBe(0);
    expect(models(test).preview.phase).toBe('ready');
    expect(models(test).preview.entries.length).toBeGreaterThan(0);
  });

  it('runs a few photos through models that are not in use, and stores the roles in the recipe', async () => {
    const test = app();
    await runPhotos(test);
    await take(test, await file('11-pose-24.onnx'));
    await test.actions.models.previewKeypoints();
    expect(test.client.calls.preview).toBe(1);
    expect(models(test).preview.entries).toHaveLength(4);
    await test.actions.models.previewKeypoints();
    expect(test.client.calls.preview).toBe(1);
    const roles = { nose: 'nose', left_eye: 'left_eye', right_eye: 'right_eye' };
    await test.actions.models.answer({ keypoint: { roles, conf: 0.5, kptConf: 0.3 } });
    expect(models(test).bundle?.recipe.keypoint.roles).toEqual(roles);
    test.actions.models.saveRecipe();
    const saved = JSON.parse(await test.saved.at(-1)!.text()) as ModelBundle['recipe'];
    expect(test.saved.at(-1)?.name).toBe('pipeline.json');
    expect(saved).toEqual(models(test).bundle?.recipe);
  });
});

describe('what was assumed', () => {
  it('stays on the card when the recipe was completed from the file', async () => {
    const test = app();
    const pose = await file('11-pose-24.onnx', 'pose.onnx');
    await take(test, pose, json('pipeline.json', { keypoint: { conf: 0.3, kptConf: 0.3 } }));
    expect(models(test).problems).toEqual([]);
    const { assumptions } = models(test).cards!.stages.keypoint;
    expect(assumptions.join()).toContain('dog-pose');
    expect(models(test).cards!.stages.detector.assumptions).toEqual([]);
  });
});
