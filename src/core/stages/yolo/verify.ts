/** What only a run can tell of a YOLO file. */
import { ModelOutputError } from '../../onnx/modelOutputError';
import { probeImages } from '../../onnx/probes';
import type { Session } from '../../ports';
import type { YoloContract } from './contract';
import { decode } from './decode';
import { runYolo } from './run';

/** What two runs showed. Plain data. */
export interface YoloFacts {
  /** Output of one image, [rows, columns]; null when the run's output was refused. */
  readonly output: readonly [number, number] | null;
  /** Sentences to follow the file's name. */
  readonly problems: readonly string[];
}

/**
 * Runs the network on two made pictures that have little in common and checks that its output is the contract's.
 * @throws whatever the runtime throws
 */
export async function verifyYolo(session: Session, contract: YoloContract): Promise<YoloFacts> {
  const [first, second] = probeImages(contract.input.width, contract.input.height);
  try {
    const output = await runYolo(session, contract, first!, 'cv-linear');
    decode(output, contract, 0);
    // The runtime may write its next output over this one.
    const before = output.data.slice();
    const { data } = await runYolo(session, contract, second!, 'cv-linear');
    // Finished rows may all be empty for two pictures without a dog; equal candidates are another matter.
    const says = contract.form === 'raw' || before.some((value) => value !== 0);
    const constant = says && before.every((value, i) => value === data[i]);
    return {
      output: [output.rows, output.columns],
      problems: constant
        ? ['gives the same output for very different pictures: its export is broken.']
        : [],
    };
  } catch (error) {
    if (!(error instanceof ModelOutputError)) throw error;
    return { output: null, problems: [`failed its warm-up run: ${error.message}`] };
  }
}
