/** `compare` and `rehearse` as a user runs them, on saved runs of both forms. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/core/evaluation/evaluate';
import { openRun } from '../../../src/core/evaluation/savedRun';
import { encodeFloats } from '../../../src/core/results/base64';
import { writeNpy } from '../../../src/core/results/npy';
import { folderOf, type Folder } from './random';
import { photosOf } from './run';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let work = '';
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'samedog-runs-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const recipe: unknown = JSON.parse(readFileSync(join(root, 'models/pipeline.json'), 'utf8'));

/** The content of a results.json without its vectors. */
function resultsOf(
  folder: Folder,
  embeddings: object,
  change: object = {},
): Record<string, unknown> {
  const { matrix, rows } = folder;
  const n = matrix.rows;
  return {
    schema: 'samedog.results/1',
    complete: true,
    tool: {
      name: 'samedog',
      version: '0.1.0',
      platform: 'node',
      backend: 'cpu',
      decoder: 'sharp',
      stages: 'detect,keypoints,embed',
      dogs: 'best',
      topK: 5,
    },
    recipe,
    models: { detector: null, keypoint: null, embedder: null },
    ignored: [],
    photos: photosOf(folder),
    embeddings: { rows: n, dim: matrix.dim, ...embeddings },
    queries: [],
    metrics: evaluate({
      matrix,
      rows,
      counts: { photos: n, embedded: n, noDog: 0, failed: 0 },
      options: { intervals: false },
    }),
    ...change,
  };
}

/** Writes a run folder with an .npy file beside results.json, as the headless run does. */
function runFolder(name: string, folder: Folder): string {
  const path = join(work, name);
  mkdirSync(path);
  writeFileSync(
    join(path, 'results.json'),
    JSON.stringify(resultsOf(folder, { file: 'embeddings.npy' })),
  );
  const { data, rows, dim } = folder.matrix;
  writeFileSync(join(path, 'embeddings.npy'), writeNpy(data, [rows, dim]));
  return path;
}

/** Writes one results.json with inline vectors, as the page does. */
function inlineRun(name: string, folder: Folder, change: object = {}): string {
  const path = join(work, `${name}.json`);
  writeFileSync(
    path,
    JSON.stringify(resultsOf(folder, { data: encodeFloats(folder.matrix.data) }, change)),
  );
  return path;
}

function command(
  script: string,
  ...args: string[]
): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts', script), ...args],
    { cwd: root, encoding: 'utf8' },
  );
  return { status, out: stdout, err: stderr };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('openRun', () => {
  const folder = folderOf(1, [3, 2], { dim: 8 });
  it('reads both forms to the same rows and bits', () => {
    const { data, rows, dim } = folder.matrix;
    const inline = openRun(resultsOf(folder, { data: encodeFloats(data) }));
    const beside = openRun(resultsOf(folder, { file: 'e.npy' }), writeNpy(data, [rows, dim]));
    if (!inline.ok || !beside.ok) throw new Error('a run was refused');
    expect(inline.value.matrix).toEqual(folder.matrix);
    expect(beside.value).toEqual({ ...inline.value, results: beside.value.results });
    expect(inline.value.rows).toEqual(folder.rows);
  });

  it.each([
    ['a missing file', {}, /must lie beside|no embeddings/],
    ['vectors cut short', { data: encodeFloats(new Float32Array(8)) }, /8 values, not 5 rows of 8/],
    [
      'a vector that is not finite',
      { data: encodeFloats(new Float32Array(40).fill(NaN)) },
      /finite/,
    ],
    ['no base64', { data: '*' }, /cannot be read/],
  ])('refuses %s', (_what, embeddings, message) => {
    const result = openRun(resultsOf(folder, embeddings));
    if (result.ok) throw new Error('accepted');
    expect(result.error.message).toMatch(message);
  });

  it('refuses rows that are used twice', () => {
    const results = resultsOf(folder, { data: encodeFloats(folder.matrix.data) });
    const photos = photosOf(folder).map((photo) => ({
      ...photo,
      dogs: photo.dogs.map((dog) => ({ ...dog, row: 0 })),
    }));
    expect(openRun({ ...results, photos })).toMatchObject({ ok: false });
  });
});

describe('npm run compare', () => {
  it('compares a run folder with an exported results.json and writes compare.json', () => {
    const a = runFolder('a', folderOf(2, Array<number>(8).fill(4), { dim: 16, spread: 1.6 }));
    const b = inlineRun('b', folderOf(2, Array<number>(8).fill(4), { dim: 16, spread: 0.5 }));
    const out = join(work, 'compared');
    const result = command('compare_runs.ts', a, b, '--out', out, '--draws', '200');
    expect(result.err).toBe('');
    expect(result.status).toBe(0);
    expect(result.out).toMatch(/32 labelled photos embedded by both \(8 dogs, 32 queries\)/);
    expect(result.out).toMatch(/B is better than A/);
    expect(readJson(join(out, 'compare.json'))).toMatchObject({
      schema: 'samedog.compare/1',
      counts: { common: 32 },
      resampling: { draws: 200 },
      stages: { photos: 32, movedBoxes: 0 },
    });
  });

  it('follows the decisions that the runs carry, and says where they are not the same', () => {
    const folder = folderOf(3, [3, 3, 3], { dim: 16 });
    const [first, , , second] = folder.rows.map(({ path }) => path);
    const decisions = [
      { a: first, b: second, verdict: 'same' },
      { a: folder.rows[4]!.path, b: folder.rows[5]!.path, verdict: 'different' },
    ];
    const plain = inlineRun('plain', folder);
    const decided = inlineRun('decided', folder, { decisions });
    const out = join(work, 'differ');
    const differ = command('compare_runs.ts', plain, decided, '--out', out, '--draws', '20');
    expect(differ.out).toMatch(
      /7 labelled photos .*0 only in A, 0 only in B, 2 with another label/,
    );
    expect(differ.out).toMatch(/Note: A carries 0 decisions on labels, B 2 decisions/);
    expect(readJson(join(out, 'compare.json'))).toMatchObject({
      a: { decisions: 0 },
      b: { decisions: 2 },
      counts: { common: 7, relabelled: 2, onlyA: 0 },
    });
    const same = command('compare_runs.ts', decided, decided, '--out', out, '--draws', '20');
    expect(same.out).toMatch(/8 labelled photos embedded by both \(3 dogs, 8 queries\)/);
    expect(same.out).toMatch(/Both runs carry the same 2 decisions/);
  });

  it('ends 2 with one line for a missing run, 2 for a wrong option, 1 when nothing is shared', () => {
    const a = inlineRun('c', folderOf(2, [2, 2]));
    const missing = command('compare_runs.ts', a, join(work, 'nowhere'));
    expect(missing.status).toBe(2);
    expect(missing.err.trim().split('\n')).toEqual([
      expect.stringMatching(/nowhere" does not exist/),
    ]);
    expect(command('compare_runs.ts', a).status).toBe(2);
    expect(command('compare_runs.ts', a, a, '--draws', 'x').status).toBe(2);
    const other = folderOf(2, [2, 2]);
    const renamed = other.rows.map((row) => ({ ...row, path: `z/${row.path}` }));
    const none = command('compare_runs.ts', a, inlineRun('d', { ...other, rows: renamed }));
    expect(none.out).toMatch(/no labelled, embedded photo in common/);
    expect(none.status).toBe(1);
  });
});

describe('npm run rehearse', () => {
  it('prints what becomes of each dog and writes rehearsal.json', () => {
    const run = runFolder('e', folderOf(5, [6, 6, 5, 1], { dim: 32, spread: 0.6 }));
    const out = join(work, 'rehearsed');
    const result = command('rehearse_library.ts', run, '--out', out, '--orders', '3');
    expect(result.err).toBe('');
    expect(result.status).toBe(0);
    expect(result.out).toMatch(/dog-000 becomes \d+ (person|people)/);
    expect(result.out).toMatch(/Recommended: maxDistance/);
    const report = readJson(join(out, 'rehearsal.json')) as { sweep: unknown[] };
    expect(report).toMatchObject({
      schema: 'samedog.rehearsal/1',
      counts: { faces: 18, dogs: 4 },
      randomOrders: { count: 3 },
    });
    expect(report.sweep.length).toBe(55);
  });

  it('follows the decisions, and says what the run cannot show', () => {
    const folder = folderOf(5, [6, 6, 5, 1], { dim: 32, spread: 0.6 });
    const [a, b] = [folder.rows[17]!.path, folder.rows[0]!.path];
    const run = inlineRun('judged', folder, { decisions: [{ a, b, verdict: 'same' }] });
    const out = join(work, 'judged');
    const result = command('rehearse_library.ts', run, '--out', out, '--orders', '1');
    expect(result.out).toMatch(/with one of 3 names/);
    expect(result.out).toMatch(/Names follow 1 decision on labels/);
    expect(result.out).toMatch(/Note: The run took only the best dog of each photo/);
    expect(readJson(join(out, 'rehearsal.json'))).toMatchObject({
      counts: { dogs: 3 },
      run: {
        tool: { dogs: 'best', platform: 'node' },
        models: { embedder: null },
        preview: null,
        secondDogs: false,
        decisions: 1,
      },
      notes: expect.arrayContaining([expect.stringMatching(/second dogs/)]) as unknown,
    });
  });

  it('ends 2 for what is no run', () => {
    const path = join(work, 'broken.json');
    writeFileSync(path, '{');
    const broken = command('rehearse_library.ts', path);
    expect(broken.status).toBe(2);
    expect(broken.err).toMatch(/^rehearse: .*is not JSON/);
    expect(command('rehearse_library.ts', work).err).toMatch(/holds no results.json/);
  });
});
