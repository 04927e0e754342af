/** Things to know about the folder that was just taken. */
import { ImageOff, Info, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { ModelHints } from '../models/ModelHints';
import type { SavedRunSlice } from '../../state/model';
import { dogsOf } from '../../state/entries';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { BackendDoubt } from './BackendDoubt';
import styles from './Hints.module.css';

function restoredText(
  { found, strangers, folder }: NonNullable<SavedRunSlice['pictures']>,
  photos: number,
): string {
  const rest =
    strangers > 0
      ? ` ${plural(strangers, 'photo')} of “${folder.name}” ${strangers === 1 ? 'is' : 'are'} not in this run.`
      : '';
  return `Pictures of ${found} of ${plural(photos, 'photo')} restored from “${folder.name}” by their bytes; the numbers are those of the file.${rest}`;
}

export function Hints() {
  const actions = useActions();
  const problem = useApp((state) => state.intake.problem);
  const folder = useApp((state) => state.intake.folder);
  const dogs = useApp((state) => dogsOf(state.run.entries));
  const saved = useApp((state) => state.run.saved);
  const waiting = useApp(({ names: { source }, run }) =>
    source.from === 'file' && run.entries.length === 0 ? source.file : null,
  );
  const csvProblem = useApp((state) => state.names.problem);
  const [dismissed, setDismissed] = useState<unknown>(null);
  const unlabelled = folder !== null && dogs === 0 && dismissed !== folder;
  return (
    <div>
      <BackendDoubt />
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
      {csvProblem !== null && (
        <div className={styles.hint} data-kind="problem" role="alert">
          <TriangleAlert aria-hidden="true" />
          <p>The names were not taken: {csvProblem}.</p>
        </div>
      )}
      {waiting !== null && (
        <div className={styles.hint} role="status">
          <Info aria-hidden="true" />
          <p>“{waiting}” is read: its names go to the photos of the folder that comes next.</p>
        </div>
      )}
      {saved !== null && saved.pictures?.finished !== true && (
        <div className={styles.hint}>
          <ImageOff aria-hidden="true" />
          <p>
            {saved.pictures === null
              ? 'This run was opened from a file, so it has no pictures. Drop the folder of its photos to see them; nothing is run again.'
              : `Restoring pictures: ${saved.pictures.done} of ${plural(saved.pictures.folder.photos.length, 'photo')} looked at.`}
          </p>
        </div>
      )}
      {saved?.pictures?.finished === true && dismissed !== saved.pictures && (
        <div className={styles.hint}>
          <Info aria-hidden="true" />
          <p>{restoredText(saved.pictures, folder?.photos.length ?? 0)}</p>
          <Button
            look="quiet"
            iconOnly
            aria-label="Dismiss hint"
            onClick={() => setDismissed(saved.pictures)}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
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
