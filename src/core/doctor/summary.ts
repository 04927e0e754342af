/** What the doctor found, in sentences. */
import type { ChoiceName } from './candidates';
import type { Choice, Diagnosis } from './diagnose';

const CHOICE_NAMES: Readonly<Record<ChoiceName, string>> = {
  colour: 'colour order',
  values: 'mean, std and scale',
  fit: 'fit',
  kernel: 'resize kernel',
};

const VALUE_NAMES: Readonly<Record<string, string>> = {
  rgb: 'RGB',
  bgr: 'BGR',
  imagenet: 'ImageNet mean and std',
  half: 'mean and std 0.5',
  '0..1': 'plain 0..1',
  '0..255': 'plain 0..255',
  caffe: '0..255 less the ImageNet mean',
};

/** `BGR`, `ImageNet mean and std`, `pil-bilinear`. */
export const choiceText = (value: string): string => VALUE_NAMES[value] ?? value;

/** `ImageNet`, for lists in which the reader knows what is meant. */
export const shortText = (value: string): string =>
  ({ imagenet: 'ImageNet', half: '0.5/0.5', caffe: 'Caffe' })[value] ?? choiceText(value);

/** `colour order` */
export const choiceName = (name: ChoiceName): string => CHOICE_NAMES[name];

type Found = Pick<
  Diagnosis,
  'trials' | 'choices' | 'separates' | 'dogs' | 'recommended' | 'givenId'
>;

/** Two to four sentences: what to change, what is sure, what cannot be told and why. */
export function summarise(found: Found): string {
  const { choices, separates, dogs } = found;
  const parts = [leadSentence(found)];
  if (!separates) return parts[0]!;
  const confirmed = choices.filter(
    ({ chosen, given, certainty }) => chosen === given && certainty === 'sure',
  );
  if (confirmed.length > 0) parts.push(`Confirmed: ${list(confirmed)}.`);
  const undecided = choices.filter(({ certainty }) => certainty === 'undecided');
  if (undecided.length > 0) {
    const each = undecided.map(
      ({ name, chosen, rivals }) =>
        `${choiceName(name)} (${choiceText(chosen)} or ${rivals.map(choiceText).join(' or ')})`,
    );
    parts.push(`Undecided: ${each.join(', ')}. ${whyUndecided(dogs)}`);
  }
  return parts.join(' ');
}

export const whyUndecided = (dogs: number): string =>
  `On ${dogs} dogs these differ by no more than chance, or by under 5 %.`;

/** What to do, with the numbers it rests on. */
export function leadSentence({
  trials,
  choices,
  separates,
  recommended,
  givenId,
  dogs,
}: Found): string {
  const best = trials.find(({ candidate }) => candidate.id === recommended.id)!;
  const score = best.separation.score.toFixed(2);
  if (!separates) {
    return `Under no recipe do photos of one dog lie above those of other dogs beyond chance (best: ${score} standard deviations, ${dogs} dogs). This is probably no embedder of dogs, or the folder's names are wrong.`;
  }
  const changed = choices.filter(({ chosen, given }) => chosen !== given);
  const slightly = trials.some(({ behindInterval }) => (behindInterval?.high ?? 0) < 0);
  return changed.length === 0
    ? `Keep the recipe in use: photos of one dog lie ${score} standard deviations above those of other dogs, and no other recipe is better ${slightly ? 'by 5 % or more' : 'beyond chance'}.`
    : changeSentence(changed, trials, best.separation.score, givenId);
}

function changeSentence(
  changed: readonly Choice[],
  trials: Diagnosis['trials'],
  score: number,
  givenId: string,
): string {
  const used = trials.find(({ candidate }) => candidate.id === givenId);
  const sure = changed.every(({ certainty }) => certainty === 'sure');
  const how = changed
    .map(
      ({ name, chosen, given }) =>
        `${choiceName(name)} ${choiceText(chosen)} instead of ${choiceText(given)}`,
    )
    .join(', ');
  const low = used?.behindInterval?.low;
  const gain =
    used === undefined
      ? ''
      : `: photos of one dog lie ${score.toFixed(2)} standard deviations above those of other dogs, not ${used.separation.score.toFixed(2)}${low === undefined ? '' : ` (at least ${low.toFixed(2)} more in 97.5 % of draws)`}`;
  return `Change ${sure ? '(sure)' : '(best guess)'}: ${how}${gain}.`;
}

const list = (choices: readonly Choice[]): string =>
  choices.map(({ name, chosen }) => `${choiceName(name)} ${choiceText(chosen)}`).join(', ');
