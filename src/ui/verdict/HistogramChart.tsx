import { useMemo } from 'react';
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import { countsAt, type ThresholdTable } from '../../core/evaluation/thresholds';
import { similarity, whole } from './format';
import { binsOf, PLOT, type Axis } from './histogram';
import styles from './Threshold.module.css';

const TICK = { fill: 'var(--ink-2)', fontSize: 12 };

/** Same-dog pairs solid, different dogs hatched; the line is the threshold, the band its interval. */
export function HistogramChart({
  table,
  axis,
  threshold,
  range,
}: {
  table: ThresholdTable;
  axis: Axis;
  threshold: number;
  range: { readonly low: number | null; readonly high: number | null } | null;
}) {
  const bins = useMemo(() => binsOf(table, axis), [table, axis]);
  const { wrongMerges, wrongSplits } = countsAt(table, threshold);
  const nearRight = threshold > (axis.low + axis.high) / 2;
  return (
    <>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <i data-kind="genuine" /> one dog
        </li>
        <li>
          <i data-kind="impostor" /> different dogs
        </li>
        {range?.low != null && (
          <li>
            <i data-kind="range" /> 95 % interval of the suggestion
          </li>
        )}
      </ul>
      <div
        role="img"
        aria-label={`Histogram of similarities from ${axis.low} to ${axis.high}: ${whole(table.genuinePairs)} pairs of one dog and ${whole(table.impostorPairs)} of different dogs. At ${similarity(threshold)}, ${whole(wrongMerges)} pairs of different dogs lie at or above and ${whole(wrongSplits)} of one dog below.`}
      >
        <ResponsiveContainer width="100%" height={260}>
          <AreaChart
            data={[...bins]}
            margin={{ top: 22, right: PLOT.right, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <defs>
              <pattern
                id="verdict-hatch"
                width="6"
                height="6"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
              >
                <rect width="6" height="6" fill="var(--wrong)" fillOpacity="0.14" />
                <rect width="2" height="6" fill="var(--wrong)" fillOpacity="0.65" />
              </pattern>
            </defs>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="s"
              type="number"
              domain={[axis.low, axis.high]}
              ticks={[...axis.ticks]}
              tick={TICK}
              stroke="var(--line-strong)"
              height={24}
            />
            <YAxis
              width={PLOT.left}
              tick={TICK}
              tickFormatter={(share: number) => `${Number((100 * share).toPrecision(3))} %`}
              stroke="var(--line)"
            />
            {range?.low != null && range.high != null && (
              <ReferenceArea
                x1={Math.max(range.low, axis.low)}
                x2={Math.min(range.high, axis.high)}
                fill="var(--accent)"
                fillOpacity={0.16}
              />
            )}
            <Area
              dataKey="impostor"
              type="stepAfter"
              fill="url(#verdict-hatch)"
              fillOpacity={1}
              stroke="var(--wrong)"
              strokeWidth={1.5}
              strokeDasharray="4 3"
              isAnimationActive={false}
            />
            <Area
              dataKey="genuine"
              type="stepAfter"
              fill="var(--right)"
              fillOpacity={0.38}
              stroke="var(--right)"
              strokeWidth={1.75}
              isAnimationActive={false}
            />
            <ReferenceLine
              x={threshold}
              stroke="var(--ink)"
              strokeWidth={2}
              label={{
                value: nearRight
                  ? `same dog from ${similarity(threshold)}`
                  : `${similarity(threshold)} and above: same dog`,
                position: nearRight ? 'insideTopRight' : 'insideTopLeft',
                fill: 'var(--ink)',
                fontSize: 12,
                fontWeight: 600,
                dy: -22,
              }}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
    </>
  );
}
