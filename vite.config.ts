import react from '@vitejs/plugin-react';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Connect, type Plugin } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const runtime = join(root, 'node_modules/onnxruntime-web/dist');
/** The WASM and WebGPU build that src/platform/browser/session.ts imports; version-matched, since it is the same package. */
const RUNTIME_FILES = [
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
];
const MODEL_FILES = ['pipeline.json', 'onnx'];

/** Threads and precise timers need isolation; the same headers stand in public/_headers for static hosts. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const TYPES: Readonly<Record<string, string>> = {
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.onnx': 'application/octet-stream',
};

/** Serves one folder below a URL in dev, answering 404 where vite would send its start page. */
function serveFolder(url: string, folder: string): Connect.NextHandleFunction {
  return (request, response, next) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    if (!path.startsWith(url)) {
      next();
      return;
    }
    const file = normalize(join(folder, path.slice(url.length)));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  };
}

/** The runtime at /ort/ and the models at /models/, in dev and in the build. */
function assets(): Plugin {
  return {
    name: 'samedog-assets',
    configureServer(server) {
      server.middlewares.use(serveFolder('/ort/', runtime));
      server.middlewares.use(serveFolder('/models/', join(root, 'models')));
    },
    async writeBundle(options) {
      const out = options.dir ?? join(root, 'dist');
      await mkdir(join(out, 'ort'), { recursive: true });
      for (const name of RUNTIME_FILES) await cp(join(runtime, name), join(out, 'ort', name));
      for (const name of MODEL_FILES) {
        await cp(join(root, 'models', name), join(out, 'models', name), { recursive: true });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), assets()],
  base: '/',
  resolve: {
    // The runtime's .mjs and .wasm come from /ort/, so the bundle must not carry its own copies.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es', plugins: () => [] },
  server: { headers },
  preview: { headers },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
});
