import { Dog, Image, ScanFace } from 'lucide-react';
import type { Branch } from '../../core/types';
import styles from './Badge.module.css';

const LOOK = {
  face: { Icon: ScanFace, text: 'Face' },
  body: { Icon: Dog, text: 'Body' },
  photo: { Icon: Image, text: 'Photo' },
} as const;

/** Which region the embedder saw. */
export function BranchBadge({ branch }: { branch: Branch }) {
  const { Icon, text } = LOOK[branch];
  return (
    <span className={styles.badge} data-branch={branch}>
      <Icon aria-hidden="true" />
      {text}
    </span>
  );
}
