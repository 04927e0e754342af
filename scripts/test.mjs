// `npm test`: install what is missing, then format, lint, types and every test. The last line is the count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, root } from './install.mjs';

install();
const scratch = mkdtempSync(join(tmpdir(), 'samedog-test-'));
const report = join(scratch, 'report.json');
let passed = 0;
let failed = 0;

/** One step that passes or fails as a whole. */
function step(name, command, args) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) passed += 1;
  else failed += 1;
  return status === 0;
}

step('format', 'npm', ['run', '--silent', 'format:check']);
step('lint', 'npm', ['run', '--silent', 'lint']);
step('types', 'npm', ['run', '--silent', 'types']);

console.log('\n== tests');
const run = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' },
);
let skipped = 0;
try {
  const summary = JSON.parse(readFileSync(report, 'utf8'));
  passed += summary.numPassedTests;
  failed += summary.numFailedTests;
  skipped = summary.numPendingTests + (summary.numTodoTests ?? 0);
  // A file that failed to load has no tests of its own to count.
  if (run.status !== 0 && summary.numFailedTests === 0) failed += 1;
} catch {
  failed += 1;
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
