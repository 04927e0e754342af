/** The headless run as others script it: its files, its results, its exit codes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/core/results/npy';
import { metricsSchema, resultsSchema, type Results } from '../../src/core/results/schema';
import { AWKWARD_NAME, makePhotoFolder, type PhotoFolder } from './photoFolder';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'samedog-headless-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function verify(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('npx', ['tsx', 'scripts/12_run_full_pipeline.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

async function readResults(dir: string): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(join(dir, 'results.json'), 'utf8')));
}

describe('on the sample', () => {
  let out = '';
  let results: Results;
  let stdout = '';

  beforeAll(async () => {
    out = join(scratch, 'sample');
    const run = verify('public/sample', '--out', out, '--debug-images');
    expect(run.stderr).not.toContain('rror');
    expect(run.status).toBe(0);
    stdout = run.stdout;
    results = await readResults(out);
  });

  it('writes every file of the contract', async () => {
    const names = await readdir(out);
    expect(names.sort()).toEqual([
      'debug',
      'embeddings.npy',
      'metrics.json',
      'results.json',
      'similarity.csv',
      'similarity.npy',
    ]);
    const metrics = metricsSchema.parse(
      JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')),
    );
    expect(metrics).toEqual(results.metrics);
  });

  it('lists every photo once, in code-point order, and draws a debug image of each', async () => {
    const paths = results.photos.map(({ path }) => path);
    expect(paths).toHaveLength(66);
    expect(paths).toEqual([...paths].sort());
    const drawn = await readdir(join(out, 'debug'), { recursive: true });
    for (const path of paths) expect(drawn).toContain(`${path}.jpg`);
  });

  it('has unit rows, one per dog, and a similarity matrix that is their product', async () => {
    const embeddings = readNpy(await readFile(join(out, 'embeddings.npy')));
    const similarity = readNpy(await readFile(join(out, 'similarity.npy')));
    const [rows, dim] = embeddings.shape as [number, number];
    expect(results.embeddings).toEqual({ rows, dim, file: 'embeddings.npy' });
    expect(dim).toBe(512);
    expect(rows).toBe(results.photos.flatMap(({ dogs }) => dogs).length);
    expect(similarity.shape).toEqual([rows, rows]);
    for (let i = 0; i < rows; i += 7) {
      for (let j = 0; j < rows; j += 5) {
        let sum = 0;
        for (let k = 0; k < dim; k++)
          sum += embeddings.data[i * dim + k]! * embeddings.data[j * dim + k]!;
        expect(similarity.data[i * rows + j]).toBeCloseTo(sum, 6);
        if (i === j) expect(sum).toBeCloseTo(1, 6);
      }
    }
  });

  it('writes the same similarities to the CSV, with paths as headers', async () => {
    const lines = (await readFile(join(out, 'similarity.csv'), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(results.embeddings.rows + 1);
    expect(lines[0]!.split(',').length).toBe(results.embeddings.rows + 1);
  });

  it('finds a dog in at least 54 of 60 photos and in at most 1 of the 6 without', () => {
    const withDog = results.photos.filter(({ path }) => path.includes('/'));
    const without = results.photos.filter(({ path }) => !path.includes('/'));
    expect(withDog).toHaveLength(60);
    expect(without).toHaveLength(6);
    expect(withDog.filter(({ status }) => status === 'embedded').length).toBeGreaterThanOrEqual(54);
    expect(without.filter(({ status }) => status === 'embedded').length).toBeLessThanOrEqual(1);
  });

  it('cuts a face chip in at least half of the photos whose truth shows both eyes and the nose', async () => {
    const truth = JSON.parse(await readFile(join(ROOT, 'public/sample/truth.json'), 'utf8')) as {
      photos: { path: string; keypoints: { name: string; visible: boolean }[] }[];
    };
    const faces = truth.photos.filter(({ keypoints }) =>
      ['left_eye', 'right_eye', 'nose'].every((name) =>
        keypoints.some((point) => point.name === name && point.visible),
      ),
    );
    expect(faces.length).toBeGreaterThanOrEqual(30);
    const cut = faces.filter(({ path }) =>
      results.photos.some((photo) => photo.path === path && photo.dogs[0]?.branch === 'face'),
    );
    console.log(`face chips: ${cut.length} of ${faces.length} photos that show eyes and nose`);
    expect(cut.length * 2).toBeGreaterThanOrEqual(faces.length);
  });

  it('asks one query per dog, its first embedded photo, never finding itself', () => {
    expect(results.queries).toHaveLength(results.metrics.counts.dogs);
    for (const query of results.queries) {
      const own = results.photos.filter(
        ({ identity, status }) => identity === query.identity && status === 'embedded',
      );
      expect(query.path).toBe(own[0]!.path);
      expect(query.matches).toHaveLength(5);
      expect(query.matches.map(({ path }) => path)).not.toContain(query.path);
      expect(query.matches.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
      const scores = query.matches.map(({ similarity }) => similarity);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    }
  });

  it('prints stages, matrix, galleries and figures with their counts', () => {
    expect(stdout).toMatch(/embedded {2}\d+ of 66/);
    expect(stdout).toMatch(/Cosine similarity \(12 of \d+ rows/);
    expect(stdout).toMatch(/Recall@1 .*\d+ of \d+ queries/);
    expect(stdout).toMatch(/same dog {3}mean similarity .*genuine pairs/);
    expect(stdout).toMatch(/other dog {2}mean similarity .*impostor pairs/);
  });

  it('names the models by the hashes of their files', async () => {
    for (const [slot, reference] of Object.entries(results.models)) {
      const file = await readFile(join(ROOT, 'models/onnx', reference!.file));
      expect(createHash('sha256').update(file).digest('hex'), slot).toBe(reference!.sha256);
    }
  });
});

describe('on a folder with everything that goes wrong', () => {
  let folder: PhotoFolder;
  let results: Results;

  beforeAll(async () => {
    folder = await makePhotoFolder(join(scratch, 'photos'));
    const out = join(scratch, 'photos-out');
    const run = verify(folder.root, '--out', out);
    expect(run.status).toBe(0);
    results = await readResults(out);
  });

  it('lists every file, more than 120 of them', () => {
    expect(results.photos.length).toBeGreaterThan(120);
    expect(results.photos.map(({ path }) => path).sort()).toEqual(
      [...folder.expected.keys()].sort(),
    );
  });

  it('fails what must fail and nothing else, each with its cause', () => {
    const wrong = results.photos
      .filter(({ path, status }) => {
        const wanted = folder.expected.get(path);
        return wanted !== 'any' && (wanted === 'failed') !== (status === 'failed');
      })
      .map(({ path, status, failure }) => `${path}: ${status} ${failure?.code ?? ''}`);
    expect(wrong).toEqual([]);
    for (const { failure, status } of results.photos) {
      expect(failure === null).toBe(status !== 'failed');
      if (failure !== null) expect(failure.message.length).toBeGreaterThan(20);
    }
    const code = (path: string): string | undefined =>
      results.photos.find((photo) => photo.path === path)?.failure?.code;
    expect(code('broken/zero_bytes.jpg')).toBe('empty-file');
    expect(code('broken/truncated.jpg')).toBe('corrupt-image');
    expect(code('broken/text_renamed.jpg')).toBe('not-an-image');
    expect(code('broken/header_bomb.png')).toBe('image-too-large');
    expect(code('broken/photo.heic')).toBe('unsupported-format');
    expect(code('broken/photo.tiff')).toBe('unsupported-format');
  });

  it('counts what it ignored', () => {
    expect(results.ignored.map(({ path }) => path).sort()).toEqual([...folder.ignored].sort());
  });

  it('sees all eight orientations alike', () => {
    const turned = results.photos.filter(({ path }) => path.startsWith('exif/'));
    expect(turned).toHaveLength(8);
    expect(new Set(turned.map(({ width, height }) => `${width}x${height}`)).size).toBe(1);
    expect(new Set(turned.map(({ status }) => status)).size).toBe(1);
  });

  it('takes an awkward name as a name', () => {
    const photo = results.photos.find(({ path }) => path.endsWith(AWKWARD_NAME));
    expect(photo?.identity).toBe('dog 01');
  });

  it('gives a photo at the root no identity and lets it enter no figure', () => {
    const photo = results.photos.find(({ path }) => path === 'at-the-root.jpg');
    expect(photo?.identity).toBeNull();
    const labelled = results.photos.filter((p) => p.identity !== null && p.status === 'embedded');
    expect(results.metrics.counts.queries).toBeLessThanOrEqual(labelled.length);
  });
});

describe('exit status', () => {
  it.each([
    ['no such folder', ['no/such/folder'], /not a folder/],
    ['unknown stages', ['public/sample', '--stages', 'keypoints'], /stages/],
    ['unknown flag', ['public/sample', '--colour'], /colour/],
    ['a models folder that is none', ['public/sample', '--models', 'no/such'], /--models/],
  ])('2 for %s, with one clear line', (_, args, message) => {
    const run = verify(...args);
    expect(run.status).toBe(2);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(message);
  });

  it('2 for a model without a recipe, naming the key', async () => {
    const dir = join(scratch, 'models-without-recipe');
    await mkdir(dir);
    await cp(join(ROOT, 'models/onnx/detector.onnx'), join(dir, 'my-detector.onnx'));
    const run = verify('public/sample', '--models', dir);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('detector.conf');
    expect(run.stderr).toContain('my-detector.onnx');
  });

  it('2 for a model file that is none', async () => {
    const dir = join(scratch, 'models-broken');
    await mkdir(dir);
    await writeFile(join(dir, 'detector.onnx'), '<!DOCTYPE html><html></html>');
    const run = verify('public/sample', '--models', dir);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('detector.onnx');
  });

  it('1 for a run that embedded nothing, which still writes every file', async () => {
    const dir = join(scratch, 'nothing');
    await mkdir(dir);
    await writeFile(join(dir, 'empty.jpg'), '');
    const out = join(scratch, 'nothing-out');
    const run = verify(dir, '--out', out);
    expect(run.status).toBe(1);
    expect((await readdir(out)).sort()).toEqual([
      'embeddings.npy',
      'metrics.json',
      'results.json',
      'similarity.csv',
      'similarity.npy',
    ]);
    const results = await readResults(out);
    expect(results.metrics.identification.recallAt1.value).toBeNull();
  });

  it('0 for a folder without identities, figures null with a reason', async () => {
    const dir = join(scratch, 'loose');
    await mkdir(dir);
    const [dog] = (await readdir(join(ROOT, 'public/sample'), { withFileTypes: true })).filter(
      (entry) => entry.isDirectory(),
    );
    const from = join(ROOT, 'public/sample', dog!.name);
    for (const name of await readdir(from)) await cp(join(from, name), join(dir, name));
    const out = join(scratch, 'loose-out');
    expect(verify(dir, '--out', out, '--stages', 'embed').status).toBe(0);
    const results = await readResults(out);
    expect(results.metrics.identification.recallAt1).toMatchObject({ value: null });
    expect(results.photos.every(({ dogs }) => dogs[0]?.branch === 'photo')).toBe(true);
    expect(results.queries).toEqual([]);
  });
});
