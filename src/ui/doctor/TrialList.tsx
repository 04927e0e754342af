/** Every recipe tried, best first: its pairs, its figure, and how far it lies behind the recommended one. */
import { CHOICES } from '../../core/doctor/candidates';
import type { Diagnosis, Standing, Trial } from '../../core/doctor/diagnose';
import { shortText } from '../../core/doctor/summary';
import styles from './Doctor.module.css';
import { axisOf, gapAxis, percentAt, type GapAxis } from './axes';
import { PairsPlot } from './PairsPlot';

const STANDING: Readonly<Record<Standing, string>> = {
  recommended: 'Recommended',
  worse: 'Worse',
  'within-chance': 'Cannot be told: within chance',
  'too-small': 'Cannot be told: under 5 %',
};

export function TrialList({
  diagnosis: { trials, recommended, givenId },
}: {
  diagnosis: Diagnosis;
}) {
  const axis = axisOf(trials);
  const gaps = gapAxis(trials);
  return (
    <section aria-labelledby="doctor-trials">
      <h2 id="doctor-trials" className={styles.listTitle}>
        {trials.length} recipes, best separation first
      </h2>
      <div className={styles.legend} aria-hidden="true">
        <span>
          <i data-kind="genuine" /> pairs of one dog
        </span>
        <span>
          <i data-kind="impostor" /> of different dogs, cosine {axis.low.toFixed(1)} to{' '}
          {axis.high.toFixed(1)}
        </span>
        <span>
          <i data-kind="gap" /> behind the recommended, 95 % interval over dogs
        </span>
      </div>
      <ol className={styles.trials}>
        {trials.map((trial) => (
          <li
            key={trial.candidate.id}
            className={styles.trial}
            data-standing={trial.standing}
            data-recipe={trial.candidate.id}
          >
            <PairsPlot trial={trial} axis={axis} />
            <p className={styles.recipe}>
              {CHOICES.map((choice) => {
                const word = trial.candidate.words[choice];
                return (
                  <span key={choice} data-differs={word !== recommended.words[choice]}>
                    {shortText(word)}
                  </span>
                );
              })}
            </p>
            <p className={styles.score}>
              <strong>{trial.separation.score.toFixed(2)}</strong>
              <span>{intervalText(trial)}</span>
            </p>
            <Gap trial={trial} axis={gaps} />
            <p className={styles.standing}>
              {STANDING[trial.standing]}
              {trial.candidate.id === givenId && <b>In use</b>}
            </p>
          </li>
        ))}
      </ol>
      <p className={styles.note}>
        The figure: how many standard deviations of other dogs’ photos a photo’s mates lie above
        them, averaged over photos, then over dogs, with its 95 % interval over dogs. Recipes are
        compared on the same draws of dogs, so differences are surer than the figures themselves.
      </p>
    </section>
  );
}

function intervalText({ separation: { interval } }: Trial): string {
  return interval === null
    ? 'no interval: too few dogs'
    : `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`;
}

function Gap({ trial, axis }: { trial: Trial; axis: GapAxis }) {
  const { behind, behindInterval, standing } = trial;
  const at = (value: number): { left: string } => ({ left: `${percentAt(axis, value)}%` });
  const words =
    standing === 'recommended'
      ? 'the recommended recipe'
      : `behind by ${behind.toFixed(2)}${behindInterval === null ? '' : `, 95 % interval ${behindInterval.low.toFixed(2)} to ${behindInterval.high.toFixed(2)}`}`;
  return (
    <div className={styles.gap} role="img" aria-label={words}>
      <i className={styles.zero} style={at(0)} />
      {behindInterval !== null && (
        <i
          className={styles.interval}
          style={{
            ...at(behindInterval.low),
            width: `${percentAt(axis, behindInterval.high) - percentAt(axis, behindInterval.low)}%`,
          }}
        />
      )}
      <i className={styles.dot} style={at(behind)} />
    </div>
  );
}
