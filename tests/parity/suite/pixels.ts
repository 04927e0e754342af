/** Decoders' pixels, resampling kernels and letterboxes against Pillow, OpenCV and ultralytics. */
import { letterbox, planLetterbox } from '../../../src/core/image/letterbox';
import { resize } from '../../../src/core/image/resize';
import { inspectBytes } from '../../../src/core/intake/inspect';
import type { RgbImage } from '../../../src/core/types';
import { assert, assertCloseToOpenCv, assertSamples, equal } from './check';
import {
  decodeFile,
  referencePath,
  type Case,
  type Environment,
  type Fixtures,
  type PhotoRow,
  type ResizeRow,
} from './environment';

export function pixelCases({ reference, exports }: Fixtures): Case[] {
  return [
    ...reference.photos.map((row): Case => ({
      name: `pixels of ${row.file} are Pillow's`,
      run: (environment) => comparePhoto(environment, row),
    })),
    ...reference.resized.map((row): Case => ({
      name: `${row.kernel}: ${row.source.file ?? row.source.numbers?.join(' x ') ?? ''} to ${row.width} x ${row.height}`,
      run: (environment) => compareResize(environment, row),
    })),
    {
      name: `${reference.letterboxes.length} letterbox geometries are ultralytics'`,
      run: () => {
        assert(reference.letterboxes.length >= 250, 'too few letterboxes in the fixture');
        for (const [w, h, tw, th, ...expected] of reference.letterboxes) {
          const plan = planLetterbox({ width: w!, height: h! }, { width: tw!, height: th! });
          const actual = [plan.inner.width, plan.inner.height, plan.left, plan.top];
          equal(actual, expected, `${w} x ${h} into ${tw} x ${th}`);
        }
        return Promise.resolve();
      },
    },
    ...distinct(reference.rawOutputs.map((row) => row.boxed)).map((boxed): Case => {
      const row = reference.rawOutputs.find((candidate) => candidate.boxed === boxed)!;
      const picture = exports.find((candidate) => candidate.name === row.export)!.picture;
      return {
        name: `letterbox pixels of ${boxed} are ultralytics'`,
        run: async (environment) => {
          const expected = await decodeFile(environment, referencePath(boxed));
          const source = await decodeFile(environment, `exports/${picture}`);
          const boxedHere = letterbox(source, planLetterbox(source, expected), 'cv-linear');
          assertCloseToOpenCv(boxedHere, expected, boxed);
        },
      };
    }),
  ];
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

async function comparePhoto(environment: Environment, row: PhotoRow): Promise<void> {
  const bytes = await environment.read(referencePath(row.file));
  const facts = inspectBytes(bytes);
  assert(facts.ok, `${row.file} was refused`);
  equal(facts.value.takenAt, row.takenAt, 'time of exposure');
  const image = await decodeFile(environment, referencePath(row.file));
  equal([image.width, image.height], [row.width, row.height], 'size of the upright photo');
  // The samples say how far off a wrong image is; the hash says that no pixel is.
  assertSamples(image.data, row.samples, row.opaque ? 0 : 1, 'pixel value');
  if (row.opaque) equal(await environment.sha256(image.data), row.sha256, 'hash of the pixels');
}

async function compareResize(environment: Environment, row: ResizeRow): Promise<void> {
  const source =
    row.source.numbers === undefined
      ? await decodeFile(environment, referencePath(row.source.file ?? ''))
      : fromNumbers(...row.source.numbers);
  const actual = resize(source, row.width, row.height, row.kernel);
  if (row.pixels === undefined) {
    assertSamples(actual.data, row.samples, 0, 'pixel value');
    equal(await environment.sha256(actual.data), row.sha256, 'hash of the pixels');
  } else {
    const expected = await decodeFile(environment, referencePath(row.pixels));
    equal(await environment.sha256(expected.data), row.sha256, 'the fixture itself');
    assertCloseToOpenCv(actual, expected, row.kernel);
  }
}

/** The same picture as `numbers` of scripts/make_reference_fixtures.py, in 32-bit integers. */
export function fromNumbers(width: number, height: number, seed: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ramp =
        Math.floor((x * 160) / Math.max(1, width - 1)) +
        Math.floor((y * 60) / Math.max(1, height - 1));
      for (let c = 0; c < 3; c++) {
        let h = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(c + seed, 83492791);
        h ^= h >>> 13;
        h = Math.imul(h, 0x5bd1e995);
        h ^= h >>> 15;
        data[at++] = ramp + ((h >>> 0) % 36);
      }
    }
  }
  return { width, height, data };
}
