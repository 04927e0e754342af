/** What the photo library's own clustering makes of these dogs: it splits, merges and depends on the order. */
import { Split, Star } from 'lucide-react';
import { useState } from 'react';
import type { DogOutcome } from '../../core/immich/dogTable';
import { runNotes } from '../../core/immich/rehearsedRun';
import { sameDecisions } from '../../core/evaluation/decisions';
import type { Rehearsal } from '../../core/immich/rehearse';
import type { ClusterScore } from '../../core/immich/score';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { percent, whole } from './format';
import styles from './Library.module.css';
import { OrdersPlot } from './OrdersPlot';
import { PreviewNote } from './PreviewNote';
import { StepsBar } from './StepsBar';
import { Suggestions } from './Suggestions';
import { SweepTable } from './SweepTable';
import panel from './Verdict.module.css';

/** Dogs shown before one asks for all. */
const FIRST = 24;

export function LibraryPanel({ id }: { id: string }) {
  const library = useApp((state) => state.verdict.library);
  const { report, phase } = library;
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>In the photo library (Immich)</h2>
      {phase === 'failed' && <p className={panel.lead}>The rehearsal failed: {library.error}</p>}
      {report === null && phase !== 'failed' && (
        <div className={panel.lead}>
          <p>Rehearsing the library’s clustering over several orders and settings …</p>
          <StepsBar steps={library.steps} label="Progress of the rehearsal" />
        </div>
      )}
      <PreviewNote />
      {report !== null && <Rehearsed report={report} busy={phase === 'working'} />}
    </section>
  );
}

function Rehearsed({ report, busy }: { report: Rehearsal; busy: boolean }) {
  const actions = useActions();
  const made = useApp((state) => state.run.options);
  const stale = useApp(
    ({ verdict: { decisions, library } }) => !sameDecisions(decisions, library.decisions),
  );
  const { counts, settings, uploadOrder, randomOrders, dbscan, recommendation } = report;
  const wanted = recommendation.settings;
  const recommended =
    wanted !== null &&
    wanted.maxDistance === settings.maxDistance &&
    wanted.minFaces === settings.minFaces;
  return (
    <div className={styles.library} aria-busy={busy}>
      <p className={panel.lead}>
        {plural(counts.faces, 'embedded dog')}, {whole(counts.labelledFaces)} of them named after{' '}
        {plural(counts.dogs, 'dog')}, go through the library’s own rule with{' '}
        <b>maxDistance {settings.maxDistance.toFixed(2)}</b> and <b>minFaces {settings.minFaces}</b>
        {busy ? ' …' : '.'}
        {stale && ' Names are those before the last decision; it is rehearsed again.'}
      </p>
      <div className={styles.grid}>
        <div>
          <h3>People in the library</h3>
          <OrdersPlot report={report} />
          <Scores library={uploadOrder.score} dbscan={dbscan.score} />
          {randomOrders.people !== null && (
            <p className={styles.small}>
              Over {randomOrders.count} random orders: {randomOrders.people.min} to{' '}
              {randomOrders.people.max} people, {randomOrders.people.mean.toFixed(1)} on average.
            </p>
          )}
        </div>
        <div>
          <h3>Settings tried</h3>
          <SweepTable report={report} />
          {wanted === null ? (
            <p className={styles.small}>
              No recommendation: {'reason' in recommendation ? recommendation.reason : ''}
            </p>
          ) : (
            <div className={styles.recommended}>
              <Star aria-hidden="true" />
              <p>{'sentence' in recommendation ? recommendation.sentence : ''}</p>
              {!recommended && (
                <Button onClick={() => actions.verdict.rehearse(wanted)}>Try it</Button>
              )}
            </div>
          )}
        </div>
      </div>
      <h3>Dog by dog, in order of upload</h3>
      <Dogs dogs={uploadOrder.dogs} />
      <Suggestions report={report} />
      <ul className={panel.notes}>
        {[...report.notes, ...runNotes(made)].map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}

const SCORES: readonly (readonly [string, (score: ClusterScore) => string])[] = [
  ['People', ({ people }) => whole(people)],
  ['Wrong merges, pairs', ({ wrongMerges }) => whole(wrongMerges)],
  ['Wrong splits, pairs', ({ wrongSplits }) => whole(wrongSplits)],
  ['Purity', ({ purity }) => share(purity)],
  ['Pair precision', ({ pairPrecision }) => share(pairPrecision)],
  ['Pair recall', ({ pairRecall }) => share(pairRecall)],
  ['V-measure', ({ vMeasure }) => share(vMeasure)],
  [
    'Unassigned',
    ({ unassigned, labelledFaces }) => `${whole(unassigned)} of ${whole(labelledFaces)}`,
  ],
];

const share = (value: number | null): string => (value === null ? '–' : percent(value));

function Scores({ library, dbscan }: { library: ClusterScore; dbscan: ClusterScore }) {
  return (
    <table className={styles.scores}>
      <thead>
        <tr>
          <td />
          <th scope="col">Order of upload</th>
          <th scope="col">DBSCAN, no order</th>
        </tr>
      </thead>
      <tbody>
        {SCORES.map(([name, text]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{text(library)}</td>
            <td>{text(dbscan)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One bar per dog, cut where the library makes another person; hatched where it is shared. */
function Dogs({ dogs }: { dogs: readonly DogOutcome[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? dogs : dogs.slice(0, FIRST);
  const most = Math.max(1, ...dogs.map(({ faces }) => faces));
  return (
    <>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <i data-kind="own" /> a person of its own
        </li>
        <li>
          <i data-kind="shared" /> shared with another dog
        </li>
        <li>
          <i data-kind="none" /> unassigned
        </li>
      </ul>
      <ul className={styles.dogs}>
        {shown.map((dog) => (
          <li key={dog.identity}>
            <span className={styles.sentence}>
              {(dog.people.length !== 1 || dog.people.some((p) => p.sharedWith.length > 0)) && (
                <Split aria-hidden="true" />
              )}
              {dog.sentence}
            </span>
            <span className={styles.faces} aria-hidden="true">
              {dog.people.map((person) => (
                <i
                  key={person.person}
                  data-kind={person.sharedWith.length > 0 ? 'shared' : 'own'}
                  style={{ width: `${(100 * person.faces) / most}%` }}
                >
                  {person.faces}
                </i>
              ))}
              {dog.unassigned > 0 && (
                <i data-kind="none" style={{ width: `${(100 * dog.unassigned) / most}%` }}>
                  {dog.unassigned}
                </i>
              )}
            </span>
          </li>
        ))}
      </ul>
      {shown.length < dogs.length && (
        <Button className={styles.more} onClick={() => setAll(true)}>
          Show all {whole(dogs.length)} dogs
        </Button>
      )}
    </>
  );
}
