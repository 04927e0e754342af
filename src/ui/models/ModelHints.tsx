/** Which models the results on the page come from, once others are in use; and what was taken of a mixed drop. */
import { Boxes, X } from 'lucide-react';
import { bundleText, modelsChanged } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './ModelHints.module.css';

export function ModelHints() {
  const { models } = useActions();
  const taken = useApp((state) => state.models.taken);
  const changed = useApp(modelsChanged);
  const from = useApp((state) => bundleText(state.run.bundle, state.setup.bundled));
  const next = useApp((state) => bundleText(state.models.bundle, state.setup.bundled));
  const ended = useApp(({ run }) => ['done', 'cancelled', 'failed'].includes(run.phase));
  return (
    <>
      {taken !== null && (
        <div className={styles.hint} role="status">
          <Boxes aria-hidden="true" />
          <p>{taken}</p>
          <Button
            look="quiet"
            iconOnly
            aria-label="Dismiss what was taken"
            onClick={() => models.told(null)}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
      {changed && (
        <div className={styles.hint}>
          <Boxes aria-hidden="true" />
          <p>
            The results on the page come from <strong>{from}</strong>. In use now:{' '}
            <strong>{next}</strong>.{ended && ' Run again to see theirs.'}
          </p>
        </div>
      )}
    </>
  );
}
