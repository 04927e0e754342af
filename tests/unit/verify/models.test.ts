/** What the headless run says of models that leave something open: it asks nobody, so it must not guess silently. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModels } from '../../../scripts/verify/models';
import { readOnnxFile } from '../../../src/core/onnx/file';
import { withMetadata } from '../../parity/suite/metadata';

const EXPORTS = new URL('../../fixtures/exports/', import.meta.url);
const DETECTOR = { conf: 0.3, iou: 0.5 };
const KEYPOINT = { conf: 0.3, kptConf: 0.3 };

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'samedog-models-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A folder with one fixture, its metadata changed, and a recipe; what the run says of it. */
async function notes(
  fixture: string,
  recipe: object,
  change: (metadata: Readonly<Record<string, string>>) => Record<string, string> = (all) => ({
    ...all,
  }),
): Promise<readonly string[]> {
  const dir = await mkdtemp(join(root, 'set-'));
  const file = await readFile(new URL(fixture, EXPORTS));
  const info = readOnnxFile(file);
  if (!info.ok) throw new Error(info.error.message);
  await writeFile(join(dir, 'own.onnx'), withMetadata(file, change(info.value.metadata)));
  await writeFile(join(dir, 'pipeline.json'), JSON.stringify(recipe));
  return (await loadModels(dir, 'detect,keypoints,embed')).notes;
}

const strip = (): Record<string, string> => ({});

describe('notes of the headless run', () => {
  it('says that class 0 of finished rows without names is taken for dogs, whatever the recipe names', async () => {
    const said = await notes(
      '11-classes-nms.onnx',
      { detector: { ...DETECTOR, file: 'own.onnx', classes: ['dog'] } },
      strip,
    );
    expect(said).toContain('own.onnx: The file names no classes; class 0 is taken for dogs.');
  });

  it('says that a lone class of another name is taken for dogs, unless the recipe names it', async () => {
    const foxes = (all: Readonly<Record<string, string>>): Record<string, string> => ({
      ...all,
      names: "{0: 'fox'}",
    });
    const said = await notes('11-raw.onnx', { detector: DETECTOR }, foxes);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^own\.onnx: The only class is called "fox", not "dog"/);
    const named = { detector: { ...DETECTOR, classes: ['fox'] } };
    expect(await notes('11-raw.onnx', named, foxes)).toEqual([]);
  });

  it('says which order it assumes for points without names', async () => {
    const said = await notes('11-pose-24.onnx', { keypoint: KEYPOINT });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^own\.onnx: The file does not name its 24 keypoints.*dog-pose/);
  });

  it('says what NMS inside the file means for conf and iou, and nothing of raw output', async () => {
    const [nms] = await notes('11-nms.onnx', { detector: DETECTOR });
    expect(nms).toMatch(/NMS is inside the file.*0\.25.*"conf" cannot.*"iou" is not used/);
    const [rows] = await notes('26-end2end.onnx', { detector: DETECTOR });
    expect(rows).toMatch(/finished boxes\. The recipe’s "iou" is not used\.$/);
    const pose = await notes('11-pose-nms.onnx', { keypoint: KEYPOINT });
    expect(pose.join()).toContain('NMS is inside the file');
    expect(pose.join()).not.toContain('iou');
    expect(await notes('11-raw.onnx', { detector: DETECTOR })).toEqual([]);
  });
});

describe('a manifest beside the embedder', () => {
  it.each(['embedding.json', 'own.json'])('is read from %s, as on the page', async (name) => {
    const dir = await mkdtemp(join(root, 'set-'));
    await writeFile(join(dir, 'own.onnx'), await readFile(new URL('embedder-nhwc.onnx', EXPORTS)));
    const preprocessing = {
      scale: 0.00784313725490196,
      mean: [1, 1, 1],
      std: [1, 1, 1],
      colour: 'BGR',
    };
    await writeFile(join(dir, name), JSON.stringify({ preprocessing }));
    const recipe = { embedder: { resize: 'pil-bilinear', fit: 'center-crop' } };
    await writeFile(join(dir, 'pipeline.json'), JSON.stringify(recipe));
    const loaded = await loadModels(dir, 'embed');
    expect(loaded.recipe.embedder).toMatchObject({ scale: 127.5, mean: [1, 1, 1], colour: 'bgr' });
  });

  it('is not any JSON of that name', async () => {
    const dir = await mkdtemp(join(root, 'set-'));
    await writeFile(join(dir, 'own.onnx'), await readFile(new URL('embedder-nhwc.onnx', EXPORTS)));
    await writeFile(join(dir, 'own.json'), '{"epochs": 3}');
    await expect(loadModels(dir, 'embed')).rejects.toThrow('embedder.resize');
  });
});
