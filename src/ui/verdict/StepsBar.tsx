import { Progress } from 'radix-ui';
import type { Steps } from '../../state/verdictModel';
import styles from './Verdict.module.css';

/** How far a computation has come. */
export function StepsBar({ steps, label }: { steps: Steps | null; label: string }) {
  const part = steps === null || steps.total === 0 ? null : steps.done / steps.total;
  return (
    <Progress.Root
      className={styles.bar}
      value={part === null ? null : Math.round(100 * part)}
      aria-label={label}
    >
      <Progress.Indicator
        className={styles.barFill}
        style={{ transform: `scaleX(${part ?? 0.05})` }}
      />
    </Progress.Root>
  );
}
