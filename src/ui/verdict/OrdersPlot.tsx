import type { Rehearsal } from '../../core/immich/rehearse';
import styles from './Library.module.css';

const WIDTH = 560;
const HEIGHT = 112;
const SIDE = 24;
const BASE = 78;

/** Number of people in every order on one line: the spread that the order alone makes. */
export function OrdersPlot({ report }: { report: Rehearsal }) {
  const { counts, uploadOrder, randomOrders, dbscan } = report;
  const upload = uploadOrder.score.people;
  const random = randomOrders.scores.map(({ people }) => people);
  const values = [counts.dogs, upload, dbscan.score.people, ...random];
  const most = Math.max(...values, 1);
  const step = Math.max(1, Math.ceil(most / 10));
  const end = Math.ceil(most / step) * step;
  const x = (people: number): number => SIDE + ((WIDTH - 2 * SIDE) * people) / end;
  const ticks = Array.from({ length: end / step + 1 }, (_, i) => i * step);
  const stacked = new Map<number, number>();
  const dots = random.map((people) => {
    const level = stacked.get(people) ?? 0;
    stacked.set(people, level + 1);
    return { people, level };
  });
  const [fewest, largest] = [Math.min(...random), Math.max(...random)];
  return (
    <>
      <svg
        className={styles.orders}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`People: ${upload} in order of upload${random.length > 0 ? `, ${fewest} to ${largest} over ${random.length} random orders` : ''}, ${dbscan.score.people} with DBSCAN, for ${counts.dogs} dogs.`}
      >
        <line x1={SIDE} x2={WIDTH - SIDE} y1={BASE} y2={BASE} className={styles.axis} />
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={BASE} y2={BASE + 5} className={styles.axis} />
            <text x={x(tick)} y={BASE + 22} className={styles.tick}>
              {tick}
            </text>
          </g>
        ))}
        <line
          x1={x(counts.dogs)}
          x2={x(counts.dogs)}
          y1={8}
          y2={BASE}
          className={styles.dogsLine}
        />
        {dots.map(({ people, level }, i) => (
          <circle
            key={i}
            cx={x(people)}
            cy={BASE - 9 - level * 8}
            r={4}
            className={styles.randomDot}
          />
        ))}
        <path
          d={`M${x(dbscan.score.people)} ${BASE + 1}l-8 -14h16z`}
          className={styles.dbscanMark}
          transform={`translate(0 ${-2})`}
        />
        <rect
          x={x(upload) - 6.5}
          y={BASE - 15}
          width={13}
          height={13}
          rx={2}
          className={styles.uploadMark}
        />
      </svg>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <i data-kind="upload" /> order of upload: {upload}
        </li>
        <li>
          <i data-kind="random" /> random orders
        </li>
        <li>
          <i data-kind="dbscan" /> DBSCAN: {dbscan.score.people}
        </li>
        <li>
          <i data-kind="truth" /> dogs: {counts.dogs}
        </li>
      </ul>
    </>
  );
}
