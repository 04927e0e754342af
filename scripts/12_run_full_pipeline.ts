/** The headless run: `npm run verify -- <folder> [...]`. Flags, files, field names and exit codes are a contract (ARCHITECTURE.md). */
import { parseArguments } from './verify/arguments';
import { runVerify } from './verify/run';
import { UsageError } from './verify/errors';

try {
  process.exitCode = await runVerify(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`verify: ${error.message}`);
    process.exitCode = 2;
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = 1;
  }
}
