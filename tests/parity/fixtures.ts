/** The fixtures on disk, and the suite made from them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  EXPORTS_FILE,
  parseFixtures,
  REFERENCE_FILE,
  type Case,
  type Fixtures,
} from './suite/environment';
import { suite } from './suite/index';

export const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

export const readFixture = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(FIXTURES + path));

export async function loadSuite(): Promise<{ fixtures: Fixtures; cases: Case[] }> {
  const fixtures = parseFixtures(
    await readFixture(REFERENCE_FILE),
    await readFixture(EXPORTS_FILE),
  );
  return { fixtures, cases: suite(fixtures) };
}
