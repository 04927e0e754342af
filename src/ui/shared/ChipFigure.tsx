import { ImageOff } from 'lucide-react';
import type { RowSource } from '../../state/model';
import { useApp } from './app';
import { BranchBadge } from './BranchBadge';
import styles from './ChipFigure.module.css';
import { Picture } from './Picture';

/** The chip of a row of the matrix, with its photo's name and dog. */
export function ChipFigure({ row, badge = true }: { row: RowSource; badge?: boolean }) {
  const entry = useApp((state) => state.run.entries[row.entry]);
  const chip = entry?.chips[row.dog];
  const branch = entry?.record.dogs[row.dog]?.branch;
  return (
    <figure className={styles.figure}>
      <span className={styles.chip}>
        {chip === undefined ? <ImageOff aria-hidden="true" /> : <Picture blob={chip} alt="" />}
      </span>
      <figcaption>
        <b>{row.identity ?? 'No label'}</b>
        <span title={row.path}>{row.path.slice(row.path.lastIndexOf('/') + 1)}</span>
        {badge && branch !== undefined && <BranchBadge branch={branch} />}
      </figcaption>
    </figure>
  );
}
