/** The built page on a real folder: nested, over 120 files, with everything that goes wrong in real ones. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findChromium, launch, openPage, type Watch } from './chromium';
import { exportResults, seriousFaults, waitForStatus } from './pageSteps';
import { makePhotoFolder, type PhotoFolder } from './photoFolder';

const executable = findChromium();

describe.skipIf(executable === null)('a folder through the directory input', () => {
  let scratch = '';
  let folder: PhotoFolder;
  let browser: Browser;
  let page: Page;
  let watch: Watch;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'samedog-page-'));
    folder = await makePhotoFolder(join(scratch, 'dogs'));
    browser = await launch(executable!);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    ({ page, watch } = await openPage(context, inject('pageUrl')));
  });
  afterAll(async () => {
    await browser.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('starts at once, also while models load, and keeps what is finished when cancelled', async () => {
    await page.getByLabel('Choose folder').setInputFiles(folder.root);
    await waitForStatus(page, /^(Queued|Running): /);
    await waitForStatus(page, /^Running: ([3-9]|\d\d+) of/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    const status = await waitForStatus(page, /^Cancelled: /);
    const [, done, all] = /^Cancelled: (\d+) of (\d+) photos$/.exec(status)?.map(Number) ?? [];
    expect(all).toBe(folder.expected.size);
    expect(done).toBeGreaterThanOrEqual(3);
    expect(done).toBeLessThan(all!);
    const partial = await exportResults(page);
    expect(partial.complete).toBe(false);
    expect(partial.photos).toHaveLength(all!);
    expect(partial.photos.filter(({ status: one }) => one !== 'not-run')).toHaveLength(done!);
  });

  it('goes on to the end and gives every file its status', async () => {
    await page.getByRole('button', { name: 'Resume' }).click();
    await waitForStatus(page, /^Done: /);
    const results = await exportResults(page);
    expect(results.complete).toBe(true);
    const status = new Map(results.photos.map((photo) => [photo.path, photo]));
    expect([...status.keys()].sort()).toEqual([...folder.expected.keys()].sort());
    const wrong = [...folder.expected].filter(([path, expected]) => {
      const failed = status.get(path)?.status === 'failed';
      return expected !== 'any' && failed !== (expected === 'failed');
    });
    expect(wrong.map(([path]) => [path, status.get(path)?.failure])).toEqual([]);
    expect(results.ignored.map(({ path }) => path).sort()).toEqual([...folder.ignored].sort());
    for (const { path, failure } of results.photos) {
      if (failure !== null) expect([path, failure.message.length > 20]).toEqual([path, true]);
    }
  });

  it('lists a broken file with stage and reason, and one in a format that is not read', async () => {
    await page.getByRole('radio', { name: /^Failed/ }).click();
    const broken = page.getByRole('button', { name: /^broken\/truncated\.jpg/ });
    await broken.waitFor();
    expect(await broken.innerText()).toMatch(/Failed in/);
    const heic = page.getByRole('button', { name: /^broken\/photo\.heic/ });
    expect(await heic.innerText()).toMatch(/HEI[CF] files are not read/);
    await page.getByRole('radio', { name: /^No dog/ }).click();
    await page.getByRole('button', { name: /^odd\/one_by_one\.png/ }).waitFor();
    await page.getByRole('radio', { name: /^Ignored/ }).click();
    await page.getByText('dog 02/notes.txt').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('radio', { name: /^All/ }).click();
  });

  it('shows awkward names as text', async () => {
    expect(await page.locator('img[src="x"]').count()).toBe(0);
  });

  it('asks before unexported results are lost, and not after', async () => {
    await page.getByRole('button', { name: 'Options' }).click();
    await page.getByRole('radio', { name: '3', exact: true }).click();
    await page.keyboard.press('Escape');
    // Another top K is another result: not exported yet.
    await page.getByLabel('Choose folder').setInputFiles(join(folder.root, 'dog 01'));
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep' }).click();
    expect(await page.getByRole('status').textContent()).toMatch(/^Done: /);
    await exportResults(page);
    await page.getByLabel('Choose folder').setInputFiles(join(folder.root, 'dog 04'));
    await waitForStatus(page, /^Done: 8 photos/);
  });

  it('runs loose photos unlabelled and says how to arrange them', async () => {
    await exportResults(page);
    await page.getByLabel('Choose folder').setInputFiles(join(folder.root, 'odd'));
    await page.getByText(/sub-folder of its own/).waitFor();
    await waitForStatus(page, /^Done: 7 photos/);
    const results = await exportResults(page);
    expect(results.photos.every(({ identity }) => identity === null)).toBe(true);
  });

  it('asked no other origin for anything and logged no error', () => {
    expect(watch.foreign).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
