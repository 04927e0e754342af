/**
 * The preprocessing doctor on real runs: the bundled embedder made to want another input, and the bundled sample's
 * chips. A model that is retrained keeps these true as long as it tells the sample's dogs apart at all.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChoiceName, EmbedderRules } from '../../src/core/doctor/candidates';
import { diagnose, type Choice, type Diagnosis } from '../../src/core/doctor/diagnose';
import { HeldChips } from '../../src/core/doctor/heldChips';
import { cropImage } from '../../src/core/image/crop';
import { resize } from '../../src/core/image/resize';
import { readOnnxFile } from '../../src/core/onnx/file';
import { parseRecipe } from '../../src/core/recipe/parse';
import { RESIZE_KERNELS, type Recipe } from '../../src/core/recipe/schema';
import { loadEmbedder } from '../../src/core/stages/load';
import type { RgbImage } from '../../src/core/types';
import { listFolder } from '../../src/platform/node/files';
import { openPipeline } from '../../src/platform/node/openPipeline';
import { openSession } from '../../src/platform/node/session';
import { plantEmbedder, type Plant } from '../plant/plantEmbedder';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = join(ROOT, 'public/sample');
const MODELS = join(ROOT, 'models');
const FACES = join(ROOT, '../shared/data/identity-faces/val');
if (!existsSync(FACES)) console.log('../shared/data/identity-faces is absent: no doctor on it.');

let scratch = '';
let recipe: Recipe;
let model: Uint8Array;
/** Chips of the sample's dogs, as the pipeline cuts them, and whose they are. */
const chips: RgbImage[] = [];
const identities: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'samedog-doctor-'));
  const parsed = parseRecipe(await readFile(join(MODELS, 'pipeline.json'), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.error.message);
  recipe = parsed.value;
  model = new Uint8Array(await readFile(join(MODELS, 'onnx', recipe.embedder.file)));
  const models = {
    detector: join(MODELS, 'onnx', recipe.detector.file),
    keypoint: join(MODELS, 'onnx', recipe.keypoint.file),
    embedder: join(MODELS, 'onnx', recipe.embedder.file),
  };
  const stages = 'detect,keypoints,embed';
  const opened = await openPipeline({ recipe, models, stages, dogs: 'best' });
  if (!opened.ok) throw new Error(opened.error);
  for (const { path, identity } of (await listFolder(SAMPLE)).photos) {
    if (identity === null) continue;
    const bytes = await readFile(join(SAMPLE, path));
    const { image, dogs } = await opened.value.process({ path, identity, bytes });
    if (image === null || dogs[0] === undefined) continue;
    chips.push(cropImage(image, dogs[0].chip.bbox));
    identities.push(identity);
  }
  expect(chips.length).toBeGreaterThanOrEqual(48);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function writePlanted(plant: Plant): Promise<string> {
  const folder = join(scratch, plant);
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'embedding.onnx');
  await writeFile(path, plantEmbedder(model, plant, recipe.embedder));
  return path;
}

async function examine(
  file: string,
  given: EmbedderRules,
  held: readonly RgbImage[] = chips,
): Promise<Diagnosis> {
  const info = readOnnxFile(new Uint8Array(await readFile(file)));
  if (!info.ok) throw new Error(info.error.message);
  const embedder = loadEmbedder(await openSession(file), info.value, given);
  if (!embedder.ok) throw new Error(embedder.error.message);
  const all = new HeldChips();
  for (const chip of held) all.add(chip, () => Promise.resolve(chip));
  const result = await diagnose({
    given,
    identities,
    embed: (rules) => all.embed(embedder.value, rules),
  });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const choice = ({ choices }: Diagnosis, name: ChoiceName): Choice =>
  choices.find((one) => one.name === name)!;

const separationUnder = ({ trials }: Diagnosis, id: string): number =>
  trials.find(({ candidate }) => candidate.id === id)!.separation.score;

describe('a planted model', () => {
  describe('that has mean and std inside', () => {
    let diagnosis: Diagnosis;
    beforeAll(async () => {
      diagnosis = await examine(await writePlanted('plain'), recipe.embedder);
    });

    it('plain 0..1, RGB kept for sure', () => {
      expect(choice(diagnosis, 'values')).toMatchObject({ given: 'imagenet', chosen: '0..1' });
      expect(choice(diagnosis, 'values').rivals).not.toContain('imagenet');
      expect(choice(diagnosis, 'colour')).toMatchObject({ chosen: 'rgb', certainty: 'sure' });
      const used = diagnosis.trials.find(({ candidate }) => candidate.id === diagnosis.givenId)!;
      expect(used.standing).toBe('worse');
    });

    it('leaves the kernel undecided and says why', () => {
      const kernel = choice(diagnosis, 'kernel');
      expect(kernel.certainty).toBe('undecided');
      expect(kernel.rivals).toContain('cv-linear');
      for (const { candidate, standing, behind, behindInterval } of diagnosis.trials) {
        const other = RESIZE_KERNELS.some(
          (name) => name === candidate.words.kernel && name !== kernel.chosen,
        );
        if (!other || standing === 'worse') continue;
        // Either the interval of the difference holds 0, or the difference is under 5 % of the separation.
        const score = separationUnder(diagnosis, diagnosis.recommended.id);
        if (standing === 'within-chance') expect(behindInterval!.low).toBeLessThanOrEqual(0);
        else expect(behind).toBeLessThan(0.05 * score);
      }
      expect(diagnosis.summary).toMatch(/Undecided: .*resize kernel \(pil-bilinear or /);
      expect(diagnosis.summary).toContain('no more than chance, or by under 5 %');
    });
  });

  it('separates under its own recipe exactly as the bundled one does under its own', async () => {
    const file = join(MODELS, 'onnx', recipe.embedder.file);
    const given: EmbedderRules = { ...recipe.embedder, mean: [0, 0, 0], std: [1, 1, 1] };
    const few = chips.slice(0, 15);
    const own = await embedAll(file, recipe.embedder, few);
    const planted = await embedAll(await writePlanted('plain'), given, few);
    const reversed = [...recipe.embedder.mean].reverse() as [number, number, number];
    const std = [...recipe.embedder.std].reverse() as [number, number, number];
    const bgr: EmbedderRules = { ...recipe.embedder, colour: 'bgr', mean: reversed, std };
    const swapped = await embedAll(await writePlanted('bgr'), bgr, few);
    for (let i = 0; i < own.length; i++) {
      expect(Math.abs(planted[i]! - own[i]!)).toBeLessThan(1e-4);
      expect(Math.abs(swapped[i]! - own[i]!)).toBeLessThan(1e-6);
    }
  });
});

async function embedAll(
  file: string,
  rules: EmbedderRules,
  held: readonly RgbImage[],
): Promise<Float32Array> {
  const embedder = loadEmbedder(await openSession(file), null, rules);
  if (!embedder.ok) throw new Error(embedder.error.message);
  const all = new HeldChips();
  for (const chip of held) all.add(chip, () => Promise.resolve(chip));
  return (await all.embed(embedder.value, rules)).data;
}

describe('a wrong fit in pipeline.json', () => {
  it('squash, for sure, where chips are far from square and the recipe says pad', async () => {
    // Chips as a detector of another make might give them: 1:2 to 2:1, which a squash undoes.
    const ratios = [0.5, 1.4, 2, 0.7, 1];
    const odd = chips.map((chip, i) => {
      const side = Math.sqrt(ratios[i % ratios.length]!);
      const width = Math.round(chip.width * side);
      return resize(chip, width, Math.round(chip.height / side), 'pil-bilinear');
    });
    const file = join(MODELS, 'onnx', recipe.embedder.file);
    const diagnosis = await examine(file, { ...recipe.embedder, fit: 'pad' }, odd);
    expect(choice(diagnosis, 'fit')).toMatchObject({
      given: 'pad',
      chosen: 'squash',
      certainty: 'sure',
    });
    expect(diagnosis.summary).toMatch(/^Change \(sure\): fit squash instead of pad/);
  });
});

describe('npm run doctor on a model that wants BGR', () => {
  it('says so, prints the ranked recipes and writes both files', async () => {
    await writePlanted('bgr');
    const out = join(scratch, 'out');
    const run = spawnSync(
      'npx',
      ['tsx', 'scripts/doctor.ts', SAMPLE, '--models', join(scratch, 'bgr'), '--out', out],
      { cwd: ROOT, encoding: 'utf8', timeout: 280_000 },
    );
    expect(run.stderr).not.toContain('rror');
    expect(run.status).toBe(0);
    // Whether twelve dogs make it sure depends on the embedder; that RGB is worse does not.
    expect(run.stdout).toMatch(/Change \((sure|best guess)\): colour order BGR instead of RGB/);
    expect(run.stdout).toMatch(/imagenet rgb squash pil-bilinear .*worse \(in use\)/);
    const diagnosis = JSON.parse(await readFile(join(out, 'doctor.json'), 'utf8')) as Diagnosis;
    const colour = choice(diagnosis, 'colour');
    expect(colour).toMatchObject({ given: 'rgb', chosen: 'bgr' });
    expect(run.stdout).toContain(
      colour.certainty === 'sure' ? 'Change (sure)' : 'Change (best guess)',
    );
    const used = diagnosis.trials.find(({ candidate }) => candidate.id === diagnosis.givenId)!;
    expect(used.standing).toBe('worse');
    expect(used.behindInterval!.low).toBeGreaterThan(0);
    const written = parseRecipe(await readFile(join(out, 'pipeline.json'), 'utf8'));
    if (!written.ok) throw new Error(written.error.message);
    expect(written.value.embedder.colour).toBe('bgr');
    expect(written.value.embedder.mean).toEqual([...recipe.embedder.mean].reverse());
    // The hash of the file that was examined, so that the recipe is refused beside any other.
    expect(written.value.sha256.embedder).not.toBe(recipe.sha256.embedder);
  });

  it.skipIf(!existsSync(FACES))('is sure of it on the faces of 60 real dogs', async () => {
    await writePlanted('bgr');
    const out = join(scratch, 'faces');
    const run = spawnSync(
      'npx',
      [
        ...['tsx', 'scripts/doctor.ts', FACES, '--stages', 'embed'],
        ...['--models', join(scratch, 'bgr'), '--out', out],
      ],
      { cwd: ROOT, encoding: 'utf8', timeout: 280_000 },
    );
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toContain('Change (sure): colour order BGR instead of RGB');
    const diagnosis = JSON.parse(await readFile(join(out, 'doctor.json'), 'utf8')) as Diagnosis;
    expect(choice(diagnosis, 'colour')).toMatchObject({
      given: 'rgb',
      chosen: 'bgr',
      certainty: 'sure',
    });
    expect(choice(diagnosis, 'kernel').certainty).toBe('undecided');
  });

  it('ends with 2 and a sentence where there is nothing to examine', () => {
    const run = spawnSync('npx', ['tsx', 'scripts/doctor.ts', SAMPLE, '--models', '/nowhere'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('doctor: "/nowhere" is not a folder');
  });
});
