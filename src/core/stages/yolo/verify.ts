/** What only a run can tell of a YOLO file. */
import { ModelOutputError } from '../../onnx/modelOutputError';
import { probeImages } from '../../onnx/probes';
import type { Session } from '../../ports';
import type { YoloContract } from './contract';
import { decode } from './decode';
import { runYolo } from './run';

/** What one run showed. Plain data. */
export interface YoloFacts {
  /** Output of one image, [rows, columns]; null when the run's output was refused. */
  readonly output: readonly [number, number] | null;
  /** Sentences to follow the file's name. */
  readonly problems: readonly string[];
}

/**
 * Runs the network once on a made picture and checks that its output is the contract's.
 * @throws whatever the runtime throws
 */
export async function verifyYolo(session: Session, contract: YoloContract): Promise<YoloFacts> {
  const [image] = probeImages(contract.input.width, contract.input.height);
  try {
    const output = await runYolo(session, contract, image!, 'cv-linear');
    decode(output, contract, 0);
    return { output: [output.rows, output.columns], problems: [] };
  } catch (error) {
    if (!(error instanceof ModelOutputError)) throw error;
    return { output: null, problems: [`failed its warm-up run: ${error.message}`] };
  }
}
