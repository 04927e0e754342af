/** A store with everything around it under the test's control. */
import { sortFolder } from '../../../src/state/folder';
import { sha256Hex } from '../../../src/core/sha256';
import { fail } from '../../../src/core/types';
import type { FolderFile } from '../../../src/state/model';
import type { AppPorts } from '../../../src/state/ports';
import { statusText } from '../../../src/state/status';
import { createApp, type App } from '../../../src/state/store';
import { createFakeClient, settle, type FakeClient, type FakeOptions } from './fakeClient';

export interface TestApp extends App {
  readonly client: FakeClient;
  readonly saved: { readonly name: string; readonly text: () => Promise<string> }[];
  /** Moves the clock and runs what was put off. */
  tick(ms: number): Promise<void>;
  status(): string;
  drop(paths: readonly string[], name?: string): Promise<void>;
}

export function createTestApp(options: FakeOptions = {}, ports: Partial<AppPorts> = {}): TestApp {
  const client = createFakeClient(options);
  const saved: TestApp['saved'] = [];
  let clock = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const app = createApp({
    client,
    sort: sortFolder,
    sample: () => Promise.resolve(fail({ message: 'no sample here' })),
    sha256: (bytes) => Promise.resolve(sha256Hex(bytes)),
    version: '0.0.0-test',
    save: (name, content) => saved.push({ name, text: () => content.text() }),
    now: () => clock,
    later(callback, ms) {
      const timer = { at: clock + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    ...ports,
  });
  return {
    ...app,
    client,
    saved,
    async tick(ms) {
      clock += ms;
      for (const timer of [...timers]) {
        if (timer.at > clock) continue;
        timers.delete(timer);
        timer.callback();
      }
      await settle();
    },
    status: () => statusText(app.store.getState()),
    async drop(paths, name = 'dogs') {
      await app.actions.take(name, () => Promise.resolve(filesAt(paths)));
      await settle();
    },
  };
}

/** Files with nothing but a JPEG's first bytes, or words where the name ends in `.txt`. */
export function filesAt(paths: readonly string[]): FolderFile[] {
  return paths.map((path) => ({
    path,
    file: new Blob(path.endsWith('.txt') ? ['words'] : [new Uint8Array([0xff, 0xd8, 0xff, 0xe0])]),
  }));
}
