import { Check, CircleHelp, X } from 'lucide-react';
import styles from './Badge.module.css';
import type { Verdict } from './pairVerdict';

const LOOK = {
  right: { Icon: Check, text: 'Same dog' },
  wrong: { Icon: X, text: 'Other dog' },
  unknown: { Icon: CircleHelp, text: 'No label' },
} as const;

/** Whether two photos are of the same dog by their names: icon and words as well as colour. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const { Icon, text } = LOOK[verdict];
  return (
    <span
      className={`${styles.badge} ${verdict === 'unknown' ? '' : (styles[verdict] ?? '')}`}
      data-verdict={verdict}
    >
      <Icon aria-hidden="true" strokeWidth={2.5} />
      {text}
    </span>
  );
}
