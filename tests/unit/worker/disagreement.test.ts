/** A planted disagreement of WebGPU, from the self-check's outputs to the sentence on the page. */
import { describe, expect, it } from 'vitest';
import { backendDoubt } from '../../../src/state/backendDoubt';
import { createClient } from '../../../src/worker/client/createClient';
import type { BackendChoice, BackendReport, SelfCheck } from '../../../src/worker/contract';
import { BUNDLE, fakeWorker, OPTIONS } from './fakes';

const DETECTOR = [0.2, 0.9, 0.4];
const EMBEDDER = [0.6, -0.8, 0];

/** What `prepare` reports where WebGPU's embedder gives `gpu`; the detector agrees, the GPU is faster. */
async function reportWith(gpu: readonly number[], choice: BackendChoice): Promise<BackendReport> {
  const check = (embedder: readonly number[], medianMs: number): SelfCheck => ({
    outputs: [Float32Array.from(DETECTOR), Float32Array.from(embedder)],
    medianMs,
  });
  const client = createClient({
    size: 2,
    inference: () =>
      fakeWorker({
        gpu: { adapter: 'a real one', software: false, decoder: 'fake' },
        setup: (backend) =>
          Promise.resolve({
            ok: true,
            value: backend === 'wasm' ? check(EMBEDDER, 40) : check(gpu, 2),
          }),
      }),
    analysis: () => {
      throw new Error('not asked for');
    },
  });
  const ready = await client.prepare(BUNDLE, choice, OPTIONS, () => undefined);
  client.close();
  if (!ready.ok) throw new Error(ready.error.message);
  return ready.value.report;
}

describe('a backend that disagrees', () => {
  it.each([
    ['one network of two turned', [-0.6, -0.8, 0], '0.28000'],
    ['another direction by a little more than is allowed', [0.6, -0.8, 0.05], '0.99875'],
    ['not numbers', [Number.NaN, 0, 0], '0.00000'],
  ])('is left out by itself and named: %s', async (_, gpu, cosine) => {
    const report = await reportWith(gpu, 'auto');
    expect(report.backend).toBe('wasm');
    const doubt = backendDoubt(report);
    expect(doubt?.inUse).toBe(false);
    expect(doubt?.message).toMatch(/^WebGPU gives other results than WASM/);
    expect(doubt?.message).toContain(`outputs is ${cosine}`);
    expect(doubt?.message).toContain('WASM is used');
  });

  it('is warned of for as long as it is used by choice', async () => {
    const report = await reportWith([-0.6, -0.8, 0], 'webgpu');
    expect(report.backend).toBe('webgpu');
    const doubt = backendDoubt(report);
    expect(doubt?.inUse).toBe(true);
    expect(doubt?.message).toMatch(/^Do not trust these numbers. WebGPU gives other results/);
  });

  it('no word where they agree, or were not compared', async () => {
    const report = await reportWith([0.6, -0.8, 0.001], 'auto');
    expect(report).toMatchObject({ backend: 'webgpu' });
    expect(report.agreement).toBeGreaterThan(0.999);
    expect(backendDoubt(report)).toBeNull();
    expect(backendDoubt(await reportWith([1, 0, 0], 'wasm'))).toBeNull();
    expect(backendDoubt(null)).toBeNull();
  });
});
