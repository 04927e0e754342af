/** The shell: header, status, views, and the dialogs that any view may open. */
import { Tabs, Tooltip } from 'radix-ui';
import { DoctorButton } from '../doctor/DoctorButton';
import { DoctorDialog } from '../doctor/DoctorDialog';
import { Welcome } from '../intake/Welcome';
import { ReplaceDialog } from '../intake/ReplaceDialog';
import { useFolderDrop } from '../intake/useFolderDrop';
import { ModelsDialog } from '../models/ModelsDialog';
import { PairDialog } from '../pair/PairDialog';
import { PhotoDialog } from '../photos/PhotoDialog';
import { useActions, useApp } from '../shared/app';
import { Figures } from './Figures';
import { Header } from './Header';
import { Hints } from './Hints';
import styles from './Page.module.css';
import { StatusStrip } from './StatusStrip';
import { VIEWS } from './views';

export function Page() {
  const actions = useActions();
  const tab = useApp((state) => state.view.tab);
  const empty = useApp((state) => state.run.entries.length === 0);
  const dropping = useFolderDrop();
  return (
    <Tooltip.Provider delayDuration={300}>
      <div className={styles.page} data-empty={empty}>
        <Header empty={empty} />
        <StatusStrip />
        <Hints />
        {empty ? (
          <main className={styles.main}>
            <Welcome />
          </main>
        ) : (
          <main className={styles.main}>
            <h1 className="sr-only">SameDog: results</h1>
            <Tabs.Root
              className={styles.tabs}
              value={tab}
              onValueChange={(next) => actions.setView({ tab: next })}
            >
              <div className={styles.tabBar}>
                <Tabs.List className={styles.tabList} aria-label="Views">
                  {VIEWS.map(({ id, name }) => (
                    <Tabs.Trigger key={id} value={id} className={styles.tab}>
                      {name}
                    </Tabs.Trigger>
                  ))}
                </Tabs.List>
                <Figures />
              </div>
              {VIEWS.map(({ id, Component }) => (
                <Tabs.Content key={id} value={id} className={styles.view}>
                  <Component />
                </Tabs.Content>
              ))}
            </Tabs.Root>
          </main>
        )}
      </div>
      {dropping && (
        <div className={styles.dropping} aria-hidden="true">
          <p>Drop to start</p>
          <span>
            Photos, one sub-folder per dog, or models (.onnx). Nothing leaves this computer.
          </span>
        </div>
      )}
      <PhotoDialog />
      <PairDialog />
      <ModelsDialog findOut={<DoctorButton />} />
      <DoctorDialog />
      <ReplaceDialog />
    </Tooltip.Provider>
  );
}
