import { SearchX, TriangleAlert } from 'lucide-react';
import type { PhotoEntry } from '../../state/model';
import { troubleOf, troubleText } from '../../state/selectors';
import { Picture } from '../shared/Picture';
import styles from './Photos.module.css';

/** A photo that was not embedded, with the reason. */
export function TroubleCard({
  entry,
  onOpen,
}: {
  entry: PhotoEntry;
  onOpen: (index: number) => void;
}) {
  const { record, thumb } = entry;
  const Icon = record.status === 'no-dog' ? SearchX : TriangleAlert;
  const text = troubleText(entry) ?? '';
  return (
    <button
      type="button"
      className={styles.card}
      data-status={record.status}
      title={text}
      onClick={() => onOpen(entry.index)}
    >
      <span className={styles.cardPicture}>
        {thumb === null ? <TriangleAlert aria-hidden="true" /> : <Picture blob={thumb} alt="" />}
      </span>
      <span className={styles.cardText}>
        <span className={styles.fileName}>{record.path}</span>
        <span className={styles.trouble}>
          <Icon aria-hidden="true" />
          {troubleOf(entry)}
        </span>
        <span className={styles.cardWhy}>{text}</span>
      </span>
    </button>
  );
}
