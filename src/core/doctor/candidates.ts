/** The preprocessing recipes that embedders in the field are trained with, tried in three rounds. */
import { RESIZE_KERNELS, type Recipe, type ResizeKernel } from '../recipe/schema';

export type EmbedderRules = Recipe['embedder'];

/** What a round changes; the other choices stay those of the best recipe so far. */
export type Round = 'values' | 'fit' | 'kernel';

/** What the doctor decides, one thing at a time. `values` is mean, std and scale. */
export const CHOICES = ['colour', 'values', 'fit', 'kernel'] as const;
export type ChoiceName = (typeof CHOICES)[number];

/** The value of each choice in words; two recipes with the same words are the same to the doctor. */
export type ChoiceWords = Readonly<Record<ChoiceName, string>>;

export interface Candidate {
  /** Unique, stable, readable: `imagenet rgb squash pil-bilinear`. */
  readonly id: string;
  readonly words: ChoiceWords;
  readonly round: Round;
  readonly rules: EmbedderRules;
}

interface Normalisation {
  readonly name: string;
  readonly mean: EmbedderRules['mean'];
  readonly std: EmbedderRules['std'];
  readonly scale: number;
}

/** Means are in RGB order here; a BGR candidate gets them reversed. */
const NORMALISATIONS: readonly Normalisation[] = [
  { name: 'imagenet', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], scale: 255 },
  { name: 'half', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], scale: 255 },
  { name: '0..1', mean: [0, 0, 0], std: [1, 1, 1], scale: 255 },
  { name: '0..255', mean: [0, 0, 0], std: [1, 1, 1], scale: 1 },
  // Caffe's way: the mean taken off 0..255.
  { name: 'caffe', mean: [123.675, 116.28, 103.53], std: [1, 1, 1], scale: 1 },
];

const FITS = ['squash', 'pad', 'center-crop'] as const;

/** Most recipes that can be tried: every normalisation in both colours and the given one, other fits, other kernels. */
export const MAX_TRIALS =
  2 * NORMALISATIONS.length + 1 + (FITS.length - 1) + (RESIZE_KERNELS.length - 1);

/** Round 1: mean, std, scale and colour order. `given` is tried too where it is none of the usual ones. */
export function valueCandidates(given: EmbedderRules): Candidate[] {
  const usual = NORMALISATIONS.flatMap(({ mean, std, scale }) =>
    (['rgb', 'bgr'] as const).map((colour): EmbedderRules => ({
      ...given,
      mean: colour === 'rgb' ? mean : reversed(mean),
      std: colour === 'rgb' ? std : reversed(std),
      scale,
      colour,
    })),
  );
  return distinct([given, ...usual], 'values');
}

/** Round 2: how a chip that is not square becomes square. */
export function fitCandidates(best: EmbedderRules): Candidate[] {
  return distinct([best, ...FITS.map((fit) => ({ ...best, fit }))], 'fit');
}

/** Round 3: the resampling kernel. */
export function kernelCandidates(best: EmbedderRules): Candidate[] {
  const all = RESIZE_KERNELS.map((resize: ResizeKernel) => ({ ...best, resize }));
  return distinct([best, ...all], 'kernel');
}

/** What a recipe chooses, in words. */
export function choiceWords(rules: EmbedderRules): ChoiceWords {
  const rgb = rules.colour === 'rgb';
  const mean = rgb ? rules.mean : reversed(rules.mean);
  const std = rgb ? rules.std : reversed(rules.std);
  const known = NORMALISATIONS.find(
    (norm) => norm.scale === rules.scale && same(norm.mean, mean) && same(norm.std, std),
  );
  return {
    values:
      known?.name ?? `mean ${mean.join('/')} std ${std.join('/')} scale ${rules.scale} (as rgb)`,
    colour: rules.colour,
    fit: rules.fit,
    kernel: rules.resize,
  };
}

/** A name that tells two recipes apart. */
export function candidateId(rules: EmbedderRules): string {
  const { values, colour, fit, kernel } = choiceWords(rules);
  return `${values} ${colour} ${fit} ${kernel}`;
}

/** The choices in which two recipes differ. */
export const differing = (a: ChoiceWords, b: ChoiceWords): ChoiceName[] =>
  CHOICES.filter((choice) => a[choice] !== b[choice]);

function distinct(rules: readonly EmbedderRules[], round: Round): Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const candidate of rules) {
    const id = candidateId(candidate);
    if (byId.has(id)) continue;
    byId.set(id, { id, words: choiceWords(candidate), round, rules: candidate });
  }
  return [...byId.values()];
}

function reversed(values: EmbedderRules['mean']): EmbedderRules['mean'] {
  return [values[2], values[1], values[0]];
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) < 1e-9);
}
