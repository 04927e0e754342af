/**
 * Runs the benchmarks, one after the other: `npm run bench`, or `npm run bench -- evaluation`.
 * Close everything else first; two programs on one core measure each other.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHMARKS = ['evaluation', 'pipeline'] as const;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHMARKS.some((known) => known === name));
if (unknown.length > 0) {
  console.error(
    `No benchmark is called ${unknown.join(', ')}. There are: ${BENCHMARKS.join(', ')}.`,
  );
  process.exit(2);
}
let failed = false;
for (const name of BENCHMARKS.filter((one) => asked.length === 0 || asked.includes(one))) {
  console.log(`\n== ${name}`);
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync('npx', ['tsx', file], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
