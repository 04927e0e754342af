/** The built page on the built-in sample: what it shows, exports, and asks of the network. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decodeFloats } from '../../src/core/results/base64';
import { readTruth } from '../../src/state/sample';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { exportResults, focused, seriousFaults, showView, VIEWS, waitForStatus } from './pageSteps';

const executable = findChromium();

describe.skipIf(executable === null)('the sample on the built page', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watch: Watch;
  let status = '';
  const truth = async () =>
    readTruth(await readFile(new URL('../../public/sample/truth.json', import.meta.url), 'utf8'))!;

  beforeAll(async () => {
    browser = await launch(executable!);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
  });
  afterAll(() => browser.close());

  it('offers a way in before anything else, without serious faults', async () => {
    await page.getByRole('heading', { name: 'Is it the same dog?' }).waitFor();
    expect(await page.getByLabel('Choose folder').count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('runs to the end by itself and accounts for every photo', async () => {
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await page.getByRole('progressbar').waitFor();
    status = await waitForStatus(page, /^Done/);
    const photos = (await truth()).length;
    const [, all, embedded, noDog, failed] =
      /^Done: (\d+) photos, (\d+) embedded, (\d+) no dog, (\d+) failed/.exec(status)?.map(Number) ??
      [];
    expect(all).toBe(photos);
    expect(embedded! + noDog! + failed!).toBe(photos);
    expect(failed).toBe(0);
    expect(embedded).toBeGreaterThanOrEqual(54);
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });

  it('shows photos with their overlays, and those without a dog with the reason', async () => {
    await page.locator('[data-mark=box]').first().waitFor();
    expect(await page.locator('[data-mark=chip]').count()).toBeGreaterThan(3);
    const noDog = (await truth()).filter(({ identity }) => identity === null);
    const listed = page.getByRole('button', { name: /No dog found/ });
    await listed.first().waitFor();
    expect(noDog.length).toBeGreaterThan(0);
    const names = await listed.allInnerTexts();
    expect(names.some((text) => noDog.some(({ path }) => text.includes(path)))).toBe(true);
  });

  it('opens a photo large with its chip, and turns with the arrow keys', async () => {
    await page.locator('[data-photo][data-status=embedded]').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('img', { name: /The chip/ }).waitFor();
    const chip = await dialog
      .getByRole('img', { name: /The chip/ })
      .evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      });
    expect(chip[0]).toBe(chip[1]);
    expect(chip[0]).toBeGreaterThanOrEqual(64);
    const title = dialog.getByRole('heading', { level: 2 });
    const first = await title.textContent();
    await page.keyboard.press('ArrowRight');
    expect(await title.textContent()).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    expect(await title.textContent()).toBe(first);
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toContain(first);
  });

  it('draws the matrix; hover and arrow keys name a pair', async () => {
    await showView(page, 'Matrix');
    const canvas = page.locator('canvas');
    await canvas.waitFor();
    await page.waitForTimeout(300);
    const colours = await canvas.evaluate((element: HTMLCanvasElement) => {
      const { data } = element
        .getContext('2d')!
        .getImageData(element.width / 2, element.height / 2, 200, 200);
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colours).toBeGreaterThan(8);
    const side = page.getByRole('complementary', { name: 'Pair under the cursor' });
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.7);
    await side.locator('figure img').nth(1).waitFor();
    expect(await side.innerText()).toMatch(/-?[01]\.\d{3}/);
    await canvas.focus();
    const before = await side.innerText();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await side.innerText()).not.toBe(before);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('cosine similarity').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('ranks galleries, right and wrong told apart in words', async () => {
    await showView(page, 'Galleries');
    await page.getByText(/Recall@1 = \d+ of \d+/).waitFor();
    await page.locator('[data-verdict=right]').first().waitFor();
    expect(await page.getByText('Same dog').count()).toBeGreaterThan(0);
    const match = page.getByRole('button', { name: /^Rank 1: .*similarity/ }).first();
    expect(await match.getAttribute('aria-label')).toMatch(/(same|other) dog$/);
  });

  it('exports the same results from every view', async () => {
    for (const view of VIEWS) {
      await showView(page, view);
      const results = await exportResults(page);
      expect(results.complete).toBe(true);
      expect(results.tool.platform).toBe('browser');
      expect(results.photos.map(({ path }) => path).sort()).toEqual(
        (await truth()).map(({ path }) => path).sort(),
      );
      const { rows, dim, data } = results.embeddings;
      const vectors = decodeFloats(data!);
      expect(vectors.length).toBe(rows * dim);
      for (let row = 0; row < rows; row++) {
        expect(Math.hypot(...vectors.subarray(row * dim, (row + 1) * dim))).toBeCloseTo(1, 4);
      }
      expect(results.queries.length).toBe(results.metrics.counts.dogs);
    }
    expect(await page.getByRole('status').textContent()).toBe(status);
  });

  it('has no serious fault on any view, light and dark, wide and narrow', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
        await page.emulateMedia({ colorScheme });
        for (const view of VIEWS) {
          await showView(page, view);
          await page.waitForTimeout(250);
          expect([colorScheme, width, view, ...(await seriousFaults(page))]).toEqual([
            colorScheme,
            width,
            view,
          ]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow).toBeLessThanOrEqual(0);
        }
        await page.getByRole('button', { name: 'Options' }).click();
        await page.getByRole('radio', { name: 'Body crop only' }).waitFor();
        expect(await seriousFaults(page)).toEqual([]);
        await page.keyboard.press('Escape');
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('can be walked with the keyboard alone', async () => {
    await showView(page, 'Photos');
    // From the brand on: what was clicked last is where Tab would go on from.
    await page.getByText('SameDog', { exact: true }).click();
    const stops: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
      const outlined = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null) return false;
        const target = element.closest('label') ?? element;
        return getComputedStyle(target).outlineStyle !== 'none';
      });
      expect([stops.at(-1), outlined]).toEqual([stops.at(-1), true]);
      if (stops.at(-1)?.includes('chip')) break;
    }
    for (const name of ['Choose folder', 'Try the sample', 'Export results', 'Options', 'Photos']) {
      expect(stops).toContain(name);
    }
    const first = stops.at(-1);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused(page)).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    // The dialog hands the focus back to the photo once it is gone.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).not.toBe('');
    await page.getByRole('tab', { name: 'Photos' }).focus();
    await page.keyboard.press('ArrowRight');
    const matrix = page.getByRole('tab', { name: 'Matrix' });
    await expect.poll(() => matrix.getAttribute('aria-selected')).toBe('true');
  });

  it('asked no other origin for anything and logged no error', () => {
    expect(watch.foreign).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
