/** What is read, arranged and said of a set of model files. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { arrangeModels } from '../../../src/core/models/arrange';
import { readAuthorManifest } from '../../../src/core/models/authorManifest';
import { mergeLayers, NO_LAYERS, withoutKeys, withoutSlots } from '../../../src/core/models/layers';
import { factsOf, readModel, type ModelCandidate } from '../../../src/core/models/read';
import { whyNotServing } from '../../../src/core/models/serves';
import { sectionFacts } from '../../../src/core/models/sources';
import { resolveRecipe } from '../../../src/core/recipe/resolve';
import { sha256Hex } from '../../../src/core/sha256';
import { withMetadata } from '../../parity/suite/metadata';
import { testRecipe } from '../recipe/testRecipe';

const EXPORTS = new URL('../../fixtures/exports/', import.meta.url);

async function candidate(
  name: string,
  path = name,
  metadata?: Readonly<Record<string, string>>,
): Promise<ModelCandidate> {
  const file = await readFile(new URL(name, EXPORTS));
  const bytes = metadata === undefined ? file : withMetadata(file, metadata);
  const read = readModel(path, bytes, sha256Hex(bytes), [path]);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

describe('readModel', () => {
  it('names external data that did not come, with the stage it would serve', async () => {
    const bytes = await readFile(new URL('embedder-external.onnx', EXPORTS));
    const read = readModel('a/embedder-external.onnx', bytes, 'x', ['a/embedder-external.onnx']);
    expect(read).toMatchObject({ ok: false, error: { slot: 'embedder' } });
    expect(!read.ok && read.error.message).toContain('"embedder-external.onnx.data"');
    const beside = ['a/embedder-external.onnx', 'b/embedder-external.onnx.data'];
    expect(readModel('a/embedder-external.onnx', bytes, 'x', beside).ok).toBe(true);
  });
});

describe('arrangeModels', () => {
  it('gives each file the stage it says it is for', async () => {
    const all = await Promise.all(
      ['11-raw.onnx', '11-pose-raw.onnx', 'embedder-nhwc.onnx'].map((name) => candidate(name)),
    );
    const { slots, undecided, problems } = arrangeModels(all);
    expect([slots.detector, slots.keypoint, slots.embedder]).toEqual(all);
    expect([undecided, problems]).toEqual([[], []]);
  });

  it('names both files where two are for one stage', async () => {
    const { problems } = arrangeModels([await candidate('11-raw.onnx'), await candidate('v8-raw.onnx')]); // prettier-ignore
    expect(problems).toHaveLength(1);
    expect(`${problems[0]!.file} ${problems[0]!.message}`).toMatch(/11-raw\.onnx and v8-raw\.onnx/);
    expect(problems[0]!.slot).toBe('detector');
  });

  it('asks where the shapes leave it open, unless a recipe, a person or nobody can be asked', async () => {
    const bare = await candidate('11-pose-raw.onnx', 'x/bare.onnx', {});
    expect(arrangeModels([bare]).undecided).toEqual([bare]);
    const given = { detector: { file: 'bare.onnx' } };
    expect(arrangeModels([bare], { given }).slots.detector).toBe(bare);
    const choices = { 'x/bare.onnx': 'embedder' } as const;
    expect(arrangeModels([bare], { given, choices }).slots.embedder).toBe(bare);
    expect(arrangeModels([bare], { choices: { 'x/bare.onnx': 'none' } }).slots).toEqual({});
    expect(arrangeModels([bare], { guess: true }).slots.keypoint).toBe(bare);
  });
});

describe('whyNotServing', () => {
  it('refuses a detector without a dog and a file in the wrong stage, and believes the recipe', async () => {
    const raw = await candidate('11-classes.onnx');
    const names = raw.info.metadata['names']!.replace("'dog'", "'fox'");
    const foxes = await candidate('11-classes.onnx', 'foxes.onnx', { ...raw.info.metadata, names });
    expect(whyNotServing(foxes, 'detector', null)?.message).toContain('no class called "dog"');
    expect(whyNotServing(foxes, 'detector', { detector: { classes: ['fox'] } })).toBeNull();
    expect(whyNotServing(raw, 'keypoint', null)).toMatchObject({ slot: 'keypoint' });
    expect(whyNotServing(raw, 'embedder', null)?.message).toContain('"detect"');
    expect(whyNotServing(raw, 'detector', null)).toBeNull();
  });

  it('does not fall over a recipe of the wrong types', async () => {
    const raw = await candidate('11-raw.onnx');
    const odd = { detector: { classes: 3, imgsz: 'big' }, embedder: { size: {} } };
    expect(whyNotServing(raw, 'detector', odd)).toBeNull();
  });
});

describe('readAuthorManifest', () => {
  it('takes what it tells and leaves the kernel unknown', () => {
    const read = readAuthorManifest(
      JSON.stringify({
        img_size: 224,
        preprocessing: {
          resize: [224, 224],
          scale: 'pixels / 255',
          mean: [0.485, 0.456, 0.406],
          std: [0.229, 0.224, 0.225],
          layout: 'NCHW',
          colour: 'RGB',
        },
      }),
    );
    expect(read).toEqual({
      ok: true,
      value: {
        size: 224,
        fit: 'squash',
        scale: 255,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        colour: 'rgb',
      },
    });
  });

  it.each([
    [0.00784313725490196, 127.5],
    [0.00392156862745098, 255],
    [0.003921569, 255],
    [0.0041, 1 / 0.0041],
    [255, 255],
    [1, 1],
    ['x / 127.5', 127.5],
  ])('reads the factor or divisor %s as a division by %d', (scale, divisor) => {
    const read = readAuthorManifest(JSON.stringify({ preprocessing: { scale } }));
    expect(read).toEqual({ ok: true, value: { scale: divisor } });
  });

  it('invents nothing, and says what is wrong with it', () => {
    expect(readAuthorManifest('{"preprocessing": {"mean": "?", "resize": "big"}}')).toEqual({
      ok: true,
      value: {},
    });
    expect(readAuthorManifest('{"img_size": 3}')).toMatchObject({ ok: false });
    expect(readAuthorManifest('{')).toMatchObject({ ok: false });
  });
});

describe('layers and sources', () => {
  const layers = {
    manifest: { mean: [0, 0, 0], colour: 'rgb' },
    given: {
      embedder: { resize: 'cv-area', fit: 'squash', std: [1, 1, 1], scale: 255, colour: 'bgr' },
      sha256: { embedder: 'b'.repeat(64), detector: 'a'.repeat(64) },
    },
    answers: { embedder: { fit: 'pad' } },
  };

  it('lets the later layer win, and says who said what', async () => {
    const model = await candidate('embedder-nhwc.onnx');
    const facts = factsOf(model, 'embedder');
    const given = mergeLayers({ ...layers, given: { embedder: layers.given.embedder } });
    const recipe = resolveRecipe({ bundled: testRecipe, given, files: { embedder: facts } });
    if (!recipe.ok) throw new Error(recipe.error.message);
    expect(recipe.value.embedder).toMatchObject({ colour: 'bgr', fit: 'pad', size: [56, 72] });
    const sources = Object.fromEntries(
      sectionFacts(recipe.value, 'embedder', layers, facts).map(({ key, source }) => [key, source]),
    );
    expect(sources).toEqual({
      size: 'file',
      resize: 'recipe',
      fit: 'page',
      padValue: 'default',
      cropPct: 'default',
      mean: 'manifest',
      std: 'recipe',
      scale: 'recipe',
      colour: 'recipe',
      l2: 'default',
    });
  });

  it('calls it an assumption where only the number of keypoints tells their names', async () => {
    const model = await candidate('11-pose-24.onnx');
    const facts = factsOf(model, 'keypoint');
    const given = { keypoint: { conf: 0.5, kptConf: 0.3 } };
    const recipe = resolveRecipe({ bundled: testRecipe, given, files: { keypoint: facts } });
    if (!recipe.ok) throw new Error(recipe.error.message);
    const told = sectionFacts(recipe.value, 'keypoint', { ...NO_LAYERS, given }, facts);
    expect(told.find(({ key }) => key === 'names')?.source).toBe('assumed');
    expect(told.find(({ key }) => key === 'roles')?.source).toBe('assumed');
    expect(told.find(({ key }) => key === 'imgsz')?.source).toBe('file');
  });

  it('forgets answers that a later recipe gives, key by key', () => {
    const answers = {
      embedder: { fit: 'pad', colour: 'bgr' },
      crop: { chipMode: 'original-2025' },
    };
    expect(withoutKeys(answers, { embedder: { fit: 'squash' }, detector: { conf: 1 } })).toEqual({
      embedder: { colour: 'bgr' },
      crop: { chipMode: 'original-2025' },
    });
    expect(withoutKeys(answers, { crop: { chipMode: 'hull', chipPad: 0.2 } })).toEqual({
      embedder: answers.embedder,
    });
    expect(withoutKeys(null, {})).toBeNull();
  });

  it('forgets what was said of a file that is replaced, and nothing else', () => {
    expect(withoutSlots(layers, ['embedder'])).toEqual({
      manifest: null,
      given: { sha256: { detector: 'a'.repeat(64) } },
      answers: {},
    });
    expect(withoutSlots(layers, ['detector']).given).toEqual({
      embedder: layers.given.embedder,
      sha256: { embedder: 'b'.repeat(64) },
    });
  });
});
