import react from '@vitejs/plugin-react';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { RUNTIME_FILES } from './src/worker/runtime.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
/** Version-matched with what the app imports, since it is the same package. */
const runtime = join(root, 'node_modules/onnxruntime-web/dist');
const MODEL_FILES = ['pipeline.json', 'onnx'];

/** No request leaves the origin. 'wasm-unsafe-eval' is what WebAssembly needs; styles are set by the ui's primitives. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Threads and precise timers need isolation. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What the built page is served with: workers obey the policy of their own response, not the page's meta tag. */
const headers = {
  ...isolation,
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
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
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
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
      // Netlify, Cloudflare Pages and others read their headers from this file.
      const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`);
      await writeFile(join(out, '_headers'), ['/*', ...lines, ''].join('\n'));
      await mkdir(join(out, 'ort'), { recursive: true });
      for (const name of RUNTIME_FILES) await cp(join(runtime, name), join(out, 'ort', name));
      for (const name of MODEL_FILES) {
        await cp(join(root, 'models', name), join(out, 'models', name), { recursive: true });
      }
    },
  };
}

/** The policy as a meta tag, for hosts that set no headers. In dev, vite's own inline script has to run. */
function policy(): Plugin {
  let dev = false;
  return {
    name: 'samedog-policy',
    configResolved: ({ command }) => {
      dev = command === 'serve';
    },
    transformIndexHtml: () => {
      const content = dev ? POLICY.replace("script-src 'self'", "$& 'unsafe-inline'") : POLICY;
      const attrs = { 'http-equiv': 'Content-Security-Policy', content };
      return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }];
    },
  };
}

export default defineConfig({
  // A path that is not there is a 404, never the start page.
  appType: 'mpa',
  plugins: [react(), assets(), policy()],
  base: '/',
  resolve: {
    // The runtime's .mjs and .wasm come from /ort/, so the bundle must not carry its own copies.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es', plugins: () => [] },
  server: { headers: isolation },
  preview: { headers },
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
});
