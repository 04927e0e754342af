import { Download } from 'lucide-react';
import { canExport } from '../../state/exporting';
import { plural } from '../../state/status';
import { ChooseFolder } from '../intake/ChooseFolder';
import { Identities } from '../intake/Identities';
import { OpenRun } from '../intake/OpenRun';
import { Options } from '../intake/Options';
import { TrySample } from '../intake/TrySample';
import { ModelsButton } from '../models/ModelsButton';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Header.module.css';
import { ThemeMenu } from './ThemeMenu';

export function Header({ empty }: { empty: boolean }) {
  const actions = useActions();
  const folder = useApp((state) => state.intake.folder);
  const exportable = useApp(canExport);
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Mark />
        <span className={styles.name}>SameDog</span>
      </div>
      {folder !== null && !empty && (
        <div className={styles.folder}>
          <strong title={folder.name}>{folder.name}</strong>
          <span>{plural(folder.photos.length, 'photo')}</span>
          <Identities />
        </div>
      )}
      <div className={styles.actions}>
        {!empty && (
          <>
            <ChooseFolder />
            <TrySample />
            <OpenRun className={styles.wide} />
            <Button disabled={!exportable} onClick={() => void actions.exportResults()}>
              <Download aria-hidden="true" />
              Export results
            </Button>
          </>
        )}
      </div>
      <div className={styles.settings}>
        <ModelsButton />
        <Options />
        <ThemeMenu />
      </div>
    </header>
  );
}

/** Two overlapping rounds: two photos, one dog. */
function Mark() {
  return (
    <svg viewBox="0 0 28 20" className={styles.mark} aria-hidden="true">
      <circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" strokeWidth="2.4" />
      <circle cx="18" cy="10" r="8.5" fill="none" stroke="currentColor" strokeWidth="2.4" />
      <path d="M14 2.5a8.5 8.5 0 0 1 0 15a8.5 8.5 0 0 1 0-15Z" fill="currentColor" />
    </svg>
  );
}
