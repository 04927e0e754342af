import { countsAt } from '../../core/evaluation/thresholds';
import { currentReport } from '../../state/selectors';
import { useApp } from '../shared/app';
import { CALL_LOOK, type CallKind } from './calls';
import styles from './Matrix.module.css';

const KINDS: readonly (readonly [CallKind, string])[] = [
  ['same', 'one dog, called the same'],
  ['merge', 'wrong merge'],
  ['split', 'wrong split'],
  ['different', 'different dogs, told apart'],
];

/** What the kinds of pairs look like, and how many pairs of each there are once the verdict is known. */
export function CallLegend({ threshold, theme }: { threshold: number; theme: 'light' | 'dark' }) {
  const table = useApp((state) => currentReport(state)?.table ?? null);
  const counts = table === null ? null : countsAt(table, threshold);
  const pairs: Partial<Record<CallKind, number>> =
    counts === null
      ? {}
      : {
          same: counts.genuinePairs - counts.wrongSplits,
          merge: counts.wrongMerges,
          split: counts.wrongSplits,
          different: counts.impostorPairs - counts.wrongMerges,
        };
  return (
    <ul className={styles.calls} aria-label={`Pairs at threshold ${threshold.toFixed(3)}`}>
      {KINDS.map(([kind, text]) => {
        const { ground, stroke } = CALL_LOOK[theme][kind];
        return (
          <li key={kind}>
            <i data-kind={kind} style={{ backgroundColor: ground, color: stroke }} />
            <span>{text}</span>
            <b>{pairs[kind]?.toLocaleString('en') ?? ''}</b>
          </li>
        );
      })}
    </ul>
  );
}
