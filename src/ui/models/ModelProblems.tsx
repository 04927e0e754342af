import { OctagonAlert } from 'lucide-react';
import type { ModelProblem } from '../../core/models/read';
import styles from './Models.module.css';
import { STAGE_NAME } from './words';

/** Why models could not be taken: file, stage, and what to do. */
export function ModelProblems({ problems }: { problems: readonly ModelProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div className={styles.problems} role="alert">
      <OctagonAlert aria-hidden="true" />
      <div>
        <p>
          <strong>Not taken.</strong> The models in use and the results on the page are as they
          were.
        </p>
        <ul>
          {problems.map(({ file, slot, message }) => (
            <li key={`${file} ${message}`}>
              <span className={styles.stageTag}>{slot === null ? 'File' : STAGE_NAME[slot]}</span>{' '}
              {file !== '' && <b>{file}</b>} {message}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
