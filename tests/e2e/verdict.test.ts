/** The Verdict view of the built page on the sample: its figures, threshold, causes, photo library and labels. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { evaluateRun, type Evaluation } from '../../src/core/evaluation/evaluate';
import { openRun } from '../../src/core/evaluation/savedRun';
import { countsAt } from '../../src/core/evaluation/thresholds';
import { rehearse } from '../../src/core/immich/rehearse';
import type { Figure, Results } from '../../src/core/results/schema';
import { similarityMatrix } from '../../src/core/retrieval/similarity';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { seriousFaults, waitForStatus } from './pageSteps';

const executable = findChromium();
/** Named after a dog that it does not show. */
const WRONG = { path: 'Biscuit/1.jpg', dog: 'Frost' };

describe.skipIf(executable === null)('the verdict on the sample', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watch: Watch;
  let saved: Results;
  let node: Evaluation;

  async function exported(): Promise<Results & { threshold?: unknown; decisions?: unknown }> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export results' }).click(),
    ]);
    return JSON.parse(await readFile(await download.path(), 'utf8')) as Results;
  }
  const section = (name: RegExp) => page.getByRole('region', { name });
  const goTo = (name: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Parts of the verdict' }).getByText(name).click();

  beforeAll(async () => {
    browser = await launch(executable!);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await waitForStatus(page, /^Done/);
    saved = await exported();
    const run = openRun(saved);
    if (!run.ok) throw new Error(run.error.message);
    const { matrix, rows, results } = run.value;
    const { photos, embedded, noDog, failed } = results.metrics.counts;
    node = evaluateRun({
      matrix,
      rows,
      counts: { photos, embedded, noDog, failed },
      photos: results.photos,
    });
    await page.getByRole('tab', { name: 'Verdict' }).click();
    await page.getByRole('heading', { name: /right dog comes first/ }).waitFor();
  });
  afterAll(() => browser.close());

  it('shows the figures of the exported vectors, with denominator and interval', async () => {
    const { identification, verification } = node.metrics;
    const lines: readonly (readonly [string, Figure])[] = [
      ['Recall@1', identification.recallAt1],
      ['Recall@1, end to end', identification.endToEndRecallAt1],
      ['Recall@5', identification.recallAt5],
      ['Recall@10', identification.recallAt10],
      ['mAP', identification.mAP],
      ['MAP@R', identification.mapAtR],
      ['AUC', verification.auc],
      ['TAR at FAR 10 %', verification.tarAtFar['0.1']],
      ['TAR at FAR 1 %', verification.tarAtFar['0.01']],
      ['TAR at FAR 0.1 %', verification.tarAtFar['0.001']],
      ['EER', verification.eer],
    ];
    const rows = await section(/right dog comes first/)
      .locator('tbody tr:has(td)')
      .allInnerTexts();
    expect(rows).toHaveLength(lines.length);
    lines.forEach(([name, figure], i) => {
      const text = rows[i]!.replace(/\s+/g, ' ');
      expect(text).toContain(name);
      if (figure.value === null) {
        expect(text).toContain(figure.reason);
        return;
      }
      expect(text).toContain(`${(100 * figure.value).toFixed(1)} %`);
      expect(text).toContain(
        `${(100 * figure.low!).toFixed(1)} to ${(100 * figure.high!).toFixed(1)} %`,
      );
      expect(text).toContain(figure.n.toLocaleString('en'));
    });
    // The baseline of colours was computed from the chips.
    expect(rows[0]!.match(/ %/g)).toHaveLength(4);
  });

  it('counts wrong merges and splits at the threshold, which keys move and the export keeps', async () => {
    await goTo('Threshold');
    const slider = page.getByRole('slider', { name: 'Threshold' });
    await slider.focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const threshold = Number(await slider.getAttribute('aria-valuenow'));
    const counts = countsAt(node.table, threshold);
    const text = (await section(/same dog\?/).innerText()).replace(/\s+/g, ' ');
    const thousands = (n: number): string => n.toLocaleString('en');
    expect(text).toContain(
      `${thousands(counts.wrongMerges)} of ${thousands(counts.impostorPairs)} pairs of different dogs`,
    );
    expect(text).toContain(
      `${thousands(counts.wrongSplits)} of ${thousands(counts.genuinePairs)} pairs of one dog`,
    );
    expect(
      await page.getByRole('img', { name: /^Histogram/ }).getAttribute('aria-label'),
    ).toContain(threshold.toFixed(3));
    expect((await exported()).threshold).toBe(threshold);
  });

  it('names every photo that fails, or says that none does', async () => {
    await goTo('Failures');
    const { value, n } = node.metrics.identification.endToEndRecallAt1 as {
      value: number;
      n: number;
    };
    const failed = n - Math.round(value * n);
    if (failed === 0) {
      await page.getByText('Every photo finds its own dog first, end to end.').waitFor();
      return;
    }
    const failures = section(/do not find their dog/);
    expect(await failures.getByRole('heading', { level: 2 }).innerText()).toContain(
      `${failed} of ${n} photos`,
    );
    const causes = failures.getByRole('list', { name: /Causes/ }).getByRole('button');
    let listed = 0;
    for (const cause of await causes.all()) {
      await cause.click();
      listed += Number(/(\d+) photos?$/.exec((await cause.getAttribute('aria-label')) ?? '')?.[1]);
      expect(await failures.locator('img').count()).toBeGreaterThan(0);
    }
    expect(listed).toBe(failed);
  });

  it('rehearses the photo library as the core does, for other settings too', async () => {
    await goTo('Photo library');
    const library = section(/photo library/);
    await library.getByRole('button', { name: /^maxDistance 0.30, minFaces 3/ }).click();
    await library.getByText('maxDistance 0.30', { exact: true }).waitFor();
    const run = openRun(saved);
    if (!run.ok) throw new Error(run.error.message);
    const { matrix, rows, results } = run.value;
    const taken = new Map(results.photos.map((photo) => [photo.path, photo.takenAt]));
    const faces = { matrix, rows, similarity: similarityMatrix(matrix) };
    const { uploadOrder } = rehearse(faces, (path) => taken.get(path) ?? null, {
      settings: { maxDistance: 0.3, minFaces: 3 },
      maxDistances: [],
    });
    for (const { sentence } of uploadOrder.dogs) {
      await library.getByText(sentence, { exact: true }).waitFor();
    }
  });

  it('takes S for a decision and U for its undoing, and a bar of the causes for its photos', async () => {
    // One photo under another dog's name: a label to doubt and a photo that fails, whatever else there is.
    const lines = saved.photos.flatMap(({ path, identity }) =>
      identity === null ? [] : [`${path},${path === WRONG.path ? WRONG.dog : identity}`],
    );
    await page.getByRole('button', { name: /^Identities/ }).click();
    await page.getByRole('radio', { name: /CSV/ }).click();
    await page.getByLabel('Choose CSV').setInputFiles({
      name: 'swapped.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(['path,identity', ...lines].join('\n')),
    });
    await page.getByText('60 of 66 photos', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Identities: .*from a CSV file/ }).waitFor();
    const before = await exported();
    const { length } = before.metrics['mislabels'] as unknown[];
    expect(length).toBeGreaterThan(0);

    await goTo('Labels');
    const labels = page.locator('#verdict-labels');
    const heading = labels.getByRole('heading', { level: 2 });
    const all = `${length} label${length === 1 ? '' : 's'} to look at`;
    await heading.filter({ hasText: all }).waitFor();
    await labels.getByRole('group', { name: 'Decide' }).getByRole('button').first().focus();
    await page.keyboard.press('s');
    const decided = labels.getByRole('status');
    await decided.filter({ hasText: '1 decision: 1 same dog' }).waitFor();
    expect(await heading.innerText()).not.toBe(all);
    const after = await exported();
    expect(after.decisions).toMatchObject([{ verdict: 'same' }]);
    expect(after.photos).toEqual(before.photos);
    await labels.getByRole('group', { name: 'Decide' }).getByRole('button').first().focus();
    await page.keyboard.press('u');
    await decided.waitFor({ state: 'detached' });
    expect(await heading.innerText()).toBe(all);
    const restored = await exported();
    expect(restored.decisions).toBeUndefined();
    expect(restored.metrics).toEqual(before.metrics);

    await goTo('Failures');
    const failures = section(/do not find their dog/);
    const causes = await failures
      .getByRole('list', { name: /Causes/ })
      .getByRole('button')
      .all();
    const bars = failures.locator('.recharts-bar-rectangle');
    expect(await bars.count()).toBe(causes.length);
    for (const [i, cause] of causes.entries()) {
      const label = (await cause.getAttribute('aria-label')) ?? '';
      const count = Number(/(\d+) photos?$/.exec(label)?.[1]);
      await bars.nth(i).click();
      await failures
        .getByRole('list', { name: /Causes/ })
        .locator(`button[aria-pressed="true"][aria-label="${label}"]`)
        .waitFor();
      const more = failures.getByRole('button', { name: /^Show all/ });
      if ((await more.count()) > 0) await more.click();
      expect(await failures.getByRole('button', { name: / Open$/ }).count(), label).toBe(count);
    }
  });

  it('has no serious faults, in light and dark, large and small', async () => {
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
    expect(watch.foreign).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
