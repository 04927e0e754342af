/** A photo fitted into its place with its marks, from the file itself; its thumbnail where the browser can't show it. */
import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import type { Overlay, PhotoEntry } from '../../state/model';
import { useBound } from './app';
import styles from './LargePhoto.module.css';
import { marksText } from './markGeometry';
import { Marks } from './Marks';
import { useSize } from './useSize';

export function LargePhoto({
  entry,
  show,
  labels = true,
}: {
  entry: PhotoEntry;
  show: readonly Overlay[];
  labels?: boolean;
}) {
  const { pictures } = useBound();
  const { ref, width, height } = useSize<HTMLDivElement>();
  const [useThumb, setUseThumb] = useState(false);
  const { record, file, thumb } = entry;
  const blob = useThumb || file === null || record.width === null ? thumb : file;
  if (blob === null || record.width === null || record.height === null) {
    return (
      <div className={styles.none}>
        <ImageOff aria-hidden="true" />
        {record.status === 'not-run' ? 'Not run yet' : 'This file cannot be shown'}
      </div>
    );
  }
  const scale = Math.min(width / record.width, height / record.height);
  const upright = record.width > record.height;
  return (
    <div ref={ref} className={styles.frame}>
      <div
        className={styles.fit}
        style={{ width: record.width * scale, height: record.height * scale }}
      >
        <img
          src={pictures.url(blob)}
          alt={`${record.path}: ${marksText(record.dogs)}`}
          className={styles.image}
          draggable={false}
          onError={() => setUseThumb(true)}
          onLoad={(event) => {
            // Where the browser does not turn a file upright the marks would lie; the thumbnail is upright.
            const { naturalWidth, naturalHeight } = event.currentTarget;
            if (naturalWidth !== naturalHeight && naturalWidth > naturalHeight !== upright) {
              setUseThumb(true);
            }
          }}
        />
        {width > 0 && (
          <Marks
            photo={record}
            show={show}
            shown={Math.max(record.width, record.height) * scale}
            labels={labels}
          />
        )}
      </div>
    </div>
  );
}
