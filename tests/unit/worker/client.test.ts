import { describe, expect, it, vi } from 'vitest';
import { decideByCheck, decideEarly } from '../../../src/worker/client/backend';
import { createClient } from '../../../src/worker/client/createClient';
import { handleWorker, WorkerLost } from '../../../src/worker/client/handle';
import { poolSize } from '../../../src/worker/client/poolSize';
import type { GpuReport, SelfCheck } from '../../../src/worker/contract';
import { BUNDLE, fakeWorker, NO_GPU, OPTIONS, type FakeBehaviour, type FakeWorker } from './fakes';

const REAL: GpuReport = { adapter: 'nvidia', software: false, decoder: 'fake' };
const SOFT: GpuReport = { adapter: 'google swiftshader', software: true, decoder: 'fake' };
const check = (values: readonly number[], medianMs: number): SelfCheck => ({
  outputs: [{ slot: 'embedder', data: Float32Array.from(values), cut: null }],
  medianMs,
});
const nothing = (): void => undefined;

function clientOf(behaviour: FakeBehaviour, size = 2) {
  const started: FakeWorker[] = [];
  const client = createClient({
    size,
    inference: () => {
      const worker = fakeWorker(behaviour);
      started.push(worker);
      return worker;
    },
    analysis: () => {
      throw new Error('not asked for');
    },
  });
  return { client, started };
}

const setup = (wasm: readonly number[], wasmMs: number, gpu: readonly number[], gpuMs: number) =>
  ((backend: string) =>
    Promise.resolve({
      ok: true,
      value: backend === 'wasm' ? check(wasm, wasmMs) : check(gpu, gpuMs),
    })) satisfies FakeBehaviour['setup'];

describe('choice of the backend', () => {
  it.each([
    ['auto', NO_GPU, 'no WebGPU adapter'],
    ['auto', SOFT, 'software'],
    ['webgpu', NO_GPU, 'WebGPU was chosen, but'],
    ['wasm', REAL, 'as chosen'],
  ] as const)('%s is WASM without trying where %o', (choice, gpu, why) => {
    expect(decideEarly(choice, gpu)).toMatchObject({ backend: 'wasm' });
    expect(decideEarly(choice, gpu)!.reason).toContain(why);
  });

  it('has to be tried on a real adapter, and where it is chosen by hand', () => {
    expect(decideEarly('auto', REAL)).toBeNull();
    expect(decideEarly('webgpu', SOFT)).toBeNull();
  });

  const wasm = check([1, 0], 40);
  it.each([
    ['agrees and is faster', check([1, 0.001], 8), 'webgpu', 'faster'],
    ['is slower than the pool of 4 together', check([1, 0.001], 12), 'wasm', 'not faster'],
    ['gives other numbers', check([1, 0.1], 1), 'wasm', 'other results'],
    ['gives NaN', check([NaN, 0], 1), 'wasm', 'other results'],
    ['fails', { error: 'device lost' }, 'wasm', 'device lost'],
  ] as const)('auto, WebGPU %s', (_, webgpu, backend, why) => {
    const decision = decideByCheck('auto', wasm, webgpu, 4);
    expect(decision.backend).toBe(backend);
    expect(decision.reason).toContain(why);
  });

  it('warns when it was chosen by hand and disagrees', () => {
    const decision = decideByCheck('webgpu', wasm, check([0, 1], 1), 4);
    expect(decision.backend).toBe('webgpu');
    expect(decision.reason).toContain('do not trust');
  });
});

describe('poolSize', () => {
  it.each([
    [2, undefined, 2],
    [16, undefined, 8],
    [16, 4, 5],
    [4, 0.5, 1],
  ])('%i cores and %s GiB: %i', (cores, memory, size) => {
    expect(poolSize(cores, memory)).toBe(size);
  });
});

describe('prepare', () => {
  it('makes each session once: the worker that was probed is the first of the pool', async () => {
    const { client, started } = clientOf({});
    const ready = await client.prepare(BUNDLE, 'auto', OPTIONS, nothing);
    expect(ready).toMatchObject({
      ok: true,
      value: { dim: 3, report: { backend: 'wasm', workers: 2, threads: 1, decoder: 'fake' } },
    });
    expect(started.map(({ setups }) => setups)).toEqual([['wasm'], ['wasm']]);
    await client.prepare(BUNDLE, 'auto', OPTIONS, nothing);
    expect(started).toHaveLength(2);
  });

  it('keeps the WebGPU worker when it wins and ends the other', async () => {
    const { client, started } = clientOf({ gpu: REAL, setup: setup([1, 0], 40, [1, 0], 2) });
    const ready = await client.prepare(BUNDLE, 'auto', OPTIONS, nothing);
    expect(ready).toMatchObject({
      ok: true,
      value: {
        report: { backend: 'webgpu', workers: 1, checks: [{ slot: 'embedder', measured: 1 }] },
      },
    });
    expect(started.map(({ setups, ended }) => [setups[0], ended])).toEqual([
      ['wasm', true],
      ['webgpu', false],
    ]);
  });

  it('serves two requests one after the other and leaves one pool alive', async () => {
    const { client, started } = clientOf({});
    const both = await Promise.all([
      client.prepare(BUNDLE, 'auto', OPTIONS, nothing),
      client.prepare(BUNDLE, 'wasm', OPTIONS, nothing),
    ]);
    expect(both.every(({ ok }) => ok)).toBe(true);
    expect(started.filter(({ ended }) => !ended)).toHaveLength(2);
  });

  it('tells what a worker said against a model, and leaves nothing running', async () => {
    const error = { slot: 'detector', message: 'detector.onnx is no ONNX file' } as const;
    const { client, started } = clientOf({ setup: () => Promise.resolve({ ok: false, error }) });
    expect(await client.prepare(BUNDLE, 'auto', OPTIONS, nothing)).toEqual({ ok: false, error });
    expect(started.every(({ ended }) => ended)).toBe(true);
  });

  it('settles when the worker dies during setup, and when the client is closed', async () => {
    const dying = clientOf({ setup: () => new Promise(() => undefined) });
    const pending = dying.client.prepare(BUNDLE, 'auto', OPTIONS, nothing);
    await vi.waitFor(() => expect(dying.started[0]?.setups).toHaveLength(1));
    dying.started[0]!.die('crash');
    expect(await pending).toMatchObject({ ok: false, error: { slot: null } });

    const closing = clientOf({});
    const late = closing.client.prepare(BUNDLE, 'auto', OPTIONS, nothing);
    closing.client.close();
    expect((await late).ok).toBe(false);
    expect(closing.started.every(({ ended }) => ended)).toBe(true);
  });

  it('refuses to run before it', async () => {
    const { client } = clientOf({});
    const { signal } = new AbortController();
    await expect(client.run([], OPTIONS, nothing, signal)).rejects.toThrow('before prepare');
  });
});

/** A Worker as the page sees one, that never answers. */
class SilentWorker extends EventTarget {
  terminated = false;
  postMessage(): void {
    // Never answers.
  }
  terminate(): void {
    this.terminated = true;
  }
}

describe('handleWorker', () => {
  const silent = () => {
    const worker = new SilentWorker();
    const handle = handleWorker<{ wait(): Promise<void> }>(worker as unknown as Worker);
    return { worker, handle, call: handle.call((api) => api.wait()) };
  };

  it('rejects what waits when the worker fails', async () => {
    const { worker, handle, call } = silent();
    worker.dispatchEvent(Object.assign(new Event('error'), { message: 'boom' }));
    await expect(call).rejects.toThrow(WorkerLost);
    expect(handle.lost).toBe(true);
    expect(worker.terminated).toBe(true);
  });

  it('rejects what waits when a message cannot be read', async () => {
    const { worker, call } = silent();
    worker.dispatchEvent(new Event('messageerror'));
    await expect(call).rejects.toThrow('could not be read');
  });

  it('rejects what waits when it is ended, and every call after', async () => {
    const { handle, call } = silent();
    handle.end('no longer needed');
    await expect(call).rejects.toThrow('no longer needed');
    await expect(handle.call((api) => api.wait())).rejects.toThrow(WorkerLost);
  });
});
