import { CircleDashed, SearchX, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { PhotoEntry } from '../../state/model';
import { troubleOf } from '../../state/selectors';
import { useApp } from '../shared/app';
import { BranchBadge } from '../shared/BranchBadge';
import { marksText } from '../shared/markGeometry';
import { Marks } from '../shared/Marks';
import { Picture } from '../shared/Picture';
import styles from './Photos.module.css';

interface PhotoCellProps {
  readonly entry: PhotoEntry;
  readonly width: number;
  readonly pictureHeight: number;
  readonly tabStop: boolean;
  readonly onOpen: (index: number) => void;
}

/** A photo with its marks; opens it large. */
export const PhotoCell = memo(function PhotoCell(props: PhotoCellProps) {
  const { entry, width, pictureHeight, tabStop, onOpen } = props;
  const { record, thumb } = entry;
  const overlays = useApp((state) => state.view.overlays);
  const [best] = record.dogs;
  const trouble = troubleOf(entry);
  const name = record.path.slice(record.path.lastIndexOf('/') + 1);
  const what = trouble ?? (record.status === 'not-run' ? 'not run yet' : marksText(record.dogs));
  return (
    <button
      type="button"
      className={styles.cell}
      style={{ width }}
      data-photo={entry.index}
      data-status={record.status}
      tabIndex={tabStop ? 0 : -1}
      aria-label={`${record.path}: ${what}`}
      onClick={() => onOpen(entry.index)}
    >
      <span className={styles.picture} style={{ height: pictureHeight }}>
        {thumb === null ? (
          <EmptyPicture status={record.status} />
        ) : (
          <>
            <Picture blob={thumb} alt="" />
            <Marks photo={record} show={overlays} shown={shownSide(record, width, pictureHeight)} />
          </>
        )}
      </span>
      <span className={styles.caption}>
        <span className={styles.fileName} title={record.path}>
          {name}
        </span>
        <span className={styles.facts}>
          {best !== undefined && <BranchBadge branch={best.branch} />}
          {record.dogs.length > 1 && <span>{record.dogs.length} dogs</span>}
          {best?.score != null && <span className={styles.score}>{best.score.toFixed(2)}</span>}
          {trouble !== null && (
            <span className={styles.trouble}>
              {record.status === 'no-dog' ? (
                <SearchX aria-hidden="true" />
              ) : (
                <TriangleAlert aria-hidden="true" />
              )}
              {record.status === 'no-dog' ? 'No dog' : 'Failed'}
            </span>
          )}
          {record.status === 'not-run' && <span className={styles.waiting}>Not run yet</span>}
        </span>
      </span>
    </button>
  );
});

function EmptyPicture({ status }: { status: string }) {
  return (
    <span className={styles.noPicture} data-status={status}>
      {status === 'failed' ? <TriangleAlert /> : <CircleDashed />}
    </span>
  );
}

/** Longer side of the photo in CSS px when it is fitted into the cell. */
function shownSide(
  { width, height }: { width: number | null; height: number | null },
  cellWidth: number,
  cellHeight: number,
): number {
  if (width === null || height === null) return cellWidth;
  return Math.max(width, height) * Math.min(cellWidth / width, cellHeight / height);
}
