/** Paired differences as dots with their intervals around nothing; the numbers stand beside them. */
import { directionOf, type Compared } from '../../core/evaluation/compare';
import { percent, pointsText, whole } from './format';
import styles from './Difference.module.css';

export interface DifferenceLine {
  readonly name: string;
  readonly meaning?: string;
  readonly compared: Compared;
  /** What `n` counts. */
  readonly of: string;
  /** For figures of error. */
  readonly lowerIsBetter?: boolean;
}

/** Whether the difference is good or bad, whatever its sign. */
export function effectOf({
  compared,
  lowerIsBetter,
}: DifferenceLine): 'better' | 'worse' | 'undecided' {
  const direction = directionOf(compared.difference);
  if (direction === 'undecided' || lowerIsBetter !== true) return direction;
  return direction === 'better' ? 'worse' : 'better';
}

const EFFECT_TEXT = { better: 'better', worse: 'worse', undecided: 'undecided' } as const;

export function DifferencePlot({
  lines,
  first,
  second,
  label,
}: {
  lines: readonly DifferenceLine[];
  /** Names of the two sides. */
  first: string;
  second: string;
  label: string;
}) {
  const reach = reachOf(lines);
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <td className={styles.plotCell}>
            <Scale reach={reach} />
          </td>
          <th scope="col">Difference, points (95 %)</th>
          <th scope="col">{first}</th>
          <th scope="col">{second}</th>
          <th scope="col">Of</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={line.name} line={line} reach={reach} first={first} second={second} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  line,
  reach,
  first,
  second,
}: {
  line: DifferenceLine;
  reach: number;
  first: string;
  second: string;
}) {
  const { name, meaning, compared, of } = line;
  const { a, b, difference } = compared;
  const head = (
    <th scope="row">
      <strong>{name}</strong>
      {meaning !== undefined && <span>{meaning}</span>}
    </th>
  );
  if (difference.value === null) {
    return (
      <tr>
        {head}
        <td colSpan={5} className={styles.refused}>
          Not given: {difference.reason}
        </td>
      </tr>
    );
  }
  const effect = effectOf(line);
  const at = (value: number): string => `${50 + (50 * 100 * value) / reach}%`;
  const { low, high, value } = difference;
  return (
    <tr>
      {head}
      <td className={styles.plotCell}>
        <div className={styles.plot} aria-hidden="true" data-effect={effect}>
          {low !== null && high !== null && (
            <i
              className={styles.interval}
              style={{ left: at(low), width: `${(50 * 100 * (high - low)) / reach}%` }}
            />
          )}
          <i className={styles.dot} style={{ left: at(value) }} />
        </div>
      </td>
      <td className={styles.value} data-effect={effect}>
        {pointsText(value)}
        <small>
          {low === null || high === null
            ? 'no interval'
            : `${pointsText(low)} to ${pointsText(high)}`}
          , {EFFECT_TEXT[effect]}
        </small>
      </td>
      <td data-label={first}>{a.value === null ? '–' : percent(a.value)}</td>
      <td data-label={second}>{b.value === null ? '–' : percent(b.value)}</td>
      <td data-label="Of">
        {whole(difference.n)} {of}
      </td>
    </tr>
  );
}

/** Points on either side of nothing: the widest interval, rounded up to a whole step. */
function reachOf(lines: readonly DifferenceLine[]): number {
  const ends = lines.flatMap(({ compared: { difference } }) =>
    difference.value === null
      ? []
      : [difference.value, difference.low ?? 0, difference.high ?? 0].map((x) => 100 * Math.abs(x)),
  );
  const most = Math.max(2, ...ends);
  const step = [2, 5, 10, 20, 40, 60, 100].find((size) => size >= most);
  return step ?? 100;
}

function Scale({ reach }: { reach: number }) {
  return (
    <div className={styles.scale} aria-hidden="true">
      {[-1, -0.5, 0, 0.5, 1].map((part) => (
        <span key={part} style={{ left: `${50 + 50 * part}%` }}>
          {part === 0 ? '0' : `${part < 0 ? '−' : '+'}${Math.abs(part * reach)}`}
        </span>
      ))}
    </div>
  );
}
