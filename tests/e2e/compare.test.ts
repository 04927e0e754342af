/** Branches side by side, two runs of one folder, and Immich's previews, in the built page against the headless run. */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadRun } from '../../scripts/runs/load';
import type { FullBranchReport } from '../../src/core/evaluation/branchReport';
import { BRANCH_VIEWS, type BranchView } from '../../src/core/evaluation/branches';
import { verdictOf, type CompareReport } from '../../src/core/evaluation/compareReport';
import { openRun, type SavedRun } from '../../src/core/evaluation/savedRun';
import type { Figure, Results } from '../../src/core/results/schema';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { focused, RUN_TIMEOUT, seriousFaults, waitForStatus } from './pageSteps';
import { differingPhotos, nearTies, type Ties } from './runs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMPLE = join(ROOT, 'public/sample');
const executable = findChromium();

function script(name: string, ...args: string[]): void {
  const run = spawnSync(process.execPath, ['--import', 'tsx', `scripts/${name}`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
}

const readJson = async <T>(file: string): Promise<T> =>
  JSON.parse(await readFile(file, 'utf8')) as T;

describe.skipIf(executable === null)('branches, baseline and previews on the sample', () => {
  let scratch = '';
  let browser: Browser;
  let page: Page;
  let watch: Watch;

  /** Where the page's last export lies. */
  async function exported(name: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export results' }).click(),
    ]);
    const file = join(scratch, `${name}.json`);
    await cp(await download.path(), file);
    return file;
  }
  const section = (name: RegExp) => page.getByRole('region', { name });
  const goTo = (name: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Parts of the verdict' }).getByText(name).click();
  const verdict = async (): Promise<void> => {
    await page.getByRole('tab', { name: 'Verdict' }).click();
    await page.getByRole('navigation', { name: 'Parts of the verdict' }).waitFor();
  };

  /** Runs the folder on the page again with one option changed. */
  async function runAgainWith(option: string): Promise<void> {
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await page.getByRole('radio', { name: option }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run again' }).click();
    const replace = page.getByRole('button', { name: 'Replace', exact: true });
    if (await replace.isVisible()) await replace.click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await waitForStatus(page, /^Done/);
  }

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'samedog-compare-'));
    browser = await launch(executable!);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
    // Embedding and bootstraps take minutes on a loaded machine.
    page.setDefaultTimeout(RUN_TIMEOUT);
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await waitForStatus(page, /^Done/);
    await verdict();
  });
  afterAll(async () => {
    await browser.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('embeds the branches on demand, can be cancelled, and goes on where it stopped', async () => {
    await goTo('Branches');
    const branches = section(/keypoint stage help/);
    await branches.getByRole('button', { name: 'Compare the branches' }).click();
    await branches
      .getByRole('status')
      .filter({ hasText: /[1-9]\d* of 66|Drawing/ })
      .waitFor();
    await branches.getByRole('button', { name: 'Cancel' }).click();
    const start = branches.getByRole('button', { name: 'Compare the branches' });
    await start.focus();
    await page.keyboard.press('Enter');
    await branches
      .getByText(/keypoint stage (helps|hurts) on|Undecided whether the keypoint/)
      .waitFor();
  });

  it('shows and exports the figures of the headless run', async () => {
    const out = join(scratch, 'headless');
    script('12_run_full_pipeline.ts', SAMPLE, '--branches', '--out', out);
    const headless = (await readJson<{ branches: FullBranchReport }>(join(out, 'metrics.json')))
      .branches;
    const page = openRun(await readJson(await exported('all-stages')));
    if (!page.ok) throw new Error(page.error.message);
    const own = page.value.results.metrics['branches'] as FullBranchReport;
    const differing = differingPhotos(await loadRun(out), page.value);
    const named =
      differing.length === 0
        ? 'no photo differs in branch or rank 1'
        : `headless / page: ${differing.join('; ')}`;
    console.log(`branches inferred twice: ${named}`);
    const bodies = join(scratch, 'bodies');
    const whole = join(scratch, 'whole');
    script('12_run_full_pipeline.ts', SAMPLE, '--stages', 'detect,embed', '--out', bodies);
    script('12_run_full_pipeline.ts', SAMPLE, '--stages', 'embed', '--out', whole);
    const run = await loadRun(out);
    const ties: Record<BranchView, Ties> = {
      pipeline: nearTies(run),
      face: nearTies(run, ({ branch }) => branch === 'face'),
      body: nearTies(await loadRun(bodies)),
      photo: nearTies(await loadRun(whole)),
    };
    for (const view of BRANCH_VIEWS) {
      const pairs = ties[view].named;
      console.log(`${view}: near ties that may fall either way: ${pairs.join('; ') || 'none'}`);
      expect(pairs.length, 'near ties are rare').toBeLessThanOrEqual(5);
    }
    // `tied`: what near ties decide, summed over queries.
    const close = (a: Figure, b: Figure, tied: number): void => {
      if (a.value === null || b.value === null) throw new Error('a figure is refused');
      expect(a.n, named).toBe(b.n);
      expect(Math.abs(a.value - b.value), named).toBeLessThan(1e-3 + tied / a.n);
    };
    for (const view of BRANCH_VIEWS) {
      const [a, b] = [own.views[view]!, headless.views[view]!];
      const { recallAt1, mAP } = ties[view];
      close(a.identification.recallAt1, b.identification.recallAt1, recallAt1);
      close(a.identification.mAP, b.identification.mAP, mAP);
    }
    own.comparisons.forEach(({ a, b, comparison }, i) => {
      const other = headless.comparisons[i]!;
      expect([a, b]).toEqual([other.a, other.b]);
      close(
        comparison.identification.mAP.difference,
        other.comparison.identification.mAP.difference,
        ties[a].mAP + ties[b].mAP,
      );
    });
    expect(own.verdict).toBe(headless.verdict);
    const text = (await section(/keypoint stage help/).innerText()).replace(/\s+/g, ' ');
    expect(text).toContain(own.sentence);
    for (const view of ['face', 'photo'] as const) {
      const { mAP } = own.views[view]!.identification;
      expect(text).toContain(`${(100 * (mAP.value ?? 0)).toFixed(1)} %`);
    }
  });

  it('takes body crops and whole photos as runs of their own do', async () => {
    const bodies = await loadRun(join(scratch, 'bodies'));
    const headless = await readJson<Results>(join(scratch, 'headless/metrics.json'));
    const { views } = (headless as unknown as { branches: FullBranchReport }).branches;
    const { identification } = bodies.results.metrics;
    expect(views.body?.identification.mAP).toMatchObject({
      value: (identification.mAP as { value: number }).value,
      n: bodies.matrix.rows,
    });
  });

  it('keeps a run as baseline and says of another whether it is better, as the command does', async () => {
    await goTo('Compare');
    const compare = section(/better than another run/);
    await compare.getByRole('button', { name: 'Keep this run as baseline' }).click();
    await compare.getByText('Run the folder again to compare').waitFor();
    await runAgainWith('Body crop only');
    const second = await exported('bodies');
    await verdict();
    await goTo('Compare');
    await compare.getByRole('table', { name: /Differences of this run/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      compare.getByRole('button', { name: 'Save compare.json' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('compare.json');
    const report = await readJson<CompareReport>(await download.path());
    script('compare_runs.ts', join(scratch, 'all-stages.json'), second, '--out', scratch);
    expect(report).toEqual(await readJson(join(scratch, 'compare.json')));
    expect(report.stages.changedBranch).toBeGreaterThan(20);

    const text = (await compare.innerText()).replace(/\s+/g, ' ');
    const sentence = verdictOf(report, 'the baseline', 'this run');
    expect(text.toLowerCase()).toContain(sentence.toLowerCase());
    expect(text).toContain(`From wrong to right: ${report.wrongToRight.length} quer`);
    expect(text).toContain(`From right to wrong: ${report.rightToWrong.length} quer`);
    // Query, old answer and new answer are pictures.
    const flips = [...report.wrongToRight.slice(0, 8), ...report.rightToWrong.slice(0, 8)];
    for (const { path, matchA, matchB } of flips) {
      const item = compare.getByRole('button', { name: new RegExp(`^${path}, `) });
      expect(await item.getAttribute('aria-label')).toContain(
        `the baseline answered ${matchA!.identity!}, this run ${matchB!.identity!}`,
      );
      expect(await item.locator('img').count()).toBe(3);
    }
  });

  it('takes a results.json as baseline, and says why another file is none', async () => {
    const compare = section(/better than another run/);
    await compare.getByRole('button', { name: 'Forget the baseline' }).click();
    const input = compare.locator('input[type=file]');
    await input.setInputFiles(join(SAMPLE, 'truth.json'));
    await compare.getByRole('alert').filter({ hasText: 'truth.json' }).waitFor();
    await input.setInputFiles(join(scratch, 'headless/results.json'));
    await compare.getByRole('alert').filter({ hasText: 'Choose both files together' }).waitFor();
    await input.setInputFiles([
      join(scratch, 'headless/results.json'),
      join(scratch, 'headless/embeddings.npy'),
    ]);
    await compare.getByRole('table', { name: /Differences of this run/ }).waitFor();
    expect(await compare.getByRole('alert').count()).toBe(0);
    // The baseline's pictures are those of the photos on the page, by their hashes.
    const pictures = await compare.locator('[data-flips] img').count();
    expect(pictures % 3).toBe(0);
    expect(pictures).toBeGreaterThan(0);
  });

  it('has no serious faults and works with the keyboard, in light and dark, large and small', async () => {
    await section(/better than another run/)
      .getByRole('button', { name: /baseline$/ })
      .first()
      .focus();
    expect(await focused(page)).toBe('Make this run the baseline');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('Open a baseline');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Save compare.json');
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const size of [
        { width: 1440, height: 900 },
        { width: 390, height: 844 },
      ]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        expect(await seriousFaults(page), `${colorScheme} ${size.width}`).toEqual([]);
        const wider = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wider).toBe(0);
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('sees the photos as Immich does, like the headless run, and says that it is approximate', async () => {
    await runAgainWith('Immich sees them');
    const file = await exported('previews');
    await verdict();
    await goTo('Photo library');
    await section(/photo library/)
      .getByText('As Immich sees it, approximate.')
      .waitFor();
    const out = join(scratch, 'previews');
    script(
      '12_run_full_pipeline.ts',
      SAMPLE,
      '--stages',
      'detect,embed',
      '--immich-preview',
      '--out',
      out,
    );
    const headless = await loadRun(out);
    const own = openRun(await readJson(file));
    if (!own.ok) throw new Error(own.error.message);
    for (const { results } of [headless, own.value]) {
      expect(results.tool.preview).toMatchObject({ shorterSide: 1440, quality: 80 });
      expect(results.tool.preview?.approximate.length).toBeGreaterThan(20);
    }
    expect(own.value.rows).toEqual(headless.rows);
    expect(leastCosine(own.value, headless)).toBeGreaterThanOrEqual(0.9999);
    // The JPEG really was in between.
    const plain = await loadRun(join(scratch, 'bodies'));
    expect(leastCosine(plain, headless)).toBeLessThan(0.9999);
  });

  it('never takes two dogs of one photo for one, and says that Immich does not know this', async () => {
    const folder = join(scratch, 'pairs');
    await pairFolder(folder);
    await page.getByRole('button', { name: 'Options', exact: true }).click();
    await page.getByRole('radio', { name: 'All dogs' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Choose folder').setInputFiles(folder);
    await waitForStatus(page, /^Done/);
    await verdict();
    await goTo('Photo library');
    const library = section(/photo library/);
    await library.getByText(/Immich does not know this/).waitFor();
    expect(await library.locator('[data-cannot-links]').innerText()).toContain('Twice/');
    expect(watch.foreign).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});

/** Over the photos that both embedded, each with its best dog. */
function leastCosine(a: SavedRun, b: SavedRun): number {
  const { dim } = a.matrix;
  const rowsOfB = new Map(b.rows.map(({ path }, row) => [path, row]));
  const cosines = a.rows.flatMap(({ path }, row) => {
    const other = rowsOfB.get(path);
    if (other === undefined) return [];
    let sum = 0;
    for (let d = 0; d < dim; d++) {
      sum += a.matrix.data[row * dim + d]! * b.matrix.data[other * dim + d]!;
    }
    return [sum];
  });
  expect(cosines.length).toBeGreaterThan(40);
  return Math.min(...cosines);
}

/** Photos of two dogs, and photos that show one dog twice, side by side: two dogs to whoever looks at it. */
async function pairFolder(folder: string): Promise<void> {
  for (const dog of ['Biscuit', 'Frost'])
    await cp(join(SAMPLE, dog), join(folder, dog), { recursive: true });
  await mkdir(join(folder, 'Twice'));
  for (const dog of ['Biscuit', 'Frost', 'Hugo', 'Olive']) {
    const photo = await sharp(join(SAMPLE, dog, '1.jpg'))
      .resize(600, 800, { fit: 'fill' })
      .toBuffer();
    await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#888' } })
      .composite([
        { input: photo, left: 0, top: 0 },
        { input: photo, left: 600, top: 0 },
      ])
      .jpeg({ quality: 92 })
      .toFile(join(folder, 'Twice', `${dog}.jpg`));
  }
}
