/**
 * The preprocessing doctor. A wrong mean, colour order or fit raises no error: it only makes the vectors worse.
 * So the dropped photos are embedded under each usual recipe, and the one that separates the dogs best is
 * recommended, with how sure that is.
 */
import { drawDogs, percentileInterval, type Interval } from '../evaluation/bootstrap';
import { fail, ok, type EmbeddingMatrix, type Result } from '../types';
import {
  candidateId,
  fitCandidates,
  kernelCandidates,
  valueCandidates,
  type Candidate,
  type EmbedderRules,
} from './candidates';
import { pairMoments, separationOf, type PairMoments, type Separation } from './separation';

/** Fewer dogs with two photos than this give no answer worth having. */
export const MIN_DOGS = 3;
/** A d' that is lower by less than this fraction is no difference to act on, however steady it is. */
const RELEVANT_FRACTION = 0.02;
const DRAWS = 1000;
const SEED = 20260102;

/** One recipe tried. */
export interface Trial {
  readonly candidate: Candidate;
  readonly separation: Separation;
  /**
   * 95 % interval over dogs of the recommended recipe's d' minus this one's; null for the recommended itself and
   * where there are too few dogs. An interval that holds 0 means: these two cannot be told apart here.
   */
  readonly behind: Interval | null;
}

export interface Diagnosis {
  /** Every recipe tried, best first. */
  readonly trials: readonly Trial[];
  readonly recommended: Candidate;
  /** Id of the recipe that was in use, for comparison. */
  readonly givenId: string;
  /** `sure`: every other recipe is worse beyond chance and by 2 % or more. `undecided`: some are not. */
  readonly certainty: 'sure' | 'undecided';
  /** Recipes that cannot be told from the recommended one here. */
  readonly undecidedWith: readonly Candidate[];
  /** A sentence with the numbers. */
  readonly summary: string;
  readonly photos: number;
  readonly dogs: number;
}

export interface DoctorInput {
  /** The recipe in use, or the usual one when nothing is known. */
  readonly given: EmbedderRules;
  /** Dog of each photo, in the order that `embed` returns rows. */
  readonly identities: readonly string[];
  /** Embeds all photos' chips under other rules: identities.length unit rows. */
  embed(rules: EmbedderRules): Promise<EmbeddingMatrix>;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Most recipes that can be tried: 9 values, 2 more fits, 3 more kernels. */
export const MAX_TRIALS = 14;

/** Runs the three rounds. Fails with a sentence when the folder cannot answer the question. */
export async function diagnose(
  input: DoctorInput,
): Promise<Result<Diagnosis, { message: string }>> {
  const names = [...new Set(input.identities)].sort();
  const dogOf = input.identities.map((identity) => names.indexOf(identity));
  const withPairs = names.filter((_, dog) => dogOf.filter((d) => d === dog).length >= 2).length;
  if (withPairs < MIN_DOGS) {
    return fail({
      message: `The recipe can only be judged with at least ${MIN_DOGS} dogs of two photos each; here are ${withPairs}.`,
    });
  }
  const tried = new Map<
    string,
    { candidate: Candidate; moments: PairMoments; separation: Separation }
  >();
  const tryAll = async (candidates: readonly Candidate[]): Promise<EmbedderRules> => {
    for (const candidate of candidates) {
      if (tried.has(candidate.id)) continue;
      const matrix = await input.embed(candidate.rules);
      const moments = pairMoments(matrix, dogOf, names.length);
      tried.set(candidate.id, { candidate, moments, separation: separationOf(moments) });
      input.onProgress?.(tried.size, MAX_TRIALS);
    }
    return best().candidate.rules;
  };
  const best = (): { candidate: Candidate; moments: PairMoments; separation: Separation } =>
    [...tried.values()].reduce((a, b) => (b.separation.dPrime > a.separation.dPrime ? b : a));

  const values = await tryAll(valueCandidates(input.given));
  const fit = await tryAll(fitCandidates(values));
  await tryAll(kernelCandidates(fit));

  const winner = best();
  const draws = (moments: PairMoments): Float64Array =>
    Float64Array.from(
      drawDogs(names.length, { draws: DRAWS, seed: SEED }),
      (times) => separationOf(moments, times).dPrime,
    );
  const winnerDraws = draws(winner.moments);
  const trials = [...tried.values()]
    .sort((a, b) => b.separation.dPrime - a.separation.dPrime)
    .map(({ candidate, moments, separation }): Trial => {
      if (candidate === winner.candidate) return { candidate, separation, behind: null };
      const other = draws(moments);
      const behind = percentileInterval(winnerDraws.map((value, i) => value - other[i]!));
      return { candidate, separation, behind };
    });
  const worse = ({ separation, behind }: Trial): boolean =>
    behind !== null &&
    behind.low > 0 &&
    separation.dPrime < winner.separation.dPrime * (1 - RELEVANT_FRACTION);
  const undecidedWith = trials
    .filter((trial) => trial.candidate !== winner.candidate && !worse(trial))
    .map(({ candidate }) => candidate);
  return ok({
    trials,
    recommended: winner.candidate,
    givenId: candidateId(input.given),
    certainty: undecidedWith.length === 0 ? 'sure' : 'undecided',
    undecidedWith,
    summary: summarise(winner.candidate, trials, undecidedWith),
    photos: input.identities.length,
    dogs: names.length,
  });
}

function summarise(
  winner: Candidate,
  trials: readonly Trial[],
  undecidedWith: readonly Candidate[],
): string {
  const best = trials.find(({ candidate }) => candidate === winner)!;
  const d = best.separation.dPrime.toFixed(2);
  if (undecidedWith.length === 0) {
    return `"${winner.id}" separates the dogs best (d' ${d}); every other recipe is worse beyond chance.`;
  }
  const close = undecidedWith.map(({ id }) => `"${id}"`).join(', ');
  return `"${winner.id}" separates the dogs best (d' ${d}), but on these photos it cannot be told from ${close}: the difference is within chance (its 95 % interval holds 0) or under 2 %.`;
}
