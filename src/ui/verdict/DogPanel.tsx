/** Dog by dog: how near its own photos are, and how near the nearest of another dog, worst dog first. */
import { ArrowRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { RunMetrics } from '../../core/evaluation/report';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Dogs.module.css';
import { dogAxis, dogRows, type DogRow } from './dogRows';
import { similarity, whole } from './format';
import panel from './Verdict.module.css';

/** Dogs shown before one asks for all. */
const FIRST = 12;

export function DogPanel({ id, metrics }: { id: string; metrics: RunMetrics }) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => dogRows(metrics.perDog), [metrics]);
  const axis = useMemo(() => dogAxis(rows), [rows]);
  const threshold = useApp((state) => state.verdict.threshold);
  const shown = all ? rows : rows.slice(0, FIRST);
  const troubled = rows.filter(({ lost }) => lost > 0).length;
  const at = (s: number): string => `${(100 * (s - axis.low)) / (axis.high - axis.low)}%`;
  const single = metrics.counts.singletons;
  const gone = metrics.perDog.filter(({ photos }) => photos.embedded === 0);
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        {rows.length === 0
          ? 'No dog has two photos to compare'
          : `${whole(troubled)} of ${plural(rows.length, 'dog')} ${troubled === 1 ? 'has' : 'have'} a photo that is nearer to another dog`}
      </h2>
      {gone.length > 0 && (
        <p className={panel.lead}>
          No photo was embedded of {namesOf(gone)}: of all figures only Recall@1 end to end counts
          {gone.length === 1 ? ' this dog' : ' these dogs'}.
        </p>
      )}
      {rows.length > 0 && (
        <>
          <p className={panel.lead}>
            Worst first. Every photo is there twice: how alike it is to the nearest photo of its own
            dog, and to the nearest of another.
            {single > 0 && ` ${plural(single, 'dog')} with one photo cannot be shown.`}
          </p>
          <ul className={styles.legend} aria-hidden="true">
            <li>
              <i className={styles.mate} /> nearest of its own
            </li>
            <li>
              <i className={styles.stranger} /> nearest of another dog
            </li>
            <li>
              <i className={styles.spread} /> all pairs of the dog
            </li>
            {threshold !== null && (
              <li>
                <i className={styles.line} /> threshold {similarity(threshold)}
              </li>
            )}
          </ul>
          <div className={styles.head} aria-hidden="true">
            <div className={styles.scale}>
              {axis.ticks.map((tick) => (
                <span key={tick} style={{ left: at(tick) }}>
                  {tick.toFixed(1)}
                </span>
              ))}
            </div>
          </div>
          <ul className={styles.dogs}>
            {shown.map((row) => (
              <Dog key={row.dog.identity} row={row} at={at} threshold={threshold} />
            ))}
          </ul>
          {shown.length < rows.length && (
            <Button onClick={() => setAll(true)}>Show all {whole(rows.length)} dogs</Button>
          )}
        </>
      )}
    </section>
  );
}

function namesOf(dogs: readonly { readonly identity: string }[]): string {
  const named = dogs.slice(0, FIRST).map(({ identity }) => identity);
  const more = dogs.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more dog')}` : ''}`;
}

function Dog({
  row: { dog, lost },
  at,
  threshold,
}: {
  row: DogRow;
  at: (s: number) => string;
  threshold: number | null;
}) {
  const actions = useActions();
  const { identity, genuine, nearest, queries } = dog;
  const right = queries - lost;
  return (
    <li>
      <button
        type="button"
        className={styles.dog}
        aria-label={`${identity}: ${right} of ${plural(queries, 'photo')} find the dog first; open its photos`}
        onClick={() =>
          actions.setView({ tab: 'photos', dog: identity, status: 'all', branch: 'any' })
        }
      >
        <span className={styles.name}>
          <strong>{identity}</strong>
          <small data-lost={lost > 0}>
            {right} of {queries} right
          </small>
        </span>
        <span className={styles.plot} aria-hidden="true">
          {genuine !== null && (
            <i
              className={styles.spread}
              style={{
                left: at(genuine.min),
                right: `calc(100% - ${at(genuine.max)})`,
              }}
            />
          )}
          {threshold !== null && <i className={styles.line} style={{ left: at(threshold) }} />}
          {nearest.map(({ row, mate, impostor }) => (
            <span key={row}>
              {mate !== null && <i className={styles.mate} style={{ left: at(mate) }} />}
              {impostor !== null && (
                <i className={styles.stranger} style={{ left: at(impostor) }} />
              )}
            </span>
          ))}
        </span>
        <ArrowRight aria-hidden="true" className={styles.go} />
      </button>
    </li>
  );
}
