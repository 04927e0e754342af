/** Builds the lab page and serves it, with the files a test hands it at /file/<n>. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface Lab {
  readonly url: string;
  /** Address under which the page can fetch these bytes. */
  offer(bytes: Uint8Array): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

export async function serveLab(): Promise<Lab> {
  const outDir = await mkdtemp(join(tmpdir(), 'samedog-lab-'));
  await build({
    configFile: false,
    root: fileURLToPath(new URL('./', import.meta.url)),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, target: 'es2023', minify: false },
  });
  const offered: Uint8Array[] = [];
  const answer = async (path: string): Promise<Uint8Array | null> => {
    const file = /^\/file\/(\d+)$/.exec(path)?.[1];
    if (file !== undefined) return offered[Number(file)] ?? null;
    if (path.includes('..')) return null;
    return readFile(join(outDir, path === '/' ? 'index.html' : path)).catch(() => null);
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    answer(path).then(
      (body) => {
        response.statusCode = body === null ? 404 : 200;
        const type = TYPES[extname(path === '/' ? 'index.html' : path)];
        response.setHeader('Content-Type', type ?? 'application/octet-stream');
        response.end(body ?? '');
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    offer: (bytes) => `${url}file/${offered.push(bytes) - 1}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
