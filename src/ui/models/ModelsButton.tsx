import { Boxes } from 'lucide-react';
import { useActions, useApp } from '../shared/app';
import { buttonClass } from '../shared/Button';
import styles from './ModelsButton.module.css';

/** Opens the model cards; says when models other than the bundled ones are in use, or wait for an answer. */
export function ModelsButton() {
  const { models } = useActions();
  const state = useApp(({ models: { phase, draft, problems, bundle } }) => {
    if (phase !== 'idle') return 'busy';
    if (draft !== null || problems.length > 0) return 'asks';
    return bundle === null ? 'bundled' : 'own';
  });
  return (
    <button
      type="button"
      className={`${buttonClass('quiet')} ${styles.button}`}
      data-models={state}
      onClick={() => models.show(true)}
    >
      <Boxes aria-hidden="true" />
      <span>Models</span>
      {state === 'own' && <b className={styles.badge}>own</b>}
      {state === 'asks' && <b className={styles.badge}>asks</b>}
    </button>
  );
}
