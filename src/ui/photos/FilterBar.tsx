import { Dog, Frame, Image, ScanFace, Spline, Square, X } from 'lucide-react';
import { filterCounts } from '../../state/selectors';
import { STATUS_FILTERS, type StatusFilter } from '../../state/model';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { AnyOf, OneOf } from '../shared/ToggleBar';
import styles from './Photos.module.css';

const STATUS_TEXT: Readonly<Record<StatusFilter, string>> = {
  all: 'All',
  embedded: 'Embedded',
  'no-dog': 'No dog',
  failed: 'Failed',
  'not-run': 'Not run',
  ignored: 'Ignored',
};

/** Which photos are shown, and what is drawn over them. */
export function FilterBar() {
  const actions = useActions();
  const view = useApp((state) => state.view);
  const counts = useApp(filterCounts);
  const always: readonly StatusFilter[] = ['all', 'embedded', 'no-dog', 'failed'];
  const choices = STATUS_FILTERS.filter(
    (status) => always.includes(status) || counts[status] > 0 || view.status === status,
  ).map((value) => ({ value, text: STATUS_TEXT[value], count: counts[value] }));
  return (
    <div className={styles.bar}>
      <OneOf
        label="Status"
        choices={choices}
        value={view.status}
        onChange={(status) => actions.setView({ status })}
      />
      <OneOf
        label="Branch"
        choices={[
          { value: 'any', text: 'Any branch' },
          { value: 'face', text: 'Face', icon: <ScanFace aria-hidden="true" /> },
          { value: 'body', text: 'Body', icon: <Dog aria-hidden="true" /> },
          { value: 'photo', text: 'Photo', icon: <Image aria-hidden="true" /> },
        ]}
        value={view.branch}
        onChange={(branch) => actions.setView({ branch })}
      />
      {view.dog !== null && (
        <Button
          onClick={() => actions.setView({ dog: null })}
          aria-label={`Only ${view.dog}: show all dogs`}
        >
          Only {view.dog}
          <X aria-hidden="true" />
        </Button>
      )}
      <span className={styles.spacer} />
      <OverlayToggles />
    </div>
  );
}

/** What is drawn over photos: shared by the grid and the large view. */
export function OverlayToggles() {
  const actions = useActions();
  const overlays = useApp((state) => state.view.overlays);
  return (
    <AnyOf
      label="Overlays"
      choices={[
        {
          value: 'box',
          text: 'Box',
          icon: <Square aria-hidden="true" className={styles.boxIcon} />,
        },
        {
          value: 'keypoints',
          text: 'Keypoints',
          icon: <Spline aria-hidden="true" className={styles.pointIcon} />,
        },
        {
          value: 'chip',
          text: 'Chip',
          icon: <Frame aria-hidden="true" className={styles.chipIcon} />,
        },
      ]}
      value={overlays}
      onChange={(next) => actions.setView({ overlays: next })}
    />
  );
}
