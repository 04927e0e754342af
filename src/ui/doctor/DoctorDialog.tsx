/** Which recipe was this embedder trained with? Every recipe tried stands beside the others. */
import { Stethoscope, TriangleAlert, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useMemo } from 'react';
import { doctorPhotos } from '../../state/doctor';
import type { ExamineStep } from '../../state/doctorModel';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Notice } from '../shared/Notice';
import { Finding } from './Finding';
import styles from './Doctor.module.css';
import { TrialList } from './TrialList';

export function DoctorDialog() {
  const { doctor } = useActions();
  const open = useApp((state) => state.doctor.open);
  return (
    <Dialog.Root open={open} onOpenChange={doctor.show}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
          <div className={styles.top}>
            <Dialog.Title className={styles.title}>
              <Stethoscope aria-hidden="true" />
              Preprocessing doctor
              <Examined />
            </Dialog.Title>
            <Dialog.Close asChild>
              <Button look="quiet" iconOnly aria-label="Close">
                <X aria-hidden="true" />
              </Button>
            </Dialog.Close>
          </div>
          <Body />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The file that is examined, or would be. */
function Examined() {
  const { models } = useActions();
  const examined = useApp((state) => state.doctor.bundle);
  const file = (examined ?? models.provisional())?.files.embedder?.name;
  return file === undefined ? null : <span>{file}</span>;
}

function Body() {
  const phase = useApp((state) => state.doctor.phase);
  switch (phase) {
    case 'idle':
      return <Ask />;
    case 'working':
      return <Working />;
    case 'failed':
      return <Failed />;
    case 'done':
      return <Result />;
  }
}

function Ask() {
  const { doctor } = useActions();
  const run = useApp((state) => state.run);
  const { photos, dogs, problem } = useMemo(() => doctorPhotos({ run }), [run]);
  return (
    <Notice
      icon={<Stethoscope />}
      title="Which recipe was this embedder trained with?"
      action={
        <Button look="primary" disabled={problem !== null} onClick={() => void doctor.examine()}>
          Try the recipes
        </Button>
      }
    >
      A wrong mean, colour order or fit raises no error; the vectors only get worse.{' '}
      {problem ??
        `The chips of ${plural(photos.length, 'photo')} of ${plural(dogs, 'dog')} are embedded under the usual recipes, and the one that tells the dogs apart best is named.`}
    </Notice>
  );
}

const STEP: Readonly<Record<ExamineStep, string>> = {
  models: 'Starting the embedder',
  chips: 'Cutting chips',
  recipes: 'Trying recipes',
};

function Working() {
  const { doctor } = useActions();
  const progress = useApp((state) => state.doctor.progress);
  const { step, done, total } = progress ?? { step: 'models', done: 0, total: 1 };
  const of = step === 'recipes' ? `up to ${total}` : String(total);
  return (
    <div className={styles.working}>
      <p role="status">
        {STEP[step]}
        {step === 'models' ? '' : `: ${done} of ${of}`}
      </p>
      <progress value={step === 'models' ? undefined : done} max={total} aria-label={STEP[step]} />
      <Button onClick={doctor.cancel}>Cancel</Button>
    </div>
  );
}

function Failed() {
  const { doctor } = useActions();
  const error = useApp((state) => state.doctor.error);
  return (
    <Notice
      icon={<TriangleAlert />}
      title="The recipes were not tried"
      action={<Button onClick={() => void doctor.examine()}>Try again</Button>}
    >
      {error}
    </Notice>
  );
}

function Result() {
  const result = useApp((state) => state.doctor.result);
  if (result === null) return null;
  const { diagnosis, unread } = result;
  return (
    <div className={styles.result}>
      <Finding diagnosis={diagnosis} />
      <TrialList diagnosis={diagnosis} />
      {unread.length > 0 && (
        <p className={styles.unread}>
          <TriangleAlert aria-hidden="true" />
          {plural(unread.length, 'photo')} could not be read again:{' '}
          {unread.map(({ path, reason }) => `${path} (${reason})`).join(', ')}
        </p>
      )}
    </div>
  );
}
