/** What only a run can tell of an embedder. */
import { floatToHalf, halfToFloat } from '../image/half';
import { toNchw, toNhwc, type Normalisation } from '../image/tensor';
import type { Session, TensorData } from '../ports';
import type { RgbImage } from '../types';
import type { EmbedderContract } from './embedder';
import { probeImages } from './probes';

/** What a few runs showed. Plain data. */
export interface EmbedderFacts {
  /** Length of the embedding. */
  readonly dim: number;
  /** Images that were run. */
  readonly probes: number;
  readonly finite: boolean;
  /** Whether every output had length 1 within 1e-3: the graph normalises. */
  readonly unitLength: boolean;
  /** Length of each output before normalising. */
  readonly norms: readonly number[];
  /** Mean cosine over all pairs of outputs; null when an output is zero or not finite. */
  readonly meanCosine: number | null;
  /** Mean cosine > 0.98: very different pictures look alike to it. */
  readonly collapsed: boolean;
  /** Sentences to follow the file's name. */
  readonly problems: readonly string[];
}

const UNIT_TOLERANCE = 1e-3;
const COLLAPSED = 0.98;

/** Used when no recipe is known: RGB, ImageNet mean and std. */
const IMAGENET: Normalisation = {
  scale: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  colour: 'rgb',
};

/**
 * Runs an embedder on four made pictures that have little in common and reports what came back.
 * @throws whatever the runtime throws; an output of the wrong size is a problem in words, not an exception
 */
export async function verifyEmbedder(
  session: Session,
  contract: EmbedderContract,
  how: Normalisation = IMAGENET,
): Promise<EmbedderFacts> {
  const outputs: Float32Array[] = [];
  for (const image of probeImages(contract.width, contract.height)) {
    const result = await session.run({ [contract.inputName]: feed(image, contract, how) });
    const tensor = result[contract.outputName];
    if (tensor === undefined) throw new Error(`no output "${contract.outputName}"`);
    outputs.push(tensor.type === 'float16' ? halfToFloat(tensor.data) : tensor.data.slice());
  }
  return judge(outputs, contract);
}

function feed(image: RgbImage, contract: EmbedderContract, how: Normalisation): TensorData {
  const { width, height } = image;
  const nchw = contract.layout === 'nchw';
  const data = nchw ? toNchw(image, how) : toNhwc(image, how);
  const dims = nchw ? [1, 3, height, width] : [1, height, width, 3];
  return contract.inputType === 'float16'
    ? { type: 'float16', dims, data: floatToHalf(data) }
    : { type: 'float32', dims, data };
}

function judge(outputs: readonly Float32Array[], contract: EmbedderContract): EmbedderFacts {
  const dim = outputs[0]!.length;
  const norms = outputs.map((v) => Math.sqrt(dot(v, v)));
  const finite = norms.every(Number.isFinite);
  const usable = finite && norms.every((norm) => norm > 1e-12);
  const meanCosine = usable ? averageCosine(outputs, norms) : null;
  const collapsed = meanCosine !== null && meanCosine > COLLAPSED;
  const problems: string[] = [];
  if (!finite) problems.push('returns values that are not numbers (NaN or infinite).');
  else if (!usable) problems.push('returns vectors of length zero.');
  if (dim < 2) problems.push(`returns ${dim} value per image; an embedding has many.`);
  if (contract.dim !== null && contract.dim !== dim) {
    problems.push(`declares embeddings of ${contract.dim} values but returns ${dim}.`);
  }
  if (collapsed) {
    problems.push(
      `gives nearly the same vector for very different pictures (mean cosine ${meanCosine.toFixed(3)}): untrained weights, or a recipe that does not fit.`,
    );
  }
  return {
    dim,
    probes: outputs.length,
    finite,
    unitLength: usable && norms.every((norm) => Math.abs(norm - 1) < UNIT_TOLERANCE),
    norms,
    meanCosine,
    collapsed,
    problems,
  };
}

function averageCosine(vectors: readonly Float32Array[], norms: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j < i; j++, pairs++) {
      sum += dot(vectors[i]!, vectors[j]!) / (norms[i]! * norms[j]!);
    }
  }
  return sum / pairs;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
