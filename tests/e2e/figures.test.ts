/** A saved run on the built page: the headless run's figures to the last digit, pictures by hash, names, threshold. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadRun } from '../../scripts/runs/load';
import type { RunMetrics } from '../../src/core/evaluation/report';
import { openRun } from '../../src/core/evaluation/savedRun';
import { readNpy } from '../../src/core/results/npy';
import { metricsSchema, type Results } from '../../src/core/results/schema';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { exportResults, seriousFaults, showView, VIEWS, waitForStatus } from './pageSteps';
import { differingPhotos } from './runs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = join(ROOT, 'public/sample');
const FACES = join(ROOT, '../shared/data/identity-faces/val');
const executable = findChromium();

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'samedog-figures-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function headless(folder: string, out: string, ...flags: string[]): string {
  const dir = join(scratch, out);
  const script = 'scripts/12_run_full_pipeline.ts';
  const run = spawnSync('npx', ['tsx', script, folder, '--out', dir, ...flags], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  return dir;
}

const metricsOf = async (dir: string): Promise<RunMetrics> =>
  JSON.parse(await readFile(join(dir, 'metrics.json'), 'utf8')) as RunMetrics;

/** Every `{value, n, low, high}` of metrics.json by its path. */
function figuresOf(value: unknown, at = ''): Map<string, number | null> {
  const found = new Map<string, number | null>();
  if (typeof value !== 'object' || value === null) return found;
  if ('value' in value) return found.set(at, value.value as number | null);
  for (const [key, inner] of Object.entries(value)) {
    for (const [path, figure] of figuresOf(inner, `${at}/${key}`)) found.set(path, figure);
  }
  return found;
}

async function openFiles(page: Page, dir: string, ...names: string[]): Promise<string> {
  await page.getByLabel('Open a saved run').setInputFiles(names.map((name) => join(dir, name)));
  return waitForStatus(page, /^Opened: /);
}

describe.skipIf(executable === null)('a saved run of the sample', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watch: Watch;
  let run = '';
  let metrics: RunMetrics;

  beforeAll(async () => {
    run = headless(SAMPLE, 'sample');
    metrics = await metricsOf(run);
    browser = await launch(executable!);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    // No model is ever served: what is tested here needs none.
    await context.route('**/*.onnx', (route) => route.abort());
    ({ page, watch } = await openPage(context, inject('pageUrl')));
  });
  afterAll(() => browser.close());

  it('has figures of its own when only results.json is there, and says what is missing', async () => {
    await openFiles(page, run, 'results.json');
    await showView(page, 'Verdict');
    const { recallAt1 } = metrics.identification;
    if (recallAt1.value === null) throw new Error(recallAt1.reason);
    await page
      .getByRole('heading', {
        name: `The right dog comes first for ${Math.round(recallAt1.value * recallAt1.n)} of ${recallAt1.n} photos`,
      })
      .waitFor();
    await page.getByText('The vectors are not here').waitFor();
    await showView(page, 'Matrix');
    await page.getByText('embeddings.npy').waitFor();
  });

  it('with its vectors has the figures of the headless run to the last digit', async () => {
    await openFiles(page, run, 'results.json', 'embeddings.npy');
    await showView(page, 'Verdict');
    await page.getByRole('navigation', { name: 'Parts of the verdict' }).waitFor();
    const results = await exportResults(page);
    expect(metricsSchema.parse(results.metrics)).toEqual(metrics);
    const saved = JSON.parse(await readFile(join(run, 'results.json'), 'utf8')) as Results;
    expect(results.queries).toEqual(saved.queries);
    expect(results.photos).toEqual(saved.photos);
    expect(results.tool).toEqual(saved.tool);
    const npy = readNpy(await readFile(join(run, 'embeddings.npy')));
    expect(results.embeddings.rows).toBe(npy.shape[0]);
    console.log(`${figuresOf(metrics).size} figures of the sample equal in page and headless run`);
  });

  it('shows every figure with its floors, for photos and for dogs', async () => {
    const table = page.getByRole('table').first();
    const { macro } = metrics.identification;
    await page.getByRole('radio', { name: 'Mean over dogs' }).click();
    for (const figure of Object.values(macro)) {
      if (figure.value === null) throw new Error(figure.reason);
      const text = (await table.innerText()).replace(/\s+/g, ' ');
      expect(text).toContain(`${(100 * figure.value).toFixed(1)} %`);
      expect(text).toContain(`${figure.n} dogs`);
    }
    const rows = await table.locator('tbody tr:has(td)').allInnerTexts();
    // Value, interval, chance and colours; refused figures have their reason.
    for (const row of rows) {
      if (!row.includes('Not given')) expect(row.match(/ %/g)?.length).toBeGreaterThanOrEqual(4);
    }
    expect(rows.join()).toContain('Not given: FAR 0.1 % needs at least 10000 impostor pairs');
    await page.getByRole('radio', { name: 'Mean over photos' }).click();
  });

  it('lists dogs worst first, and a click opens the photos of one', async () => {
    const dogs = page.getByRole('button', { name: /find the dog first; open its photos$/ });
    const shares = (
      await dogs.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
    ).map((label) => {
      const [, right, of] = /: (\d+) of (\d+) photos? find/.exec(label ?? '')!.map(Number);
      return right! / of!;
    });
    expect(shares).toHaveLength(metrics.counts.dogs - metrics.counts.singletons);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    const first = (await dogs.first().getAttribute('aria-label'))!.split(':')[0]!;
    await dogs.first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Only ${first}: show all dogs` }).waitFor();
    expect(await page.locator('[data-photo]').count()).toBe(5);
    await page.getByRole('button', { name: `Only ${first}: show all dogs` }).click();
  });

  it('colours matrix and galleries by the chosen threshold, in words too', async () => {
    await showView(page, 'Verdict');
    await page.getByRole('button', { name: 'Choose it' }).click();
    await showView(page, 'Matrix');
    const legend = page.getByRole('list', { name: /^Pairs at threshold/ });
    const counts = (await legend.locator('b').allInnerTexts()).map((text) =>
      Number(text.replace(',', '')),
    );
    const { genuinePairs, impostorPairs } = metrics.verification;
    expect(counts[0]! + counts[2]!).toBe(genuinePairs);
    expect(counts[1]! + counts[3]!).toBe(impostorPairs);
    await showView(page, 'Galleries');
    await page
      .getByRole('button', { name: /(called the same dog|called different dogs)/ })
      .first()
      .waitFor();
    expect((await exportResults(page)).threshold).toBeGreaterThan(0);
  });

  it('gets its pictures from the folder, which runs nothing, and its figures stay', async () => {
    await page.getByLabel('Choose folder').setInputFiles(SAMPLE);
    await page.getByText(/Pictures of 66 of 66 photos restored/).waitFor({ timeout: 240_000 });
    await showView(page, 'Photos');
    await page.locator('[data-photo] img').first().waitFor();
    const results = await exportResults(page);
    // Colours and causes are computed here now, from the pictures and the truth of the folder.
    expect(metricsSchema.parse(results.metrics)).toEqual(metrics);
    expect(results.tool.platform).toBe('node');
  });

  it('takes names from a pattern with a live preview, and back from the folders', async () => {
    await page.getByRole('button', { name: /^Identities/ }).click();
    await page.getByRole('radio', { name: /Pattern/ }).click();
    const input = page.getByLabel('Pattern with a group named identity');
    await input.fill('/(?<who>.)');
    await page.getByText('the pattern needs a group named identity', { exact: false }).waitFor();
    await input.fill('/(?<identity>\\d)\\.jpg$');
    await page.getByText('60 of 66 photos', { exact: false }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'In use' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Identities: 5 dogs, from a pattern/ }).waitFor();
    const results = await exportResults(page);
    expect(results.metrics.counts.dogs).toBe(5);
    await page.getByRole('button', { name: /^Identities/ }).click();
    await page.getByRole('radio', { name: /Folders/ }).click();
    await page.keyboard.press('Escape');
    expect(metricsSchema.parse((await exportResults(page)).metrics)).toEqual(metrics);
  });

  it('takes a CSV whose splits and dogs seen in training are shown', async () => {
    const csv = join(scratch, 'names.csv');
    const saved = JSON.parse(await readFile(join(run, 'results.json'), 'utf8')) as Results;
    const lines = saved.photos.flatMap(({ path, identity }) => {
      if (identity === null) return [];
      const split = identity < 'E' ? 'train' : path.endsWith('1.jpg') ? 'gallery' : 'query';
      return [`${path},${identity},${split}`];
    });
    await writeFile(csv, ['path,identity,split', ...lines].join('\n'));
    await page.getByRole('button', { name: /^Identities/ }).click();
    await page.getByRole('radio', { name: /CSV/ }).click();
    await page.getByLabel('Choose CSV').setInputFiles(csv);
    await page.getByText('seen in training 15', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await showView(page, 'Verdict');
    await page.getByRole('radio', { name: 'Dogs not seen in training' }).click();
    await page.getByText('Queries against the gallery of the protocol').waitFor();
    const named = await metricsOf(headless(SAMPLE, 'named', '--identities', csv));
    expect(metricsSchema.parse((await exportResults(page)).metrics)).toEqual(named);
    expect(named.unseen).toMatchObject({ seenDogs: 3 });
  });

  it('has no serious fault on any view, light and dark, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme });
        for (const view of VIEWS) {
          await showView(page, view);
          await page.waitForTimeout(250);
          const at = [colorScheme, width, view];
          expect([...at, ...(await seriousFaults(page))]).toEqual(at);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow).toBeLessThanOrEqual(0);
        }
      }
    }
    expect(watch.foreign).toEqual([]);
    // The models that are not served are complained of, nothing else.
    expect(watch.errors.filter((error) => !error.includes('ERR_FAILED'))).toEqual([]);
  });
});

/** Figures of a folder that the page ran, beside those of the headless run; photos that differ are named. */
async function expectFiguresWithin(
  dir: string,
  results: Results,
  tolerance: number,
): Promise<void> {
  const [mine, theirs] = [figuresOf(await metricsOf(dir)), figuresOf(results.metrics)];
  expect([...theirs.keys()]).toEqual([...mine.keys()]);
  const own = openRun(results);
  if (!own.ok) throw new Error(own.error.message);
  const differing = differingPhotos(await loadRun(dir), own.value);
  const named =
    differing.length === 0
      ? 'no photo differs in branch or rank 1'
      : `headless / page: ${differing.join('; ')}`;
  let worst = 0;
  for (const [path, value] of mine) {
    const other = theirs.get(path) ?? null;
    if (value === null || other === null) expect(other, `${path}; ${named}`).toBe(value);
    else {
      worst = Math.max(worst, Math.abs(value - other));
      expect(Math.abs(value - other), `${path}; ${named}`).toBeLessThanOrEqual(tolerance);
    }
  }
  console.log(`${mine.size} figures inferred twice, largest difference ${worst}; ${named}`);
}

describe.skipIf(executable === null)('the sample, when page and headless run each infer', () => {
  it('has figures within 1e-3', async () => {
    const dir = headless(SAMPLE, 'inferred');
    const browser = await launch(executable!);
    try {
      const { page } = await openPage(await browser.newContext(), inject('pageUrl'));
      await page.getByRole('button', { name: 'Try the sample' }).click();
      await waitForStatus(page, /^Done/);
      const results = await exportResults(page);
      await expectFiguresWithin(dir, results, 1e-3);
      expect(results.ignored.map(({ path }) => path)).toEqual(['README.md', 'truth.json']);
    } finally {
      await browser.close();
    }
  });
});

const faces = existsSync(FACES);
if (!faces) console.warn(`skipped: ${FACES} is not there`);
describe.skipIf(executable === null || !faces)('540 chips of 100 dogs', () => {
  let run = '';
  let browser: Browser;
  beforeAll(async () => {
    run = headless(FACES, 'faces', '--stages', 'embed');
    browser = await launch(executable!);
  });
  afterAll(() => browser.close());

  it('as a saved run have the figures of the headless run to the last digit', async () => {
    const { page } = await openPage(await browser.newContext(), inject('pageUrl'));
    await openFiles(page, run, 'results.json', 'embeddings.npy');
    const results = await exportResults(page);
    const metrics = await metricsOf(run);
    expect(metricsSchema.parse(results.metrics)).toEqual(metrics);
    console.log(`${figuresOf(metrics).size} figures of 540 chips equal`);
  });

  it('have figures within 1e-3 when the page infers, too', async () => {
    const { page } = await openPage(await browser.newContext(), inject('pageUrl'));
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await page.getByRole('radio', { name: /^Photos are already chips/ }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Choose folder').setInputFiles(FACES);
    await waitForStatus(page, /^Done: 540 photos/);
    await expectFiguresWithin(run, await exportResults(page), 1e-3);
  });
});
