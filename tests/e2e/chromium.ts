/** Finds a Chromium and drives the built page with it. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Search order; the README names it. */
const CANDIDATES = [
  process.env['SAMEDOG_CHROMIUM'],
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of the browser, or null after saying loudly that browser tests are skipped. */
export function findChromium(): string | null {
  const found = CANDIDATES.find((path) => path !== undefined && path !== '' && existsSync(path));
  if (found !== undefined) return found;
  const message = `NO CHROMIUM FOUND (looked at ${CANDIDATES.filter((path) => path).join(', ')}).`;
  if (process.env['SAMEDOG_REQUIRE_BROWSER'] === '1') throw new Error(message);
  console.warn(
    `\n${'!'.repeat(72)}\n${message}\nBROWSER TESTS ARE SKIPPED. Set SAMEDOG_CHROMIUM to run them.\n${'!'.repeat(72)}\n`,
  );
  return null;
}

/** Starts the browser; `flags` are added, e.g. --enable-unsafe-webgpu. */
export function launch(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...flags,
    ],
  });
}

/** What a page must never do, noted as it happens. */
export interface Watch {
  /** Requests to any other origin. */
  readonly foreign: string[];
  /** Uncaught errors and console errors. */
  readonly errors: string[];
}

/** A page of the app that is watched from its first request. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; watch: Watch }> {
  const page = await context.newPage();
  const watch: Watch = { foreign: [], errors: [] };
  const { origin } = new URL(url);
  context.on('request', (request) => {
    const target = new URL(request.url());
    const local = target.protocol === 'blob:' || target.protocol === 'data:';
    if (!local && target.origin !== origin) watch.foreign.push(request.url());
  });
  page.on('pageerror', (error) => watch.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') watch.errors.push(message.text());
  });
  await page.goto(url);
  return { page, watch };
}
