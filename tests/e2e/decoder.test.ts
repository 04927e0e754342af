/** The two decoders against each other, file by file: Chromium's and libvips', behind the same core. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeDecoder } from '../../src/platform/node/decoder';
import { findChromium, launch } from './chromium';
import type { Told } from './lab/main';
import { serveLab, type Lab } from './lab/serve';
import { damagedJpegs, oddPhotos, type OddPhoto } from './oddPhotos';

const SHARED = fileURLToPath(new URL('../../../shared/data/photos-sample/', import.meta.url));
const executable = findChromium();
const photos = await oddPhotos();
const node = createNodeDecoder();

async function inNode(bytes: Uint8Array): Promise<Told & { readonly data: Uint8Array }> {
  const result = await node.decode(bytes);
  if (!result.ok) {
    const { code } = result.error;
    return { code, width: 0, height: 0, sha256: null, pixels: null, data: new Uint8Array(0) };
  }
  const { width, height, data } = result.value;
  const sha256 = createHash('sha256').update(data).digest('hex');
  return { code: null, width, height, sha256, pixels: null, data };
}

function differences(a: Uint8Array, b: Uint8Array): { max: number; mean: number } {
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!);
    sum += d;
    if (d > max) max = d;
  }
  return { max, mean: sum / a.length };
}

describe.skipIf(executable === null)('decoders of page and headless run', () => {
  let browser: Browser;
  let page: Page;
  let lab: Lab;

  beforeAll(async () => {
    lab = await serveLab();
    browser = await launch(executable!);
    page = await browser.newPage();
    await page.goto(lab.url);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
  });

  const inPage = (bytes: Uint8Array, withPixels = false): Promise<Told> =>
    page.evaluate(([url, pixels]) => window.decodeUrl(url, pixels), [
      lab.offer(bytes),
      withPixels,
    ] as const);

  async function compare({ bytes, pixels }: Pick<OddPhoto, 'bytes' | 'pixels'>): Promise<Told> {
    const here = await inNode(bytes);
    const there = await inPage(bytes, pixels !== 'exact');
    const facts = ({ code, width, height }: Told) => ({ code, width, height });
    expect(facts(there)).toEqual(facts(here));
    if (pixels === 'exact') expect(there.sha256).toBe(here.sha256);
    else {
      const { max, mean } = differences(here.data, Buffer.from(there.pixels!, 'base64'));
      expect(max).toBeLessThanOrEqual(pixels.maxDifference);
      expect(mean).toBeLessThanOrEqual(pixels.meanDifference);
    }
    return here;
  }

  it('has a canvas that gives back what was drawn', async () => {
    const facts = await page.evaluate(() => window.decoderFacts());
    expect(facts.exact).toBe(true);
    expect(facts.name).toMatch(/^createImageBitmap in Chrome \d+$/);
  });

  it.each(photos)('$name', async (photo) => {
    const { code } = await compare(photo);
    expect(code).toBe(photo.code);
  });

  it('200 JPEGs with damaged content: the same outcome, pixel by pixel', async () => {
    const differing: number[] = [];
    let decoded = 0;
    for (const [seed, bytes] of (await damagedJpegs(200)).entries()) {
      const here = await inNode(bytes);
      const there = await inPage(bytes);
      if (here.code === null) decoded += 1;
      if (here.code !== there.code || here.sha256 !== there.sha256) differing.push(seed);
    }
    console.log(`damaged JPEGs: ${decoded} of 200 decoded, ${differing.length} differ`);
    expect(differing).toEqual([]);
  });

  const hasShared = existsSync(SHARED);
  if (!hasShared) console.log('SKIPPED: real odd photos, ../shared/data/photos-sample is absent.');
  it.skipIf(!hasShared)('every file of photos-sample', async () => {
    let files = 0;
    for (const part of ['valid', 'awkward', 'broken']) {
      for (const name of await readdir(join(SHARED, part))) {
        const bytes = await readFile(join(SHARED, part, name));
        const pixels =
          name === 'photo.avif' ? { maxDifference: 40, meanDifference: 1 } : ('exact' as const);
        const { code } = await compare({ bytes, pixels });
        if (part === 'broken' && name !== 'corrupt_middle.jpg') expect(code, name).not.toBeNull();
        if (part !== 'broken') expect(code, name).toBeNull();
        files += 1;
      }
    }
    expect(files).toBe(68);
  });
});
