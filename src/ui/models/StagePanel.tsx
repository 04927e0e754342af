/** One stage's card: what was read, what was verified, what the recipe says and who said so. */
import { CircleCheck, Info, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RecipeFact } from '../../core/models/sources';
import type { StageCard } from '../../state/modelsModel';
import { FileFacts } from './FileFacts';
import styles from './Models.module.css';
import { StageTile } from './StageTile';
import {
  checksOf,
  keyText,
  SOURCE_TEXT,
  STAGE_NAME,
  tellingFacts,
  valueText,
  type Check,
} from './words';

export function StagePanel({
  stage,
  number,
  running,
  questions,
  crop = [],
  children,
}: {
  stage: StageCard;
  number: number;
  /** Whether a warm-up run is under way. */
  running: boolean;
  /** Fields for what is unknown. */
  questions?: ReactNode;
  /** How crops are cut, in the card of the stage that decides it. */
  crop?: readonly RecipeFact[];
  /** What can be done with this stage. */
  children?: ReactNode;
}) {
  const { slot, origin, card, verified, facts } = stage;
  const checks = checksOf(stage);
  return (
    <section className={styles.card} aria-label={STAGE_NAME[slot]} data-origin={origin}>
      <header className={styles.cardTop}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <h3>{STAGE_NAME[slot]}</h3>
        <span className={styles.origin} data-origin={origin}>
          {origin === 'own' ? 'yours' : 'bundled'}
        </span>
      </header>
      <StageTile stage={stage} />
      <p className={styles.file}>{card.file}</p>
      {questions}
      <ul className={styles.checks}>
        {verified === null && (
          <li data-good="wait">
            <LoaderCircle aria-hidden="true" />
            {running ? 'Warm-up run under way' : 'Not run yet'}
          </li>
        )}
        {checks.map(({ kind, text }) => (
          <li key={text} data-good={kind}>
            <CheckIcon kind={kind} />
            <span>{text}</span>
          </li>
        ))}
      </ul>
      {children}
      <RecipeTable facts={tellingFacts(facts)} name={`Recipe of the ${STAGE_NAME[slot]}`} />
      {crop.length > 0 && (
        <details className={styles.details}>
          <summary>How crops are cut</summary>
          <RecipeTable facts={crop} name="Crop rules" />
        </details>
      )}
      <FileFacts card={card} />
    </section>
  );
}

function CheckIcon({ kind }: { kind: Check['kind'] }) {
  if (kind === 'good') return <CircleCheck aria-label="Verified:" />;
  if (kind === 'note') return <Info aria-label="Note:" />;
  return <TriangleAlert aria-label="To be checked:" />;
}

function RecipeTable({ facts, name }: { facts: readonly RecipeFact[]; name: string }) {
  if (facts.length === 0) return null;
  return (
    <table className={styles.recipe}>
      <caption className="sr-only">{name}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Fact</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(({ key, value, source }) => (
          <tr key={key}>
            <th scope="row">{keyText(key)}</th>
            <td>{valueText(key, value)}</td>
            <td>
              <span className={styles.source} data-source={source}>
                {SOURCE_TEXT[source]}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
