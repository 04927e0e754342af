import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { availableParallelism } from 'node:os';
import { STAGE_CHOICES, type DogChoice, type StageChoice } from '../../src/core/types';
import { UsageError } from './errors';

/** The flags of the headless run. */
export interface VerifyArguments {
  readonly folder: string;
  readonly out: string | null;
  readonly models: string | null;
  readonly stages: StageChoice;
  readonly dogs: DogChoice;
  readonly top: number;
  readonly debugImages: boolean;
  readonly workers: number;
  /** Whether each photo first becomes the photo library's preview. */
  readonly immichPreview: boolean;
  /** Whether face chip, body crop and whole photo are compared. */
  readonly branches: boolean;
  /** A CSV file of identities, or a pattern over the paths, in place of the folders. */
  readonly identities: string | null;
  readonly pattern: string | null;
  /** Whether intervals are computed above the number of photos up to which they are unasked. */
  readonly intervals: boolean;
}

/** Parses the command line. Throws UsageError on anything unknown; `--help` prints and ends with 0. */
export function parseArguments(argv: readonly string[]): VerifyArguments {
  const command = new Command('verify')
    .description('Runs detector, keypoints and embedder over a folder of dog photos.')
    .argument('<folder>', 'one sub-folder per dog; photos at the root have no identity')
    .option('--out <dir>', 'where results.json, metrics.json and the matrices are written')
    .option(
      '--models <dir>',
      'pipeline.json and ONNX files; a missing stage uses the bundled model',
    )
    .option('--stages <list>', STAGE_CHOICES.join(' | '), oneOf(STAGE_CHOICES), STAGE_CHOICES[0])
    .option('--dogs <which>', 'best | all', oneOf(['best', 'all']), 'best')
    .option('--top <k>', 'matches per query', positiveInteger, 5)
    .option('--debug-images', 'draw box, keypoints, chip and branch on every photo', false)
    .option('--branches', 'compare face chip, body crop and whole photo in metrics.json', false)
    .option('--immich-preview', 'see each photo as Immich does: 1440 px, JPEG 80', false)
    .option('--workers <n>', 'photos in flight', positiveInteger, availableParallelism())
    .option('--identities <file>', 'CSV of path,identity[,split] in place of the folders')
    .option('--pattern <regex>', 'names the dog from the path, by a group named identity')
    .option('--intervals', 'intervals for any number of photos (else up to 5,000)', false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(0);
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const options = command.opts<
    Omit<VerifyArguments, 'folder' | 'out' | 'models' | 'identities' | 'pattern'> & {
      out?: string;
      models?: string;
      identities?: string;
      pattern?: string;
    }
  >();
  if (options.identities !== undefined && options.pattern !== undefined) {
    throw new UsageError('give --identities or --pattern, not both');
  }
  return {
    ...options,
    folder: command.args[0]!,
    out: options.out ?? null,
    models: options.models ?? null,
    identities: options.identities ?? null,
    pattern: options.pattern ?? null,
  };
}

function oneOf(choices: readonly string[]): (value: string) => string {
  return (value) => {
    if (choices.includes(value)) return value;
    throw new InvalidArgumentError(`use one of: ${choices.join(' | ')}`);
  };
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('use a whole number of at least 1');
}
