/** Every chip against every other: a heatmap grouped by dog, with the pair under the cursor beside it. */
import { Grid3x3, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { decidedRows, matrixOrder, similarityRange } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { MissingVectors } from '../shared/MissingVectors';
import { Notice } from '../shared/Notice';
import { OneOf } from '../shared/ToggleBar';
import { useTheme } from '../shared/useTheme';
import { CallLegend } from './CallLegend';
import { dogNumbers } from './calls';
import { HeatCanvas } from './HeatCanvas';
import { Inspector } from './Inspector';
import styles from './Matrix.module.css';
import { gradient, palette, words } from './palette';

export function Matrix() {
  const analysis = useApp((state) => state.analysis);
  const missing = useApp((state) => state.run.saved?.missing ?? null);
  if (analysis.phase === 'failed') {
    return (
      <Notice icon={<TriangleAlert />} title="The comparison failed">
        {analysis.error} The photos and their overlays are not affected.
      </Notice>
    );
  }
  if (missing !== null) return <MissingVectors file={missing} />;
  if (analysis.result === null) {
    return (
      <Notice icon={<LoaderCircle />} title="No matrix yet">
        Similarities are computed once all photos are done, or when you cancel.
      </Notice>
    );
  }
  if (analysis.rows.length < 2) {
    return (
      <Notice icon={<Grid3x3 />} title="Nothing to compare">
        A matrix needs at least two embedded photos; this run has {analysis.rows.length}. The Photos
        view says what happened to the others.
      </Notice>
    );
  }
  return <Drawn />;
}

function Drawn() {
  const actions = useActions();
  const analysis = useApp((state) => state.analysis);
  const { result } = analysis;
  const rows = useApp(decidedRows);
  const { shown: theme } = useTheme();
  const [scaleBy, setScaleBy] = useState<'data' | 'unit'>('data');
  /** Display positions of the pair under the cursor. */
  const [cursor, setCursor] = useState<readonly [number, number] | null>(null);
  const threshold = useApp((state) => state.verdict.threshold);
  const [colourBy, setColourBy] = useState<'threshold' | 'similarity'>('threshold');
  const calls = useMemo(
    () =>
      threshold === null || colourBy === 'similarity'
        ? null
        : { dogOf: dogNumbers(rows), threshold },
    [rows, threshold, colourBy],
  );
  const { order, blocks } = useMemo(() => matrixOrder(rows), [rows]);
  const colours = useMemo(() => palette(theme), [theme]);
  const range = useMemo(
    () => (result === null ? ([0, 1] as const) : similarityRange(result.similarity, rows.length)),
    [result, rows.length],
  );
  if (result === null) return null;
  const byThreshold = threshold !== null && colourBy === 'threshold';
  const domain = scaleBy === 'unit' ? ([0, 1] as const) : range;
  const pair = cursor === null ? null : ([order[cursor[0]]!, order[cursor[1]]!] as const);
  return (
    <div className={styles.matrix}>
      <div className={styles.plot}>
        <HeatCanvas
          similarity={result.similarity}
          order={order}
          blocks={blocks}
          domain={domain}
          colours={colours}
          wordsOf={words}
          theme={theme}
          calls={calls}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={([row, column]) => {
            if (row !== column) actions.setView({ openPair: [order[row]!, order[column]!] });
          }}
          describe={([row, column]) =>
            `${rows[order[row]!]?.path ?? ''} and ${rows[order[column]!]?.path ?? ''}`
          }
        />
      </div>
      <aside className={styles.side} aria-label="Pair under the cursor">
        {threshold !== null && (
          <div className={styles.legend}>
            <div className={styles.legendHead}>
              <span>Same dog from {threshold.toFixed(3)}</span>
              <OneOf
                label="Colour by"
                choices={[
                  { value: 'threshold', text: 'Threshold' },
                  { value: 'similarity', text: 'Similarity' },
                ]}
                value={colourBy}
                onChange={setColourBy}
              />
            </div>
            <CallLegend threshold={threshold} theme={theme} />
          </div>
        )}
        {!byThreshold && (
          <div className={styles.legend}>
            <div className={styles.legendHead}>
              <span>Cosine similarity</span>
              <OneOf
                label="Colour scale"
                choices={[
                  { value: 'data', text: 'Data range' },
                  { value: 'unit', text: '0 to 1' },
                ]}
                value={scaleBy}
                onChange={setScaleBy}
              />
            </div>
            <div className={styles.ramp} style={{ background: gradient(colours) }} />
            <div className={styles.ticks}>
              {[0, 0.25, 0.5, 0.75, 1].map((part) => (
                <span key={part}>{(domain[0] + part * (domain[1] - domain[0])).toFixed(2)}</span>
              ))}
            </div>
          </div>
        )}
        <Inspector pair={pair} />
      </aside>
    </div>
  );
}
