/** Page and headless run say the same about the same folder: every photo, every box, every vector. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { evaluate, type FullMetrics } from '../../src/core/evaluation/evaluate';
import { decodeFloats } from '../../src/core/results/base64';
import { resultsSchema } from '../../src/core/results/schema';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { AWKWARD_NAME, makePhotoFolder, type PhotoFolder } from './photoFolder';
import {
  BOX_TOLERANCE,
  boxGap,
  cosine,
  dogsOf,
  headlessRun,
  NEIGHBOUR_CROP_COSINE,
  ROOT,
  SAME_COSINE,
  type Run,
} from './runs';

const executable = findChromium();

const WEBGPU_COSINE = 0.999;

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'samedog-agree-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const headless = (folder: string, name: string, ...flags: string[]): Promise<Run> =>
  headlessRun(folder, join(scratch, name), ...flags);

/** JPEGs and our own PNG reader are exact on both; other codecs are the platform's own. */
const readAlike = (path: string): boolean => /\.(jpe?g|png)$/i.test(path) && !path.includes('cmyk');

/**
 * The run's figures without photos of other codecs: the folder holds many copies of one photo, so a pixel
 * more or less in one of them puts another copy first.
 */
function figuresOf(run: Run): FullMetrics {
  const { matrix, rows } = dogsOf(run, (_, path) => readAlike(path));
  return evaluate({
    matrix,
    rows,
    counts: { ...run.results.metrics.counts, embedded: rows.length },
    options: { intervals: false },
  });
}

/** Runs the folder in the page and reads its export. */
async function inPage(
  browser: Browser,
  folder: string,
  options: { readonly webgpu?: boolean; readonly minutes?: number } = {},
): Promise<Run & { watch: Watch; status: string; text: string }> {
  const context = await browser.newContext({ acceptDownloads: true });
  const { page, watch } = await openPage(context, inject('pageUrl'));
  if (options.webgpu === true) {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('radio', { name: 'WebGPU' }).click();
    await page.keyboard.press('Escape');
  }
  await page.getByLabel('Choose folder').setInputFiles(folder);
  const status = page.getByRole('status').filter({ hasText: /^Done: / });
  await status.waitFor({ timeout: (options.minutes ?? 8) * 60_000 });
  const done = await status.innerText();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export results' }).click(),
  ]);
  const file = join(scratch, `page-${Date.now()}.json`);
  await download.saveAs(file);
  expect(download.suggestedFilename()).toBe('results.json');
  const results = resultsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const text = await page.locator('body').innerText();
  await context.close();
  return {
    results,
    vectors: decodeFloats(results.embeddings.data ?? ''),
    watch,
    status: done,
    text,
  };
}

describe.skipIf(executable === null)('page and headless run', () => {
  let browser: Browser;
  let folder: PhotoFolder;
  let node: Run;
  let page: Awaited<ReturnType<typeof inPage>>;

  beforeAll(async () => {
    browser = await launch(executable!);
    folder = await makePhotoFolder(join(scratch, 'photos'));
    node = await headless(folder.root, 'photos-out');
    page = await inPage(browser, folder.root);
  });
  afterAll(() => browser.close());

  it('list the same files, and ignore the same', () => {
    expect(node.results.photos.length).toBeGreaterThan(120);
    expect(page.results.photos.map(({ path }) => path)).toEqual(
      node.results.photos.map(({ path }) => path),
    );
    expect(page.results.ignored).toEqual(node.results.ignored);
  });

  it('give every photo the same identity, status, size, time and cause of failure', () => {
    const facts = ({ results }: Run): unknown[] =>
      results.photos.map(({ path, identity, status, failure, width, height, sha256, takenAt }) => ({
        path,
        identity,
        status,
        code: failure?.code ?? null,
        width,
        height,
        sha256,
        takenAt,
      }));
    expect(facts(page)).toEqual(facts(node));
  });

  it('find the same boxes, branches, chips and vectors', () => {
    let compared = 0;
    let worst = 1;
    const neighbours: string[] = [];
    node.results.photos.forEach((photo, i) => {
      const other = page.results.photos[i]!;
      expect(other.dogs.length, photo.path).toBe(photo.dogs.length);
      photo.dogs.forEach((dog, d) => {
        const twin = other.dogs[d]!;
        if (!readAlike(photo.path)) return;
        compared += 1;
        expect(boxGap(dog, twin), photo.path).toBeLessThanOrEqual(BOX_TOLERANCE);
        expect(twin.branch, photo.path).toBe(dog.branch);
        expect(twin.reason, photo.path).toBe(dog.reason);
        const similarity = cosine(node, page, dog.row, twin.row);
        if (dog.chip.join() === twin.chip.join()) {
          worst = Math.min(worst, similarity);
          expect(similarity, photo.path).toBeGreaterThanOrEqual(SAME_COSINE);
        } else {
          neighbours.push(photo.path);
          expect(similarity, photo.path).toBeGreaterThanOrEqual(NEIGHBOUR_CROP_COSINE);
        }
      });
    });
    console.log(
      `${compared} dogs compared, smallest cosine ${worst.toFixed(7)}; crops that differ by a pixel: ${neighbours.join(', ') || 'none'}`,
    );
    expect(compared).toBeGreaterThan(60);
    expect(neighbours.length).toBeLessThanOrEqual(compared / 20);
  });

  it('give the same figures of the photos whose pixels are the same', () => {
    expect(page.results.metrics.counts).toEqual(node.results.metrics.counts);
    const [a, b] = [figuresOf(page), figuresOf(node)];
    expect(a.counts).toEqual(b.counts);
    expect(a.counts.queries).toBeGreaterThan(60);
    for (const key of ['recallAt1', 'recallAt5', 'recallAt10', 'mAP'] as const) {
      expect(a.identification[key].value, key).toBeCloseTo(b.identification[key].value!, 3);
    }
    for (const key of ['auc', 'eer'] as const) {
      expect(a.verification[key].value, key).toBeCloseTo(b.verification[key].value!, 3);
    }
  });

  it('the page names the broken file and the photo without a dog, and an awkward name is only text', () => {
    expect(page.status).toMatch(/^Done: \d+ photos, \d+ embedded, \d+ no dog, \d+ failed/);
    expect(page.text).toContain('No dog');
    expect(page.text).toContain('broken/');
    expect(page.results.photos.some(({ path }) => path.endsWith(AWKWARD_NAME))).toBe(true);
  });

  it('the page asks no other origin and logs no error', () => {
    expect(page.watch.foreign).toEqual([]);
    expect(page.watch.errors).toEqual([]);
  });
});

describe.skipIf(executable === null)('WebGPU, chosen by hand, on the software adapter', () => {
  it('gives the same vectors as the native runtime', { timeout: 1_200_000 }, async () => {
    const folder = join(scratch, 'three');
    const dogs = (await readdir(join(ROOT, 'public/sample'), { withFileTypes: true })).filter(
      (entry) => entry.isDirectory(),
    );
    for (const dog of dogs.slice(0, 2)) {
      await mkdir(join(folder, dog.name), { recursive: true });
      const from = join(ROOT, 'public/sample', dog.name);
      const [first] = (await readdir(from)).filter((name) => name.endsWith('.jpg')).sort();
      await cp(join(from, first!), join(folder, dog.name, first!));
    }
    const browser = await launch(executable!, ['--enable-unsafe-webgpu']);
    const gpu = await inPage(browser, folder, { webgpu: true, minutes: 18 });
    await browser.close();
    const node = await headless(folder, 'three-out');
    expect(gpu.results.tool.backend).toMatch(/webgpu/i);
    expect(node.results.embeddings.rows).toBeGreaterThanOrEqual(2);
    expect(gpu.results.embeddings.rows).toBe(node.results.embeddings.rows);
    for (let row = 0; row < node.results.embeddings.rows; row++) {
      expect(cosine(node, gpu, row, row)).toBeGreaterThanOrEqual(WEBGPU_COSINE);
    }
  });
});
