/** For each query the photos most like it, right and wrong matches told apart. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Images, LoaderCircle, PartyPopper, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { matchesOf, queryRows, recallText } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Notice } from '../shared/Notice';
import { verdictOf } from '../shared/pairVerdict';
import { OneOf } from '../shared/ToggleBar';
import { useSize } from '../shared/useSize';
import styles from './Galleries.module.css';
import { QueryRow } from './QueryRow';

export function Galleries() {
  const analysis = useApp((state) => state.analysis);
  if (analysis.phase === 'failed') {
    return (
      <Notice icon={<TriangleAlert />} title="The comparison failed">
        {analysis.error} The photos and their overlays are not affected.
      </Notice>
    );
  }
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
  const scroller = useRef<HTMLDivElement>(null);
  const size = useSize();
  const { rows } = analysis;
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
  const narrow = size.width > 0 && size.width < 640;
  const rowHeight = narrow ? 232 : 204;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    paddingStart: 4,
    paddingEnd: 24,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight, shown]);
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
          </span>
        </p>
      </div>
      <div
        className={styles.scroller}
        ref={(element) => {
          scroller.current = element;
          return size.ref(element);
        }}
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
                style={{ transform: `translateY(${item.start}px)`, height: item.size }}
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
