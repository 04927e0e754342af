/** What a person does on the page, in the words that the page itself uses. */
import AxeBuilder from '@axe-core/playwright';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { resultsSchema, type Results } from '../../src/core/results/schema';

/** Long enough for a loaded machine with one core. */
export const RUN_TIMEOUT = 540_000;

export const VIEWS = ['Photos', 'Matrix', 'Galleries', 'Verdict'] as const;

export async function waitForStatus(page: Page, pattern: RegExp): Promise<string> {
  const status = page.getByRole('status').filter({ hasText: pattern });
  await status.waitFor({ timeout: RUN_TIMEOUT });
  return (await status.textContent()) ?? '';
}

export async function showView(page: Page, name: (typeof VIEWS)[number]): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
}

/** Presses `Export results` and reads what was saved. */
export async function exportResults(page: Page): Promise<Results> {
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByRole('button', { name: 'Export results' }).click(),
  ]);
  if (download.suggestedFilename() !== 'results.json') {
    throw new Error(`saved as ${download.suggestedFilename()}`);
  }
  const text = await readFile(await download.path(), 'utf8');
  return resultsSchema.parse(JSON.parse(text));
}

/** What axe calls serious or critical, in a line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** Role and name of what has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return '';
    const label = element.closest('label');
    return (
      element.getAttribute('aria-label') ??
      (label ?? element).textContent.trim().replace(/\s+/g, ' ')
    );
  });
}
