/** For each query the photos most like it, right and wrong matches told apart. */
import { Images, LoaderCircle, PartyPopper, TriangleAlert } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { decidedRows, matchesOf, queryRows, recallText } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { MissingVectors } from '../shared/MissingVectors';
import { Notice } from '../shared/Notice';
import { verdictOf } from '../shared/pairVerdict';
import { OneOf } from '../shared/ToggleBar';
import { useRows } from '../shared/useRows';
import { useSize } from '../shared/useSize';
import styles from './Galleries.module.css';
import { QueryRow } from './QueryRow';
import { gallerySizes } from './sizes';

export function Galleries() {
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
      <Notice icon={<LoaderCircle />} title="No galleries yet">
        Matches are ranked once all photos are done, or when you cancel.
      </Notice>
    );
  }
  if (analysis.rows.length < 2) {
    return (
      <Notice icon={<Images />} title="Nothing to rank">
        A gallery needs at least two embedded photos; this run has {analysis.rows.length}.
      </Notice>
    );
  }
  return <Ranked />;
}

function Ranked() {
  const actions = useActions();
  const analysis = useApp((state) => state.analysis);
  const { queries, onlyWrong } = useApp((state) => state.view);
  const recall = useApp(recallText);
  const threshold = useApp((state) => state.verdict.threshold);
  const { ref, element: scroller, width } = useSize<HTMLDivElement>();
  const rows = useApp(decidedRows);
  const wanted = useMemo(() => queryRows(rows, queries), [rows, queries]);
  const shown = useMemo(
    () =>
      onlyWrong
        ? wanted.filter((row) => {
            const [best] = matchesOf(analysis, row);
            const [query, match] = [rows[row], best === undefined ? undefined : rows[best.row]];
            return (
              query !== undefined &&
              match !== undefined &&
              verdictOf(query.identity, match.identity) === 'wrong'
            );
          })
        : wanted,
    [onlyWrong, wanted, analysis, rows],
  );
  const sizes = gallerySizes(width, analysis.topK, threshold !== null);
  const { rowHeight } = sizes;
  const heightOf = useCallback(() => rowHeight, [rowHeight]);
  const virtual = useRows(scroller, shown.length, heightOf);
  return (
    <div className={styles.galleries}>
      <div className={styles.bar}>
        <OneOf
          label="Queries"
          choices={[
            { value: 'one-per-dog', text: 'One query per dog' },
            { value: 'all', text: 'All queries' },
          ]}
          value={queries}
          onChange={(value) => actions.setView({ queries: value })}
        />
        <OneOf
          label="Which"
          choices={[
            { value: 'every', text: 'Every result' },
            { value: 'wrong', text: 'Wrong at rank 1' },
          ]}
          value={onlyWrong ? 'wrong' : 'every'}
          onChange={(value) => actions.setView({ onlyWrong: value === 'wrong' })}
        />
        <p className={styles.summary}>
          {recall}
          <span>
            {shown.length} of {rows.length} rows shown as queries
            {threshold !== null && `; same dog from ${threshold.toFixed(3)}`}
          </span>
        </p>
      </div>
      <div
        className={styles.scroller}
        ref={ref}
        role="group"
        aria-label="Queries and their best matches"
      >
        {shown.length === 0 && (
          <Notice icon={<PartyPopper />} title="No wrong match at rank 1">
            Every query shown finds its own dog first.
          </Notice>
        )}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = shown[item.index];
            return row === undefined ? null : (
              <div
                key={item.key}
                className={styles.row}
                style={{
                  ...{ '--picture': `${sizes.picture}px` },
                  transform: `translateY(${item.start}px)`,
                  height: item.size,
                }}
              >
                <QueryRow row={row} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
