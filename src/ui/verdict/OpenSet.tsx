/** Queries against an enrolled gallery: known dogs, and unknown ones that should be turned away. */
import type { OpenSetFigures } from '../../core/evaluation/openSet';
import type { Figure } from '../../core/results/schema';
import { plural } from '../../state/status';
import styles from './Figures.module.css';
import { intervalText, percent, whole } from './format';

export function OpenSet({ figures }: { figures: OpenSetFigures }) {
  const { counts, recallAt1, recallAt5, dirAtFpir } = figures;
  const tiles: readonly (readonly [string, Figure])[] = [
    ['Recall@1 in the gallery', recallAt1],
    ['Recall@5 in the gallery', recallAt5],
    ['DIR at FPIR 10 %', dirAtFpir['0.1']],
    ['DIR at FPIR 1 %', dirAtFpir['0.01']],
  ];
  return (
    <div className={styles.openSet}>
      <h3>Queries against the gallery of the protocol</h3>
      <p>
        {plural(counts.gallery, 'photo')} of {plural(counts.enrolledDogs, 'dog')} enrolled;{' '}
        {plural(counts.knownQueries, 'query', 'queries')} of these dogs and{' '}
        {plural(counts.unknownQueries, 'query', 'queries')} of dogs that are not. DIR: known dogs
        found first and accepted; FPIR: unknown dogs accepted as somebody.
      </p>
      <dl className={styles.tiles}>
        {tiles.map(([name, figure]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {figure.value === null ? (
                <>Not given: {figure.reason}</>
              ) : (
                <>
                  <strong>{percent(figure.value)}</strong>
                  {whole(Math.round(figure.value * figure.n))} of {whole(figure.n)} known queries
                  <br />
                  {intervalText(figure)}
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
