import { useMemo } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceDot,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import type { RocPoint } from '../../core/evaluation/roc';
import type { ThresholdCounts } from '../../core/evaluation/thresholds';
import { percent } from './format';
import { PLOT } from './histogram';
import styles from './Threshold.module.css';

const TICK = { fill: 'var(--ink-2)', fontSize: 12 };

/** True against false accepts; the dot is the threshold, the dashed line is guessing. */
export function RocChart({ roc, counts }: { roc: readonly RocPoint[]; counts: ThresholdCounts }) {
  const { impostorPairs } = counts;
  // Half a pair cannot be counted: everything without a false accept stands at the left edge.
  const decade = Math.floor(Math.log10(1 / Math.max(impostorPairs, 1)));
  const floor = 10 ** Math.max(-6, Math.min(-1, decade));
  const points = useMemo(
    () =>
      roc.map(({ far, tar }) => ({ far: Math.max(far, floor), tar, guess: Math.max(far, floor) })),
    [roc, floor],
  );
  const ticks = Array.from(
    { length: Math.round(-Math.log10(floor)) + 1 },
    (_, i) => floor * 10 ** i,
  );
  const far = counts.far ?? 0;
  const tar = 1 - (counts.frr ?? 0);
  return (
    <>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <i data-kind="roc" /> this run
        </li>
        <li>
          <i data-kind="guess" /> guessing
        </li>
        <li>
          <i data-kind="dot" /> at the threshold
        </li>
      </ul>
      <div
        role="img"
        aria-label={`ROC curve. At the threshold ${percent(tar)} of the pairs of one dog are accepted and ${percent(far, 2)} of the pairs of different dogs.`}
      >
        <ResponsiveContainer width="100%" height={302}>
          <LineChart
            data={points}
            margin={{ top: 22, right: PLOT.right, bottom: 18, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid stroke="var(--line)" />
            <XAxis
              dataKey="far"
              type="number"
              scale="log"
              domain={[floor, 1]}
              ticks={ticks}
              tick={TICK}
              tickFormatter={(value: number) => `${Number((100 * value).toPrecision(3))} %`}
              stroke="var(--line-strong)"
              allowDataOverflow
              label={{
                value: 'different dogs accepted (FAR)',
                position: 'bottom',
                offset: 0,
                fill: 'var(--ink-2)',
                fontSize: 12,
              }}
            />
            <YAxis
              width={PLOT.left}
              domain={[0, 1]}
              ticks={[0, 0.25, 0.5, 0.75, 1]}
              tick={TICK}
              tickFormatter={(share: number) => percent(share, 0)}
              stroke="var(--line)"
            />
            <Line
              dataKey="guess"
              type="linear"
              dot={false}
              stroke="var(--ink-3)"
              strokeDasharray="5 4"
              strokeWidth={1.5}
              isAnimationActive={false}
            />
            <Line
              dataKey="tar"
              type="linear"
              dot={false}
              stroke="var(--accent)"
              strokeWidth={2.5}
              isAnimationActive={false}
            />
            <ReferenceDot
              x={Math.max(far, floor)}
              y={tar}
              r={6}
              fill="var(--ink)"
              stroke="var(--surface)"
              strokeWidth={2}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
    </>
  );
}
