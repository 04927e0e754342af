/** Models of the researcher's own on the built page: dropped, shown, used, refused; and what the page does without its headers. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseRecipe } from '../../src/core/recipe/parse';
import { decodeFloats } from '../../src/core/results/base64';
import type { Recipe } from '../../src/core/recipe/schema';
import { findChromium, launch, openPage, type Watch } from './chromium';
import {
  makeBadDrops,
  makeExternal,
  makeHalf,
  makeNamelessPose,
  makeOwnSet,
  makeSuspect,
  makePhotos,
} from './ownModels';
import { exportResults, RUN_TIMEOUT, seriousFaults, waitForStatus } from './pageSteps';
import {
  BOX_TOLERANCE,
  boxGap,
  cosine,
  headlessRun,
  NEIGHBOUR_CROP_COSINE,
  ROOT,
  SAME_COSINE,
  type Run,
} from './runs';

const executable = findChromium();
/** Screenshots are written here when it is set, for those who want to look. */
const shots = process.env['SAMEDOG_SHOTS'];

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** A drop by the browser's own drag and drop: the page gets real file entries, as from a file manager. */
async function dragFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 500, data });
  }
  await session.detach();
}

/** Waits until every colour has arrived: half-way through a change no contrast holds. */
async function turnColours(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.locator(`html[data-theme=${scheme}]`).waitFor({ state: 'attached' });
  await page.waitForTimeout(500);
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: /Models|Keypoint roles/ });

async function openModels(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Models/ }).click();
  await dialogOf(page).waitFor();
}

async function chooseModels(page: Page, files: readonly string[]): Promise<void> {
  await dialogOf(page)
    .getByLabel('Choose model files')
    .setInputFiles([...files]);
}

async function waitForState(page: Page, text: string): Promise<void> {
  await dialogOf(page).getByRole('status').filter({ hasText: text }).waitFor({ timeout: RUN_TIMEOUT }); // prettier-ignore
}

async function exportRun(page: Page): Promise<Run> {
  const results = await exportResults(page);
  return { results, vectors: decodeFloats(results.embeddings.data ?? '') };
}

/** Every photo, box, branch and vector of the page against the headless run. */
function compareRuns(page: Run, node: Run): void {
  expect(page.results.photos.map(({ path, status }) => [path, status])).toEqual(
    node.results.photos.map(({ path, status }) => [path, status]),
  );
  expect(page.results.models).toEqual(node.results.models);
  expect(page.results.recipe).toEqual(node.results.recipe);
  expect(page.results.embeddings.dim).toBe(node.results.embeddings.dim);
  let compared = 0;
  node.results.photos.forEach(({ path, dogs }, i) => {
    const twins = page.results.photos[i]!.dogs;
    expect(twins.length, path).toBe(dogs.length);
    dogs.forEach((dog, d) => {
      const twin = twins[d]!;
      compared++;
      expect(boxGap(dog, twin), path).toBeLessThanOrEqual(BOX_TOLERANCE);
      expect([twin.branch, twin.reason], path).toEqual([dog.branch, dog.reason]);
      dog.keypoints.forEach((point, k) => {
        expect(Math.abs(point.x - twin.keypoints[k]!.x), path).toBeLessThanOrEqual(BOX_TOLERANCE);
        expect(Math.abs(point.y - twin.keypoints[k]!.y), path).toBeLessThanOrEqual(BOX_TOLERANCE);
      });
      const same = dog.chip.join() === twin.chip.join();
      const bar = same ? SAME_COSINE : NEIGHBOUR_CROP_COSINE;
      expect(cosine(node, page, dog.row, twin.row), path).toBeGreaterThanOrEqual(bar);
    });
  });
  expect(compared).toBeGreaterThanOrEqual(5);
}

describe.skipIf(executable === null)("models of one's own", () => {
  let scratch = '';
  let photos = '';
  let count = 0;
  let browser: Browser;
  let page: Page;
  let watch: Watch;
  let bundledRun: Run;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'samedog-own-'));
    photos = join(scratch, 'dogs');
    count = await makePhotos(photos, 5, 2);
    browser = await launch(executable!);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
    await page.getByLabel('Choose folder').setInputFiles(photos);
    await waitForStatus(page, new RegExp(`^Done: ${count} photos`));
    bundledRun = await exportRun(page);
  });
  afterAll(async () => {
    await browser.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('shows a card per stage: read, verified by a run, and where each value comes from', async () => {
    await openModels(page);
    const dialog = dialogOf(page);
    const card = dialog.getByRole('region', { name: 'Embedder' });
    await card.getByText(/unlike vectors/).waitFor({ timeout: RUN_TIMEOUT });
    const { dim } = bundledRun.results.embeddings;
    expect(await card.getByText(`${dim} values each, no NaN`).count()).toBe(1);
    expect(await card.getByText('L2 normalisation is inside the graph').count()).toBe(1);
    expect(await card.getByText('bundled recipe').count()).toBeGreaterThanOrEqual(8);
    for (const name of ['Detector', 'Keypoints', 'Embedder']) {
      await dialog.getByRole('region', { name }).getByText('What the file says').click();
    }
    const text = await dialog.innerText();
    for (const model of Object.values(bundledRun.results.models)) {
      expect(text).toContain(model!.sha256);
    }
    expect(text).toMatch(/Opset/);
    expect(text).toMatch(/Licence/);
    expect(text).toMatch(/Stride/);
    await shoot(page, 'cards-light');
    expect(await seriousFaults(page)).toEqual([]);
    await turnColours(page, 'dark');
    expect(await seriousFaults(page)).toEqual([]);
    await shoot(page, 'cards-dark');
    await turnColours(page, 'light');
  });

  it('refuses each bad file in its own words and keeps models and results', async () => {
    for (const { name, files, says } of await makeBadDrops(join(scratch, 'bad'))) {
      await chooseModels(page, files);
      const alert = dialogOf(page).getByRole('alert');
      await alert.filter({ hasText: says[0]! }).waitFor({ timeout: RUN_TIMEOUT });
      const text = (await alert.innerText()).replaceAll('\n', ' ');
      for (const pattern of says) expect(text, name).toMatch(pattern);
      expect(text, name).toContain('Not taken');
      await waitForState(page, 'The bundled models are in use');
    }
    await shoot(page, 'refused');
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('status').first().textContent()).toMatch(/^Done: /);
    const again = await exportRun(page);
    expect(again.vectors).toEqual(bundledRun.vectors);
    expect(again.results.models).toEqual(bundledRun.results.models);
  });

  it('suspects a human-face recogniser and BGR, and refuses neither', async () => {
    await openModels(page);
    await chooseModels(page, await makeSuspect(join(scratch, 'suspect')));
    await waitForState(page, 'not in use yet');
    const dialog = dialogOf(page);
    const card = dialog.getByRole('region', { name: 'Embedder' });
    expect(await card.getByText(/takes 112 x 112 px, the size of human-face/).count()).toBe(1);
    expect(await card.getByText(/mentions BGR/).count()).toBe(1);
    expect(await dialog.getByRole('alert').count()).toBe(0);
    await shoot(page, 'suspected');
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await waitForState(page, 'The bundled models are in use');
    await page.keyboard.press('Escape');
  });

  it('takes a set that differs in all three contracts from a real drag and drop', async () => {
    const set = await makeOwnSet(join(scratch, 'own'));
    await dragFiles(page, set);
    await waitForState(page, 'Your models are in use');
    const dialog = dialogOf(page);
    const embedder = dialog.getByRole('region', { name: 'Embedder' });
    expect(await embedder.getByText('96 values each').count()).toBe(1);
    expect(await embedder.getByText('the app does it').count()).toBe(1);
    expect(await embedder.getByText('pipeline.json').count()).toBeGreaterThanOrEqual(6);
    const detector = dialog.getByRole('region', { name: 'Detector' });
    expect(await detector.getByText('Of 6 classes, dog is used').count()).toBe(1);
    await shoot(page, 'own-set');
  });

  it('says which models the results come from, and exports them so', async () => {
    await page.keyboard.press('Escape');
    await page.getByText('The results on the page come from the bundled models').waitFor();
    const stale = await exportRun(page);
    expect(stale.results.models).toEqual(bundledRun.results.models);
    expect(stale.results.recipe).toEqual(bundledRun.results.recipe);
    await shoot(page, 'stale-hint');
  });

  it('runs the loaded folder again in one press: boxes and vectors are the headless run’s', async () => {
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('The results on the page come from').waitFor({ state: 'detached' });
    await waitForStatus(page, new RegExp(`^Done: ${count} photos`));
    const run = await exportRun(page);
    const node = await headlessRun(photos, join(scratch, 'own-out'), '--models', join(scratch, 'own')); // prettier-ignore
    compareRuns(run, node);
    const branches = new Set(run.results.photos.flatMap(({ dogs }) => dogs.map((d) => d.branch)));
    expect([...branches].sort()).toEqual(['body', 'face']);
    expect(run.results.models.embedder?.file).toBe('vectors.onnx');
  });

  it('keeps the bundled model where none is dropped; float16 in and out, and external data', async () => {
    for (const [name, make] of [
      ['half', makeHalf],
      ['external', makeExternal],
    ] as const) {
      await openModels(page);
      await page.getByRole('button', { name: 'Back to bundled models' }).click();
      await waitForState(page, 'The bundled models are in use');
      await chooseModels(page, await make(join(scratch, name)));
      await waitForState(page, 'Your models are in use');
      const dialog = dialogOf(page);
      expect(await dialog.getByText('yours').count(), name).toBe(1);
      const keypoints = dialog.getByRole('region', { name: 'Keypoints' });
      expect(await keypoints.getByText('bundled', { exact: true }).count(), name).toBe(1);
      await dialog.getByRole('button', { name: /^Run .* again$/ }).click();
      await waitForStatus(page, /^(Queued|Running|Comparing)/);
      await waitForStatus(page, new RegExp(`^Done: ${count} photos`));
      const run = await exportRun(page);
      const node = await headlessRun(photos, join(scratch, `${name}-out`), '--models', join(scratch, name)); // prettier-ignore
      compareRuns(run, node);
      expect(run.results.models.detector).toEqual(bundledRun.results.models.detector);
    }
  });

  it('asks what nobody tells, and for keypoint roles by keyboard alone', async () => {
    await openModels(page);
    await page.getByRole('button', { name: 'Back to bundled models' }).click();
    await waitForState(page, 'The bundled models are in use');
    await chooseModels(page, await makeNamelessPose(join(scratch, 'pose')));
    await waitForState(page, 'not in use yet');
    const dialog = dialogOf(page);
    const card = dialog.getByRole('region', { name: 'Keypoints' });
    const use = dialog.getByRole('button', { name: 'Use these models' });
    expect(await use.isDisabled()).toBe(true);
    await shoot(page, 'questions');
    expect(await seriousFaults(page)).toEqual([]);
    await turnColours(page, 'dark');
    expect(await seriousFaults(page)).toEqual([]);
    await turnColours(page, 'light');

    await card.getByRole('button', { name: 'Give keypoints their roles' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByRole('img', { name: /5 numbered keypoints/ }).waitFor({ timeout: RUN_TIMEOUT }); // prettier-ignore
    const apply = dialog.getByRole('button', { name: 'Apply roles' });
    expect(await apply.isDisabled()).toBe(true);
    const roles = ['left eye', 'right eye', 'nose', 'left ear'];
    await dialog.getByLabel('Role of keypoint 0').focus();
    for (const role of roles) {
      await page.keyboard.type(role);
      await page.keyboard.press('Tab');
    }
    await dialog.getByText('These roles suffice').waitFor();
    await dialog.getByLabel('Role of keypoint 4').focus();
    await page.keyboard.type('nose');
    await dialog.getByText('More than one keypoint is the nose').waitFor();
    expect(await apply.isDisabled()).toBe(true);
    await page.keyboard.press('Home');
    await dialog.getByText('These roles suffice').waitFor();
    const labels = await dialog.locator('svg [data-role] text').allTextContents();
    for (const role of roles) expect(labels).toContain(role);
    await shoot(page, 'roles-light');
    expect(await seriousFaults(page)).toEqual([]);
    await turnColours(page, 'dark');
    await shoot(page, 'roles-dark');
    expect(await seriousFaults(page)).toEqual([]);
    await turnColours(page, 'light');
    await apply.focus();
    await page.keyboard.press('Enter');

    // The thresholds are suggested, and taken by pressing the button.
    await use.waitFor();
    await expect.poll(() => use.isDisabled()).toBe(false);
    await use.focus();
    await page.keyboard.press('Enter');
    await waitForState(page, 'Your models are in use');
    expect(await card.getByText('set here').count()).toBe(4);
    const recipe = await savedRecipe(page);
    expect(recipe.keypoint.roles).toEqual({
      left_eye: 'keypoint_0',
      right_eye: 'keypoint_1',
      nose: 'keypoint_2',
      left_ear: 'keypoint_3',
    });
    await dialog.getByRole('button', { name: /^Run .* again$/ }).click();
    await waitForStatus(page, /^(Queued|Running|Comparing)/);
    await waitForStatus(page, new RegExp(`^Done: ${count} photos`));
    expect((await exportRun(page)).results.recipe).toEqual(recipe);
  });

  it('offers the geometry of 2025', async () => {
    await openModels(page);
    await dialogOf(page).getByRole('radio', { name: 'Original 2025' }).click();
    await dialogOf(page).getByRole('radio', { name: 'Original 2025', checked: true }).waitFor();
    expect((await savedRecipe(page)).crop.chipMode).toBe('original-2025');
    await dialogOf(page).getByRole('radio', { name: 'Hull' }).click();
    await page.getByRole('button', { name: 'Back to bundled models' }).click();
    await waitForState(page, 'The bundled models are in use');
    expect(await savedRecipe(page)).toEqual(bundledRun.results.recipe);
    await page.keyboard.press('Escape');
  });

  it('tells models and photos of one folder apart', async () => {
    const mixed = join(scratch, 'mixed');
    await makePhotos(mixed, 2, 2);
    await makeOwnSet(join(mixed, 'models'));
    await exportRun(page);
    await dragFiles(page, [mixed]);
    await page.getByText(/holds models and 5 photos. In use now: animals\.onnx/).waitFor({ timeout: RUN_TIMEOUT }); // prettier-ignore
    await waitForStatus(page, /^Done: 5 photos/);
    await shoot(page, 'mixed');
    const run = await exportRun(page);
    expect(run.results.models.detector?.file).toBe('animals.onnx');
    expect(run.results.ignored.map(({ path }) => path)).toContain('models/animals.onnx');
  });

  it('works on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openModels(page);
    await shoot(page, 'phone-cards');
    expect(await seriousFaults(page)).toEqual([]);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).toBe(0);
    await dialogOf(page).getByRole('button', { name: 'Keypoint roles' }).click();
    await dialogOf(page).getByLabel('Role of keypoint 0').waitFor();
    await page.waitForTimeout(500);
    await shoot(page, 'phone-roles');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('asked no other origin for anything and logged no error', () => {
    expect(watch.foreign).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});

async function savedRecipe(page: Page): Promise<Recipe> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialogOf(page).getByRole('button', { name: 'Save pipeline.json' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pipeline.json');
  const recipe = parseRecipe(await readFile(await download.path(), 'utf8'));
  if (!recipe.ok) throw new Error(recipe.error.message);
  return recipe.value;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** The built page from a server that sets no header but the type. */
async function servePlainly(): Promise<{ url: string; server: Server }> {
  const dist = join(ROOT, 'dist');
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const file = join(dist, path.endsWith('/') ? `${path}index.html` : path);
    try {
      const body = readFileSync(file);
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

describe.skipIf(executable === null)('the page without cross-origin isolation', () => {
  it('runs a folder all the same', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'samedog-plain-'));
    const { url, server } = await servePlainly();
    const browser = await launch(executable!);
    try {
      const count = await makePhotos(join(scratch, 'dogs'), 2, 2);
      const { page, watch } = await openPage(await browser.newContext(), url);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      await page.getByLabel('Choose folder').setInputFiles(join(scratch, 'dogs'));
      const status = await waitForStatus(page, /^Done: /);
      expect(status).toMatch(new RegExp(`^Done: ${count} photos, [4-9] embedded`));
      expect(watch.errors).toEqual([]);
    } finally {
      await browser.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
