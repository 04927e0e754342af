/** A Chromium for tests: found on this machine, or a loud reason why there is none. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Search order, as README tells it. */
const CANDIDATES = [
  process.env['SAMEDOG_CHROMIUM'],
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of the browser, or null. Throws where SAMEDOG_REQUIRE_BROWSER makes its absence a failure. */
export function findBrowser(): string | null {
  const found = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null;
  if (found === null && process.env['SAMEDOG_REQUIRE_BROWSER'] === '1') {
    throw new Error('no Chromium was found, and SAMEDOG_REQUIRE_BROWSER=1: set SAMEDOG_CHROMIUM');
  }
  return found;
}

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking'],
  });
}
