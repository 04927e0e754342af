/** The pair under the cursor: both chips, their similarity, and whether their names say one dog. */
import { Expand, MousePointer2 } from 'lucide-react';
import type { Figure } from '../../core/results/schema';
import { CALL_TEXT, callOf } from '../../state/calls';
import { currentMetrics, decidedRows } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { ChipFigure } from '../shared/ChipFigure';
import { verdictOf } from '../shared/pairVerdict';
import { VerdictBadge } from '../shared/VerdictBadge';
import styles from './Matrix.module.css';

export function Inspector({ pair }: { pair: readonly [number, number] | null }) {
  const actions = useActions();
  const { result } = useApp((state) => state.analysis);
  const rows = useApp(decidedRows);
  const call = useApp(({ analysis, verdict: { threshold } }) =>
    pair === null || threshold === null || pair[0] === pair[1]
      ? null
      : callOf(analysis, rows, pair, threshold),
  );
  const [a, b] = pair === null ? [undefined, undefined] : [rows[pair[0]], rows[pair[1]]];
  const similarity =
    pair === null ? undefined : result?.similarity[pair[0] * rows.length + pair[1]];
  return (
    <>
      <div className={styles.inspector} aria-live="polite">
        {pair === null || a === undefined || b === undefined ? (
          <p className={styles.hint}>
            <MousePointer2 aria-hidden="true" />
            Point at a cell, or use the arrow keys, to see its two chips.
          </p>
        ) : (
          <>
            <div className={styles.value}>
              <strong>{similarity?.toFixed(3)}</strong>
              {pair[0] === pair[1] ? (
                <span>The photo with itself</span>
              ) : (
                <VerdictBadge verdict={verdictOf(a.identity, b.identity)} />
              )}
            </div>
            {call !== null && (
              <p className={styles.called} data-call={call}>
                At the threshold {CALL_TEXT[call]}
              </p>
            )}
            <div className={styles.chips}>
              <ChipFigure row={a} />
              <ChipFigure row={b} />
            </div>
            {pair[0] !== pair[1] && (
              <Button onClick={() => actions.setView({ openPair: [pair[0], pair[1]] })}>
                <Expand aria-hidden="true" />
                Open pair
              </Button>
            )}
          </>
        )}
      </div>
      <Means />
    </>
  );
}

/** What the blocks on and off the diagonal come to. */
function Means() {
  const metrics = useApp(currentMetrics);
  if (metrics === null) return null;
  const { genuineMean, impostorMean, genuinePairs, impostorPairs } = metrics.verification;
  return (
    <dl className={styles.means}>
      <Mean name="Same dog, mean" figure={genuineMean} pairs={genuinePairs} />
      <Mean name="Different dogs, mean" figure={impostorMean} pairs={impostorPairs} />
    </dl>
  );
}

function Mean({ name, figure, pairs }: { name: string; figure: Figure; pairs: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {figure.value === null ? 'none' : figure.value.toFixed(3)}
        <small>
          {' '}
          of {pairs.toLocaleString('en')} pair{pairs === 1 ? '' : 's'}
        </small>
      </dd>
    </div>
  );
}
