/** The first screen: what the app does, in pictures, and the two ways in. */
import { FolderInput, LockKeyhole } from 'lucide-react';
import { ChooseFolder } from './ChooseFolder';
import { OpenRun } from './OpenRun';
import { Story } from './Story';
import { TrySample } from './TrySample';
import styles from './Welcome.module.css';

export function Welcome() {
  return (
    <div className={styles.welcome}>
      <div className={styles.words}>
        <h1>Is it the same dog?</h1>
        <p className={styles.lead}>
          Give it a folder of dog photos, one sub-folder per dog. See what every stage of the
          re-identification pipeline saw, how sure it was, and whether its vectors really group by
          dog.
        </p>
        <div className={styles.target}>
          <FolderInput aria-hidden="true" />
          <p>Drop a folder anywhere on this page, or</p>
          <div className={styles.ways}>
            <ChooseFolder look="primary" />
            <TrySample />
            <OpenRun />
          </div>
        </div>
        <p className={styles.privacy}>
          <LockKeyhole aria-hidden="true" />
          Your photos stay on this computer. Everything runs in this browser; nothing is uploaded.
        </p>
      </div>
      <Story />
    </div>
  );
}
