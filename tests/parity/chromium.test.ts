/** The parity suite in Chromium: the same cases as in Node, in a page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser } from './browser';
import { loadSuite } from './fixtures';
import { servePage, type PageServer } from './pageServer';

const executable = findBrowser();
if (executable === null) {
  console.warn(
    'SKIPPED: the parity suite in Chromium. No Chromium or Chrome was found (README, tests).',
  );
}

const { fixtures, cases } = await loadSuite();

describe.skipIf(executable === null)(`parity in Chromium with ${fixtures.reference.madeBy}`, () => {
  let server: PageServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await servePage();
    browser = await launchBrowser(executable!);
    page = await browser.newPage();
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  it('runs the same cases as Node', async () => {
    const names = await page.evaluate(() => window.parityNames());
    expect(names).toEqual(cases.map((one) => one.name));
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it.each(cases)('$name', async ({ name }) => {
    expect(await page.evaluate((one) => window.runParity(one), name)).toBeNull();
  });
});
