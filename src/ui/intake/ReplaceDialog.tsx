import { AlertDialog } from 'radix-ui';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './ReplaceDialog.module.css';

/** Asks only where unexported results would be lost. */
export function ReplaceDialog() {
  const actions = useActions();
  const waiting = useApp((state) => state.intake.waiting);
  const done = useApp((state) => state.run.counts.done);
  return (
    <AlertDialog.Root open={waiting !== null} onOpenChange={(open) => !open && actions.keep()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={styles.scrim} />
        <AlertDialog.Content className={styles.dialog}>
          <AlertDialog.Title>Replace the results on the page?</AlertDialog.Title>
          <AlertDialog.Description>
            {plural(done, 'finished photo')} {done === 1 ? 'has' : 'have'} not been exported. Export
            results first, or replace them with “{waiting?.name}” (
            {plural(waiting?.photos.length ?? 0, 'photo')}).
          </AlertDialog.Description>
          <div className={styles.choices}>
            <AlertDialog.Cancel asChild>
              <Button look="quiet">Keep</Button>
            </AlertDialog.Cancel>
            <Button onClick={actions.replace}>Replace</Button>
            <Button look="primary" onClick={() => void actions.exportAndReplace()}>
              Export results
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
