import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/doctor/diagnose';
import type { EmbeddingMatrix } from '../../../src/core/types';
import { examine } from '../../../src/worker/client/examine';
import type { WorkerHandle } from '../../../src/worker/client/handle';
import type { AnalysisWorkerApi, ExamineProgress } from '../../../src/worker/contract';
import { fakeBundle } from '../state/fakeBundle';
import { fakeWorker, type FakeBehaviour, type FakeWorker } from './fakes';

const DOGS = 5;
const photos = Array.from({ length: DOGS * 3 }, (_, i) => ({
  path: `dog ${i % DOGS}/${i}.jpg`,
  identity: `dog ${i % DOGS}`,
  file: new Blob([String(i)]),
  chip: { x1: 0, y1: 0, x2: 1, y2: 1 },
}));

/** A row that tells its dog, read from the photo's path: rows in a wrong order would separate nothing. */
function rowsOf(paths: readonly string[]): EmbeddingMatrix {
  const data = new Float32Array(paths.length * DOGS);
  paths.forEach((path, i) => (data[i * DOGS + Number(path[4])] = 1));
  return { rows: paths.length, dim: DOGS, data };
}

function workersOf(behaviour: () => FakeBehaviour, size = 2) {
  const started: FakeWorker[] = [];
  let judged = false;
  const api = {
    diagnose: (request, embed, onProgress) => diagnose({ ...request, embed, onProgress }),
  } as AnalysisWorkerApi;
  const judge: WorkerHandle<AnalysisWorkerApi> = {
    lost: false,
    call: (work) => work(api),
    end: () => (judged = true),
  };
  const workers = {
    size,
    inference: () => {
      const worker = fakeWorker(behaviour());
      started.push(worker);
      return worker;
    },
    analysis: () => judge,
  };
  return { workers, started, ended: () => judged && started.every(({ ended }) => ended) };
}

/** Holds what it is given and embeds it by dog. */
function honest(refuse: (path: string) => string | null = () => null): FakeBehaviour {
  const held: string[] = [];
  return {
    hold: ({ path }) => {
      const reason = refuse(path);
      if (reason === null) held.push(path);
      return reason;
    },
    embed: () => Promise.resolve(rowsOf(held)),
  };
}

describe('examine', () => {
  it('deals the photos to its workers, keeps rows and names together, and ends them', async () => {
    const { workers, started, ended } = workersOf(() => honest());
    const seen: ExamineProgress[] = [];
    const request = { bundle: fakeBundle(), photos };
    const result = await examine(
      workers,
      request,
      (p) => seen.push(p),
      new AbortController().signal,
    );
    if (!result.ok) throw new Error(result.error.message);
    expect(started).toHaveLength(2);
    expect(started.every(({ setups }) => setups[0] === 'wasm')).toBe(true);
    const { diagnosis, unread } = result.value;
    expect(unread).toEqual([]);
    expect(diagnosis.photos).toBe(photos.length);
    expect(diagnosis.trials[0]!.separation.genuineMean).toBeCloseTo(1, 6);
    expect(diagnosis.trials[0]!.separation.impostorMean).toBeCloseTo(0, 6);
    expect(seen.filter(({ step }) => step === 'chips').at(-1)).toMatchObject({
      done: 15,
      total: 15,
    });
    expect(seen.at(-1)!.step).toBe('recipes');
    expect(ended()).toBe(true);
  });

  it('names photos that cannot be read again and goes on without them', async () => {
    const { workers } = workersOf(() =>
      honest((path) => (path.endsWith('/7.jpg') ? 'gone' : null)),
    );
    const request = { bundle: fakeBundle(), photos };
    const result = await examine(workers, request, () => undefined, new AbortController().signal);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.unread).toEqual([{ path: 'dog 2/7.jpg', reason: 'gone' }]);
    expect(result.value.diagnosis.photos).toBe(14);
  });

  it('answers when a worker dies or is aborted, and leaves none behind', async () => {
    const request = { bundle: fakeBundle(), photos };
    const dying = workersOf(() => ({
      ...honest(),
      embed: () => Promise.reject(new Error('crash')),
    }));
    const crashed = await examine(
      dying.workers,
      request,
      () => undefined,
      new AbortController().signal,
    );
    expect(crashed.ok).toBe(false);
    expect(!crashed.ok && crashed.error.message).toContain('crash');
    expect(dying.ended()).toBe(true);

    const stuck = workersOf(() => ({ ...honest(), embed: () => new Promise(() => undefined) }));
    const abort = new AbortController();
    const waiting = examine(stuck.workers, request, () => undefined, abort.signal);
    setTimeout(() => abort.abort(), 20);
    expect((await waiting).ok).toBe(false);
    expect(stuck.ended()).toBe(true);
  });
});
