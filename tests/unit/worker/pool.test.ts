import { describe, expect, it } from 'vitest';
import type { PhotoViews } from '../../../src/core/evaluation/branchReport';
import { Pool } from '../../../src/worker/client/pool';
import type { PhotoReply } from '../../../src/worker/contract';
import { fakeWorker, jobs, OPTIONS, replyTo, type FakeBehaviour, type FakeWorker } from './fakes';

const forever = (): Promise<never> => new Promise(() => undefined);

async function open(size: number, behave: (n: number) => FakeBehaviour) {
  const started: FakeWorker[] = [];
  const pool = await Pool.open(
    size,
    () => {
      const worker = fakeWorker(behave(started.length));
      started.push(worker);
      return Promise.resolve(worker);
    },
    () => undefined,
  );
  return { pool, started };
}

function run(pool: Pool, count: number, signal = new AbortController().signal) {
  const replies: PhotoReply[] = [];
  const outcome = pool.run({
    jobs: jobs(count),
    options: OPTIONS,
    onPhoto: (reply) => void replies.push(reply),
    signal,
  });
  return { replies, outcome };
}

const codes = (replies: readonly PhotoReply[]): Record<string, string> =>
  Object.fromEntries(
    replies
      .filter(({ photo }) => photo.failure !== null)
      .map(({ photo }) => [photo.path, photo.failure!.code]),
  );

describe('Pool', () => {
  it('replies once to every job', async () => {
    const { pool } = await open(3, () => ({}));
    const { replies, outcome } = run(pool, 50);
    expect(await outcome).toEqual({ done: 50, cancelled: false });
    expect(new Set(replies.map(({ photo }) => photo.path)).size).toBe(50);
  });

  it('tries a photo again when its worker dies, in a new worker', async () => {
    const { pool, started } = await open(1, (n) => ({
      process: (one, die) => {
        if (n === 0 && one.path === 'rex/2.jpg') {
          die('crash');
          return forever();
        }
        return Promise.resolve(replyTo(one));
      },
    }));
    const { replies, outcome } = run(pool, 5);
    expect(await outcome).toEqual({ done: 5, cancelled: false });
    expect(codes(replies)).toEqual({});
    expect(started).toHaveLength(2);
  });

  it('gives a photo up as worker-lost after the second death and goes on with the rest', async () => {
    const { pool, started } = await open(2, () => ({
      process: (one, die) => {
        if (one.path !== 'rex/3.jpg') return Promise.resolve(replyTo(one));
        die('out of memory');
        return forever();
      },
    }));
    const { replies, outcome } = run(pool, 9);
    expect(await outcome).toEqual({ done: 9, cancelled: false });
    expect(codes(replies)).toEqual({ 'rex/3.jpg': 'worker-lost' });
    expect(replies.find(({ photo }) => photo.failure)!.photo.failure!.message).toContain(
      'out of memory',
    );
    expect(started.length).toBeGreaterThanOrEqual(3);
  });

  it('asks a fresh worker when a proven runtime breaks, and believes the second answer', async () => {
    const { pool, started } = await open(1, (n) => ({
      process: (one) => {
        // The first runtime aborts at photo 2 and fails everything after it; photo 4 fails anywhere.
        const broken = n === 0 && !['rex/0.jpg', 'rex/1.jpg'].includes(one.path);
        const code = broken ? 'out-of-memory' : one.path === 'rex/4.jpg' ? 'model-error' : null;
        return Promise.resolve(replyTo(one, code));
      },
    }));
    const { replies, outcome } = run(pool, 7);
    await outcome;
    expect(codes(replies)).toEqual({ 'rex/4.jpg': 'model-error' });
    expect(started).toHaveLength(3);
  });

  it('does not restart for ever when every photo fails alike', async () => {
    const { pool, started } = await open(1, () => ({
      process: (one) => Promise.resolve(replyTo(one, 'model-error')),
    }));
    const { replies, outcome } = run(pool, 20);
    await outcome;
    expect(replies).toHaveLength(20);
    expect(started).toHaveLength(1);
  });

  it('resolves at once on abort, although a worker hangs, and calls back no more', async () => {
    const abort = new AbortController();
    let release = (): void => undefined;
    const { pool } = await open(1, () => ({
      process: (one) =>
        one.path === 'rex/1.jpg'
          ? new Promise((resolve) => (release = () => resolve(replyTo(one))))
          : Promise.resolve(replyTo(one)),
    }));
    const { replies, outcome } = run(pool, 5, abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    expect(await outcome).toEqual({ done: 1, cancelled: true });
    release();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(replies).toHaveLength(1);
  });

  it('settles every photo when it is ended in the middle', async () => {
    const { pool, started } = await open(2, () => ({ process: forever }));
    const { replies, outcome } = run(pool, 4);
    await Promise.resolve();
    pool.end();
    expect(await outcome).toEqual({ done: 4, cancelled: false });
    expect(replies.every(({ photo }) => photo.failure?.code === 'worker-lost')).toBe(true);
    expect(started).toHaveLength(2);
    expect(started.every(({ ended }) => ended)).toBe(true);
  });

  it('goes on with fewer workers when a later one cannot start, but not with none', async () => {
    let n = 0;
    const start = () => {
      n += 1;
      return n > 2 ? Promise.reject(new Error('memory')) : Promise.resolve(fakeWorker());
    };
    expect((await Pool.open(4, start, () => undefined)).size).toBe(2);
    await expect(Pool.open(4, start, () => undefined)).rejects.toThrow('memory');
  });
});

describe('views', () => {
  const viewJobs = jobs(4).map(({ path, file }) => ({ path, file, dog: null }));
  const collect = (pool: Pool, signal = new AbortController().signal) => {
    const replies: PhotoViews[] = [];
    const onViews = (one: PhotoViews): void => void replies.push(one);
    return { replies, outcome: pool.views({ jobs: viewJobs, options: OPTIONS, onViews, signal }) };
  };

  it('are tried again in a new worker when theirs dies, and told as failed when that dies, too', async () => {
    const { pool, started } = await open(1, () => ({
      views: (one, die) => {
        if (one.path === 'rex/2.jpg') {
          die('crash');
          return forever();
        }
        return Promise.resolve({ path: one.path, body: null, photo: null, failure: null });
      },
    }));
    const { replies, outcome } = collect(pool);
    expect(await outcome).toEqual({ done: 4, cancelled: false });
    expect(replies.filter(({ failure }) => failure !== null)).toEqual([
      expect.objectContaining({
        path: 'rex/2.jpg',
        failure: expect.stringMatching(/crash/) as string,
      }),
    ]);
    expect(started).toHaveLength(3);
  });

  it('stop at once when aborted', async () => {
    const { pool } = await open(1, () => ({ views: forever }));
    const abort = new AbortController();
    const { replies, outcome } = collect(pool, abort.signal);
    abort.abort();
    expect(await outcome).toEqual({ done: 0, cancelled: true });
    expect(replies).toEqual([]);
  });
});
