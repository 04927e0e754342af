/** Builds the parity page and serves it with the fixtures and the runtime, isolated as the app is. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { FIXTURES } from './fixtures';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = here('../../.work/parity-page/');
const FOLDERS: Readonly<Record<string, string>> = {
  '/fixtures/': FIXTURES,
  '/ort/': here('../../node_modules/onnxruntime-web/dist/'),
};
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePage(): Promise<PageServer> {
  await build({
    configFile: false,
    root: here('./page/'),
    logLevel: 'error',
    base: '/',
    resolve: {
      conditions: [
        'onnxruntime-web-use-extern-wasm',
        'module',
        'browser',
        'development|production',
      ],
    },
    build: { outDir: PAGE, emptyOutDir: true, target: 'es2023', minify: false },
  });
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    const at = Object.keys(FOLDERS).find((prefix) => path.startsWith(prefix));
    const folder = at === undefined ? PAGE : FOLDERS[at]!;
    const rest =
      at === undefined ? (path === '/' ? 'index.html' : path.slice(1)) : path.slice(at.length);
    const file = normalize(join(folder, rest));
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (
      !file.startsWith(normalize(folder).replace(/[\\/]$/, '') + sep) ||
      !existsSync(file) ||
      !statSync(file).isFile()
    ) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
