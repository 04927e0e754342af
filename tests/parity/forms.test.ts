/**
 * Output forms that nobody can read for sure: the headless run and its plain Python counterpart both end with 2 and
 * name the file, before any photo is run. The Python half needs scripts/requirements.txt and is skipped, with the
 * reason printed, where that is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recipe } from '../../src/core/recipe/schema';
import { plantFourAxes, plantMetadata } from '../plant/plantForm';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODELS = join(ROOT, 'models');
const PHOTOS = join(ROOT, 'public/sample/Biscuit');

function findPython(): string | null {
  const candidates = [process.env['SAMEDOG_PYTHON'], join(ROOT, '.venv/bin/python'), 'python3'];
  const needed = 'import onnxruntime, onnx, numpy, PIL, cv2, sklearn';
  for (const path of candidates) {
    if (path !== undefined && spawnSync(path, ['-c', needed]).status === 0) return path;
  }
  return null;
}

const python = findPython();
if (python === null) {
  console.warn(
    'SKIPPED: output forms in Python. No Python with scripts/requirements.txt was found: set SAMEDOG_PYTHON.',
  );
}

const FORMS = [
  {
    name: 'an output of four axes',
    plant: plantFourAxes,
    node: /detector\.onnx/,
    python: /detector\.onnx: output \[.*\] is none of raw, nms=True and end-to-end/,
  },
  {
    name: 'a model of another task',
    plant: (model: Uint8Array) => plantMetadata(model, { task: 'segment' }),
    node: /detector\.onnx.*segment/,
    python: /detector\.onnx is a segment model where a detect model is needed/,
  },
] as const;

describe.each(FORMS)('$name', ({ plant, node, python: said }) => {
  let scratch = '';
  let models = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'samedog-forms-'));
    models = join(scratch, 'models');
    await mkdir(models);
    const recipe = JSON.parse(await readFile(join(MODELS, 'pipeline.json'), 'utf8')) as Recipe;
    await writeFile(
      join(models, 'pipeline.json'),
      JSON.stringify({ ...recipe, sha256: {} }, null, 2),
    );
    for (const { file } of [recipe.detector, recipe.keypoint, recipe.embedder]) {
      const bytes = new Uint8Array(await readFile(join(MODELS, 'onnx', file)));
      await writeFile(join(models, file), file === recipe.detector.file ? plant(bytes) : bytes);
    }
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  async function refusedBy(command: string, args: readonly string[]): Promise<string> {
    const out = join(scratch, 'out');
    const run = spawnSync(command, [...args, PHOTOS, '--models', models, '--out', out], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(run.stderr).not.toMatch(/Traceback|\n\s+at /);
    expect(run.status, run.stderr).toBe(2);
    expect(existsSync(out) ? await readdir(out) : []).toEqual([]);
    return run.stderr;
  }

  it('ends the headless run with 2 and a sentence that names the file', async () => {
    const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    const text = await refusedBy(process.execPath, [tsx, 'scripts/12_run_full_pipeline.ts']);
    expect(text).toMatch(node);
  });

  it.skipIf(python === null)('ends the Python counterpart with 2, likewise', async () => {
    expect(await refusedBy(python!, ['scripts/12_run_full_pipeline.py'])).toMatch(said);
  });
});
