import { TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { backendDoubt } from '../../state/backendDoubt';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Hints.module.css';

/** Names a backend that disagrees. Stays for as long as its numbers are the ones shown. */
export function BackendDoubt() {
  const actions = useActions();
  const report = useApp((state) => state.setup.report);
  const [dismissed, setDismissed] = useState<unknown>(null);
  const doubt = backendDoubt(report);
  if (doubt === null || (!doubt.inUse && dismissed === report)) return null;
  return (
    <div className={styles.hint} data-kind="problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <p>{doubt.message}</p>
      {doubt.inUse ? (
        <Button onClick={() => actions.setOptions({ backend: 'wasm' })}>Use WASM</Button>
      ) : (
        <Button look="quiet" iconOnly aria-label="Dismiss" onClick={() => setDismissed(report)}>
          <X aria-hidden="true" />
        </Button>
      )}
    </div>
  );
}
