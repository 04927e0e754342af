/** The preprocessing doctor in the built page: a dropped embedder that wants BGR and says so nowhere. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { recipeSchema, type Recipe } from '../../src/core/recipe/schema';
import { plantEmbedder } from '../plant/plantEmbedder';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { exportResults, RUN_TIMEOUT, seriousFaults, waitForStatus } from './pageSteps';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));
const executable = findChromium();
/** Screenshots are written here when it is set, for those who want to look. */
const shots = process.env['SAMEDOG_SHOTS'];

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}

describe.skipIf(executable === null)('the preprocessing doctor', () => {
  let scratch = '';
  let recipe: Recipe;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let watch: Watch;
  const dialog = () => page.getByRole('dialog');
  const row = (recipeId: string) => page.locator(`[data-recipe="${recipeId}"]`);

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'samedog-page-doctor-'));
    recipe = recipeSchema.parse(JSON.parse(await readFile(join(MODELS, 'pipeline.json'), 'utf8')));
    const model = new Uint8Array(await readFile(join(MODELS, 'onnx', recipe.embedder.file)));
    await writeFile(join(scratch, 'mine.onnx'), plantEmbedder(model, 'bgr', recipe.embedder));
    browser = await launch(executable!);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await waitForStatus(page, /^Done/);
  });
  afterAll(async () => {
    await browser.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('can be stopped', async () => {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Examine the recipe' }).click();
    await dialog().getByText('Which recipe was this embedder trained with?').waitFor();
    expect(await dialog().innerText()).toMatch(/\d+ photos of 12 dogs/);
    expect(await seriousFaults(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Try the recipes' }).click();
    await dialog()
      .getByText(/Trying recipes: [1-9]/)
      .waitFor({ timeout: RUN_TIMEOUT });
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().getByRole('button', { name: 'Try the recipes' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('finds out what a dropped embedder without a recipe wants: BGR', async () => {
    await page.locator('input[type=file][accept*=".onnx"]').count();
    await page.getByRole('button', { name: /^Models/ }).click();
    await page
      .locator('input[type=file][accept*=".onnx"]')
      .setInputFiles(join(scratch, 'mine.onnx'));
    await dialog().getByText('Unknown: find out.').waitFor({ timeout: RUN_TIMEOUT });
    await dialog().getByRole('button', { name: 'Find out on photos' }).first().click();
    await dialog().getByText('mine.onnx').waitFor();
    await dialog().getByRole('button', { name: 'Try the recipes' }).click();
    await dialog()
      .getByRole('heading', { name: /^It (probably )?wants BGR$/ })
      .waitFor({ timeout: RUN_TIMEOUT });
    await shoot(page, 'doctor-bgr');
    const used = row('imagenet rgb squash pil-bilinear');
    expect(await used.getAttribute('data-standing')).toBe('worse');
    expect(await used.innerText()).toContain('In use');
    const best = row('imagenet bgr squash pil-bilinear');
    expect(await best.getAttribute('data-standing')).toBe('recommended');
    const rows = page.locator('[data-recipe]');
    expect(await rows.count()).toBeGreaterThanOrEqual(13);
    // Best first, each with its pairs drawn and its interval said.
    const scores = await rows.locator('strong').allInnerTexts();
    expect(scores.map(Number)).toEqual(scores.map(Number).toSorted((a, b) => b - a));
    expect(await rows.getByRole('img', { name: /Mean similarity/ }).count()).toBe(scores.length);
    expect(await used.getByRole('img', { name: /behind by .* 95 % interval/ }).count()).toBe(1);
  });

  it('says that kernels cannot be told apart, and why', async () => {
    const kernel = dialog().locator('li', { hasText: 'resize kernel' });
    expect(await kernel.getAttribute('data-certainty')).toBe('undecided');
    expect(await kernel.innerText()).toContain('cv-linear');
    const standing = await row('imagenet bgr squash cv-linear').innerText();
    expect(standing).toMatch(/Cannot be told: (within chance|under 5 %)/);
    await kernel.scrollIntoViewIfNeeded();
    await shoot(page, 'doctor-kernels-undecided');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('saves a pipeline.json that says so', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog().getByRole('button', { name: 'Save pipeline.json' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('pipeline.json');
    const saved = recipeSchema.parse(JSON.parse(await readFile(await download.path(), 'utf8')));
    expect(saved.embedder).toMatchObject({ file: 'mine.onnx', colour: 'bgr' });
    expect(saved.embedder.mean).toEqual([...recipe.embedder.mean].reverse());
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await dialog().evaluate((element) => {
      const scroller = element.querySelector('section')!.parentElement!;
      return scroller.scrollWidth - scroller.clientWidth;
    });
    expect(wide).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('puts the recipe to use: the folder runs again with the same vectors as the bundled model', async () => {
    const before = await bundledResults();
    await dialog().getByRole('button', { name: 'Use this recipe and run again' }).click();
    await waitForStatus(page, /^(Queued|Running)/);
    await waitForStatus(page, /^Done/);
    const after = await exportResults(page);
    expect(after.recipe.embedder).toMatchObject({ file: 'mine.onnx', colour: 'bgr' });
    expect(after.models.embedder?.file).toBe('mine.onnx');
    const [a, b] = [before, after].map(({ metrics }) => metrics.identification.recallAt1);
    expect(b).toEqual(a);
    expect(watch.errors).toEqual([]);
    expect(watch.foreign).toEqual([]);
  });

  /** Exported from behind the dialog, so that nothing is lost by running again. */
  async function bundledResults() {
    await page.keyboard.press('Escape');
    const results = await exportResults(page);
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('button', { name: 'Examine the recipe' }).click();
    await dialog()
      .getByRole('heading', { name: /^It (probably )?wants BGR$/ })
      .waitFor();
    return results;
  }
});
