/** Builds the page once and serves it for all browser tests. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the built page, ending in /. */
    readonly pageUrl: string;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Resolves with the teardown. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Its own process: a build inside vitest would be a development one (NODE_ENV=test).
  const { NODE_ENV: _, ...env } = process.env;
  const build = spawnSync('npx', ['vite', 'build', '--mode', 'production', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  if (build.status !== 0) throw new Error('the build failed');
  const server = await preview({
    root,
    preview: { port: 4719, strictPort: false },
    logLevel: 'warn',
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the built page is not served');
  project.provide('pageUrl', url);
  return () => server.close();
}
