/**
 * Photos per second of the headless run beside its plain Python counterpart, on the same folder and models.
 *
 *     npx tsx tests/bench/pipeline.ts [folder = public/sample] [rounds = 3]
 *
 * Whole commands are timed, start-up and written files included, taking turns; medians and their ratio are
 * printed. Python is left out, with a line that says so, where SAMEDOG_PYTHON is not set.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.argv[2] ?? join(root, 'public/sample');
const rounds = Number(process.argv[3] ?? 3);
const python = process.env['SAMEDOG_PYTHON'];
const scratch = mkdtempSync(join(tmpdir(), 'samedog-bench-'));

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly seconds: number[];
}

const headless = join(root, 'scripts/12_run_full_pipeline.ts');
const contenders: Contender[] = [
  { name: 'headless run', command: 'npx', args: ['tsx', headless], seconds: [] },
  { name: 'headless run, 1 worker', command: 'npx', args: ['tsx', headless, '--workers', '1'], seconds: [] }, // prettier-ignore
];
if (python === undefined) console.log('Python is left out: SAMEDOG_PYTHON is not set.');
else {
  const script = join(root, 'scripts/12_run_full_pipeline.py');
  contenders.push({ name: 'Python', command: python, args: [script], seconds: [] });
}

let photos = 0;
for (let round = 0; round < rounds; round++) {
  for (const [i, { name, command, args, seconds }] of contenders.entries()) {
    const out = join(scratch, `${round}-${i}`);
    const [entry = '', ...flags] = args;
    const extra = command === python ? [entry, folder, '--out', out] : [entry, ...flags, folder, '--out', out]; // prettier-ignore
    const begun = performance.now();
    const done = spawnSync(command, extra, { cwd: root, encoding: 'utf8' });
    seconds.push((performance.now() - begun) / 1000);
    if (done.status !== 0) {
      console.error(`${name} ended with ${String(done.status)}: ${done.stderr.slice(-500)}`);
      process.exit(1);
    }
    const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
      photos: unknown[];
    };
    photos = results.photos.length;
  }
}
rmSync(scratch, { recursive: true, force: true });

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
};
const base = median(contenders[0]!.seconds);
console.log(`${photos} photos, median of ${rounds} rounds that took turns`);
for (const { name, seconds } of contenders) {
  const middle = median(seconds);
  console.log(
    `${name.padEnd(24)} ${middle.toFixed(2)} s  ${(photos / middle).toFixed(2)} photos/s  ${(middle / base).toFixed(2)} x`,
  );
}
