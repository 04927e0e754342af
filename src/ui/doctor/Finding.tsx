/** What to do, how sure it is, and what each choice rests on. */
import { Check, CircleHelp, Download, RotateCcw } from 'lucide-react';
import type { Choice, Diagnosis } from '../../core/doctor/diagnose';
import { choiceName, choiceText, leadSentence, whyUndecided } from '../../core/doctor/summary';
import { plural } from '../../state/status';
import { useActions } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Doctor.module.css';

export function Finding({ diagnosis }: { diagnosis: Diagnosis }) {
  const { doctor } = useActions();
  const { recommended, givenId, choices, photos, dogs, separates } = diagnosis;
  const undecided = choices.some(({ certainty }) => certainty === 'undecided');
  const keep = recommended.id === givenId;
  return (
    <section className={styles.finding} aria-labelledby="doctor-finding">
      <h2 id="doctor-finding">{headline(diagnosis)}</h2>
      {separates && (
        <ul className={styles.choices}>
          {choices.map((choice) => (
            <ChoiceTile key={choice.name} choice={choice} />
          ))}
        </ul>
      )}
      <p className={styles.summary}>{leadSentence(diagnosis)}</p>
      <p className={styles.note}>
        {plural(photos, 'photo')} of {plural(dogs, 'dog')}.
        {undecided && separates && ` Undecided: ${whyUndecided(dogs)} More dogs decide more.`}
      </p>
      <div className={styles.actions}>
        <Button
          look="primary"
          disabled={keep || !separates}
          onClick={() => void doctor.useRecommended()}
        >
          {keep ? 'This recipe is in use' : 'Use this recipe and run again'}
        </Button>
        <Button onClick={doctor.saveRecommended}>
          <Download aria-hidden="true" />
          Save pipeline.json
        </Button>
        <Button look="quiet" onClick={() => void doctor.examine()}>
          <RotateCcw aria-hidden="true" />
          Try again
        </Button>
      </div>
    </section>
  );
}

function headline({ choices, separates }: Diagnosis): string {
  if (!separates) return 'Under no recipe does this embedder know the dogs';
  const changed = choices.filter(({ chosen, given }) => chosen !== given);
  if (changed.length === 0) return 'Keep the recipe in use';
  const what = changed.map(({ chosen }) => choiceText(chosen)).join(', ');
  return changed.every(({ certainty }) => certainty === 'sure')
    ? `It wants ${what}`
    : `It probably wants ${what}`;
}

function ChoiceTile({ choice }: { choice: Choice }) {
  const { name, chosen, given, certainty, rivals } = choice;
  const sure = certainty === 'sure';
  const Icon = sure ? Check : CircleHelp;
  return (
    <li data-certainty={certainty} data-changed={chosen !== given}>
      <h3>{choiceName(name)}</h3>
      <strong>{choiceText(chosen)}</strong>
      {chosen !== given && <s>{choiceText(given)}</s>}
      <span className={styles.certainty}>
        <Icon aria-hidden="true" strokeWidth={2.5} />
        {sure ? 'Sure' : 'Undecided'}
      </span>
      {!sure && <small>or {rivals.map(choiceText).join(', ')}</small>}
    </li>
  );
}
