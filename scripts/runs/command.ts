/** What the commands over saved runs share: parsing, exit status as the headless run, writing one JSON file. */
import { CommanderError, InvalidArgumentError, type Command } from 'commander';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../verify/errors';

/** Parses, or throws UsageError; `--help` prints and ends with 0. */
export function parse(command: Command, argv: readonly string[]): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(0);
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
}

/** Runs a command: 0 when it finished, 2 for a usage error with one clear line, 1 otherwise. */
export async function run(name: string, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${name}: ${error.message}`);
      process.exitCode = 2;
    } else {
      console.error(error instanceof Error ? (error.stack ?? error.message) : error);
      process.exitCode = 1;
    }
  }
}

/** Writes one file into `folder`, which is made if absent. Nothing else there is touched. */
export async function writeJson(folder: string, file: string, content: unknown): Promise<string> {
  const out = resolve(folder);
  await mkdir(out, { recursive: true });
  const path = join(out, file);
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
  return path;
}

export function number(least: number, most: number): (value: string) => number {
  return (value) => {
    const x = Number(value);
    if (value.trim() !== '' && x >= least && x <= most) return x;
    throw new InvalidArgumentError(`use a number from ${least} to ${most}`);
  };
}

export function whole(least: number, most: number): (value: string) => number {
  const read = number(least, most);
  return (value) => {
    const x = read(value);
    if (Number.isInteger(x)) return x;
    throw new InvalidArgumentError(`use a whole number from ${least} to ${most}`);
  };
}
