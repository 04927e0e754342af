/** Whether this run saw what the photo library sees. */
import { Eye } from 'lucide-react';
import { PREVIEW } from '../../core/immich/preview';
import { useApp } from '../shared/app';
import styles from './Suggestions.module.css';

export function PreviewNote() {
  const preview = useApp((state) => state.run.options.preview);
  return (
    <p className={styles.preview} data-preview={preview}>
      <Eye aria-hidden="true" />
      {preview ? (
        <span>
          <b>As Immich sees it, approximate.</b> Each photo went through a preview: shorter side{' '}
          {PREVIEW.shorterSide} px, JPEG {PREVIEW.quality}. {PREVIEW.approximate}
        </span>
      ) : (
        <span>
          This run saw the photos as they are. Immich sees previews ({PREVIEW.shorterSide} px, JPEG{' '}
          {PREVIEW.quality}): choose “Immich sees them” in Options and run again.
        </span>
      )}
    </p>
  );
}
