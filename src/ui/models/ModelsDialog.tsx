/** The models: what each stage runs on, what was read and verified of it, and other models in their place. */
import { RotateCcw, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { modelsChanged } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Cards } from './Cards';
import { ChooseModels } from './ChooseModels';
import { ModelProblems } from './ModelProblems';
import styles from './Models.module.css';
import { RolesEditor } from './RolesEditor';
import { Undecided } from './Undecided';

/** `findOut` is shown in the embedder's card: the way to find out how its pictures are prepared. */
export function ModelsDialog({ findOut = null }: { findOut?: ReactNode }) {
  const { models } = useActions();
  const open = useApp((state) => state.models.open);
  return (
    <Dialog.Root open={open} onOpenChange={models.show}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
          <Content findOut={findOut} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ findOut }: { findOut: ReactNode }) {
  const { models, runAgain } = useActions();
  const { phase, draft, problems, bundle } = useApp((state) => state.models);
  const folder = useApp((state) => state.intake.folder);
  const changed = useApp(modelsChanged);
  const [roles, setRoles] = useState(false);
  const own = bundle !== null;
  return (
    <div className={styles.content}>
      <div className={styles.top}>
        <Dialog.Title className={styles.title}>{roles ? 'Keypoint roles' : 'Models'}</Dialog.Title>
        <p role="status" className={styles.state}>
          {phase === 'reading'
            ? 'Reading the files'
            : phase === 'checking'
              ? 'Running each model once'
              : draft !== null
                ? 'New models: not in use yet'
                : own
                  ? 'Your models are in use'
                  : 'The bundled models are in use'}
        </p>
        <Dialog.Close asChild>
          <Button look="quiet" iconOnly aria-label="Close">
            <X aria-hidden="true" />
          </Button>
        </Dialog.Close>
      </div>
      {roles ? (
        <RolesEditor onDone={() => setRoles(false)} />
      ) : (
        <>
          <div className={styles.body}>
            <ModelProblems problems={problems} />
            {draft !== null && <Undecided files={draft.undecided} />}
            <Cards onRoles={() => setRoles(true)} findOut={findOut} />
          </div>
          {draft === null && (
            <div className={styles.bottom}>
              <ChooseModels look={own || changed ? 'plain' : 'primary'} />
              <p className={styles.hint}>
                or drop .onnx files anywhere: one, two or three. What is not dropped stays.
              </p>
              <span className={styles.push} />
              <Button onClick={models.saveRecipe}>Save pipeline.json</Button>
              {own && (
                <Button onClick={models.useBundled}>
                  <RotateCcw aria-hidden="true" />
                  Back to bundled models
                </Button>
              )}
              {changed && folder !== null && (
                <Button
                  look="primary"
                  onClick={() => {
                    models.show(false);
                    runAgain();
                  }}
                >
                  Run “{folder.name}” again
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </div>
  );
}
