/** The parity suite in Node: onnxruntime-node, sharp. */
import { describe, expect, it } from 'vitest';
import { createNodeDecoder } from '../../src/platform/node/decoder';
import { sha256 } from '../../src/platform/node/openPipeline';
import { openSession } from '../../src/platform/node/session';
import { FIXTURES, loadSuite, readFixture } from './fixtures';
import type { Environment } from './suite/environment';

const environment: Environment = {
  read: readFixture,
  openSession: (path) => openSession(FIXTURES + path),
  decoder: createNodeDecoder(),
  sha256,
};

const { fixtures, cases } = await loadSuite();

describe(`parity in Node with ${fixtures.reference.madeBy}`, () => {
  it('has every part', () => {
    expect(fixtures.exports.length).toBeGreaterThanOrEqual(30);
    expect(fixtures.reference.photos.length).toBeGreaterThanOrEqual(25);
    expect(fixtures.reference.resized.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
  });

  it.each(cases)('$name', (one) => one.run(environment));
});
