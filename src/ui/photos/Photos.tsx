/** What every stage saw, photo by photo, grouped by dog. */
import { CircleAlert, ImageOff, SearchX } from 'lucide-react';
import { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { filterEntries, groupByDog, ignoredText } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Notice } from '../shared/Notice';
import { useRows } from '../shared/useRows';
import { useSize } from '../shared/useSize';
import { FilterBar } from './FilterBar';
import { gridOf, photoRows, rowHeight, troubleRows, type Row } from './layout';
import { PhotoCell } from './PhotoCell';
import styles from './Photos.module.css';
import { TroubleCard } from './TroubleCard';

/** Padding of the scroller, CSS px. */
const PAD = 24;
const NARROW_PAD = 16;

export function Photos() {
  const actions = useActions();
  const entries = useApp((state) => state.run.entries);
  const view = useApp((state) => state.view);
  const ignored = useApp((state) => state.intake.folder?.ignored ?? null);
  const { ref, element: scroller, width } = useSize<HTMLDivElement>();
  const pad = width < 640 ? NARROW_PAD : PAD;
  const grid = useMemo(() => gridOf(Math.max(160, width - 2 * pad)), [width, pad]);

  const shown = useMemo(
    () => filterEntries(entries, view.status, view.branch, view.dog),
    [entries, view.status, view.branch, view.dog],
  );
  const rows = useMemo((): Row[] => {
    if (view.status === 'ignored') {
      return (ignored ?? []).map((entry) => ({ kind: 'ignored', entry }));
    }
    if (view.status === 'failed' || view.status === 'no-dog') return troubleRows(shown);
    return photoRows(groupByDog(shown), grid, {
      troubleFirst: view.status === 'all' && view.branch === 'any',
    });
  }, [shown, ignored, grid, view.status, view.branch]);

  const heightOf = useCallback(
    (index: number) => {
      const row = rows[index];
      return row === undefined ? 0 : rowHeight(row, grid);
    },
    [rows, grid],
  );
  const virtual = useRows(scroller, rows.length, heightOf);

  /** The photo that Tab reaches; arrow keys move it. */
  const [current, setCurrent] = useState<number | null>(null);
  const order = useMemo(
    () =>
      rows.flatMap((row) => (row.kind === 'cells' ? row.entries.map(({ index }) => index) : [])),
    [rows],
  );
  const tabStop = current !== null && order.includes(current) ? current : (order[0] ?? null);

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns };
    if (!(event.key in step) || tabStop === null) return;
    if (!(event.target instanceof Element) || event.target.closest('[data-photo]') === null) return;
    const at = order.indexOf(tabStop) + step[event.key as keyof typeof step];
    const next = order[Math.max(0, Math.min(order.length - 1, at))];
    if (next === undefined) return;
    event.preventDefault();
    setCurrent(next);
    const row = rows.findIndex(
      (one) => one.kind === 'cells' && one.entries.some(({ index }) => index === next),
    );
    virtual.scrollToIndex(row, { align: 'auto' });
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-photo="${next}"]`)?.focus();
    });
  };

  return (
    <div className={styles.photos}>
      <FilterBar />
      {/* Arrow keys are pressed on the photos, which are buttons; they are handled here for all of them. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={styles.scroller}
        ref={ref}
        role="group"
        aria-label="Photos by dog"
        tabIndex={order.length === 0 ? 0 : -1}
        onKeyDown={move}
      >
        {rows.length === 0 && (
          <Notice icon={<SearchX />} title="No photo passes this filter">
            Choose another status or branch above.
          </Notice>
        )}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <div
                key={item.key}
                className={styles.row}
                style={{
                  transform: `translateY(${item.start}px)`,
                  height: item.size,
                  paddingInline: pad,
                }}
              >
                <RowContent
                  row={row}
                  cellWidth={grid.cellWidth}
                  pictureHeight={grid.pictureHeight}
                  tabStop={tabStop}
                  onOpen={(index) => {
                    setCurrent(index);
                    actions.setView({ openPhoto: index });
                  }}
                  onMore={() => actions.setView({ status: moreFilter(entries) })}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The filter that shows the rest of the photos without an embedding. */
function moreFilter(entries: readonly { record: { status: string } }[]): 'failed' | 'no-dog' {
  return entries.some(({ record }) => record.status === 'failed') ? 'failed' : 'no-dog';
}

function RowContent({
  row,
  cellWidth,
  pictureHeight,
  tabStop,
  onOpen,
  onMore,
}: {
  row: Row;
  cellWidth: number;
  pictureHeight: number;
  tabStop: number | null;
  onOpen: (index: number) => void;
  onMore: () => void;
}) {
  switch (row.kind) {
    case 'group':
      return (
        <div className={styles.group}>
          <h2>
            {row.name === 'Not embedded' && <CircleAlert aria-hidden="true" />}
            {row.name}
          </h2>
          <span>{row.note}</span>
        </div>
      );
    case 'cells':
      return (
        <div className={styles.cells}>
          {row.entries.map((entry) => (
            <PhotoCell
              key={entry.index}
              entry={entry}
              width={cellWidth}
              pictureHeight={pictureHeight}
              tabStop={entry.index === tabStop}
              onOpen={onOpen}
            />
          ))}
        </div>
      );
    case 'trouble':
      return (
        <div
          className={styles.cells}
          style={{ display: 'grid', gridTemplateColumns: `repeat(${row.columns}, minmax(0, 1fr))` }}
        >
          {row.entries.map((entry) => (
            <TroubleCard key={entry.index} entry={entry} onOpen={onOpen} />
          ))}
        </div>
      );
    case 'more':
      return (
        <Button look="quiet" onClick={onMore}>
          Show all ({row.hidden} more)
        </Button>
      );
    case 'ignored':
      return (
        <div className={styles.ignored}>
          <ImageOff aria-hidden="true" />
          <span>{row.entry.path}</span>
          <span className={styles.why}>{ignoredText(row.entry)}</span>
        </div>
      );
  }
}
