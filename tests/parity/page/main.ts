/** The parity suite in a page: onnxruntime-web on WASM, the browser's decoders. Driven by chromium.test.ts. */
import { createBrowserDecoder } from '../../../src/platform/browser/decoder';
import { openSession } from '../../../src/platform/browser/session';
import { sha256 } from '../../../src/platform/browser/sha256';
import {
  EXPORTS_FILE,
  parseFixtures,
  REFERENCE_FILE,
  type Environment,
} from '../suite/environment';
import { suite } from '../suite/index';

declare global {
  interface Window {
    /** Names of the cases, once the fixtures are read. */
    parityNames: () => Promise<string[]>;
    /** Runs one; null when it passed, else why not. */
    runParity: (name: string) => Promise<string | null>;
  }
}

async function read(path: string): Promise<Uint8Array> {
  const response = await fetch(`/fixtures/${path.split('/').map(encodeURIComponent).join('/')}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const environment: Environment = {
  read,
  openSession: async (path) =>
    openSession(
      { bytes: await read(path) },
      { backend: 'wasm', threads: 1, runtimeUrl: new URL('/ort/', location.href).href },
    ),
  decoder: createBrowserDecoder(),
  sha256,
};

const cases = Promise.all([read(REFERENCE_FILE), read(EXPORTS_FILE)]).then(([reference, exports]) =>
  suite(parseFixtures(reference, exports)),
);

window.parityNames = async () => (await cases).map((one) => one.name);
window.runParity = async (name) => {
  const one = (await cases).find((candidate) => candidate.name === name);
  if (one === undefined) return `there is no case "${name}"`;
  try {
    await one.run(environment);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
