/** Things to know about the folder that was just taken. */
import { Info, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { ModelHints } from '../models/ModelHints';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Hints.module.css';

export function Hints() {
  const actions = useActions();
  const problem = useApp((state) => state.intake.problem);
  const folder = useApp((state) => state.intake.folder);
  const [dismissed, setDismissed] = useState<unknown>(null);
  const unlabelled = folder !== null && folder.dogs === 0 && dismissed !== folder;
  return (
    <div>
      {problem !== null && (
        <div className={styles.hint} data-kind="problem" role="alert">
          <TriangleAlert aria-hidden="true" />
          <p>{problem}</p>
          <Button look="quiet" iconOnly aria-label="Dismiss" onClick={actions.dismissProblem}>
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
      <ModelHints />
      {unlabelled && (
        <div className={styles.hint}>
          <Info aria-hidden="true" />
          <p>
            These photos carry no labels, so matches cannot be told right or wrong. Put each dog’s
            photos in a sub-folder of its own (<code>dogs/rex/1.jpg</code>,{' '}
            <code>dogs/luna/1.jpg</code>) and choose the folder above them.
          </p>
          <Button
            look="quiet"
            iconOnly
            aria-label="Dismiss hint"
            onClick={() => setDismissed(folder)}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
    </div>
  );
}
