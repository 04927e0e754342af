import { Star } from 'lucide-react';
import type { Rehearsal, SweepCell } from '../../core/immich/rehearse';
import { useActions } from '../shared/app';
import { whole } from './format';
import styles from './Library.module.css';

/** People that each setting makes, shaded by its cost; a cell rehearses the dogs with it. */
export function SweepTable({ report }: { report: Rehearsal }) {
  const actions = useActions();
  const { sweep, settings, recommendation } = report;
  const distances = [...new Set(sweep.map(({ maxDistance }) => maxDistance))];
  const counts = [...new Set(sweep.map(({ minFaces }) => minFaces))];
  const costs = sweep.map(({ cost }) => Math.log1p(cost));
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const cellAt = (maxDistance: number, minFaces: number): SweepCell | undefined =>
    sweep.find((cell) => cell.maxDistance === maxDistance && cell.minFaces === minFaces);
  const is = (cell: SweepCell, other: { maxDistance: number; minFaces: number } | null): boolean =>
    other !== null && cell.maxDistance === other.maxDistance && cell.minFaces === other.minFaces;
  return (
    <div className={styles.scroll}>
      <table className={styles.sweep}>
        <caption>
          Mean number of people. The stronger the shade, the dearer: a wrong merge counts more than
          a wrong split. Press a cell to see the dogs with it.
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">maxDistance</span>
              <span aria-hidden="true">distance</span>
            </th>
            {counts.map((minFaces) => (
              <th key={minFaces} scope="col">
                <span className="sr-only">minFaces </span>
                {minFaces}
                <span aria-hidden="true"> {minFaces === 1 ? 'face' : 'faces'}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {distances.map((maxDistance) => (
            <tr key={maxDistance}>
              <th scope="row">{maxDistance.toFixed(2)}</th>
              {counts.map((minFaces) => {
                const cell = cellAt(maxDistance, minFaces);
                if (cell === undefined) return <td key={minFaces} />;
                const weight = most > least ? (Math.log1p(cell.cost) - least) / (most - least) : 0;
                const best = is(cell, recommendation.settings);
                return (
                  <td key={minFaces}>
                    <button
                      type="button"
                      aria-pressed={is(cell, settings)}
                      style={{ '--weight': `${Math.round(62 * weight)}%` } as React.CSSProperties}
                      aria-label={describe(cell, best)}
                      title={describe(cell, best)}
                      onClick={() => actions.verdict.rehearse({ maxDistance, minFaces })}
                    >
                      {best && <Star aria-hidden="true" />}
                      {Number(cell.people.mean.toFixed(1))}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function describe(cell: SweepCell, best: boolean): string {
  const { maxDistance, minFaces, people, wrongMerges, wrongSplits, unassigned } = cell;
  const mean = (value: number): string => whole(Math.round(value * 10) / 10);
  return `maxDistance ${maxDistance.toFixed(2)}, minFaces ${minFaces}${best ? ' (recommended)' : ''}: ${mean(people.mean)} people (${people.min} to ${people.max}), ${mean(wrongMerges.mean)} wrong merges, ${mean(wrongSplits.mean)} wrong splits, ${mean(unassigned.mean)} unassigned`;
}
