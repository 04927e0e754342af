/** Two photos side by side: what the embedder got of each, and how alike it found them. */
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { RowSource } from '../../state/model';
import { decidedRows } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { BranchBadge } from '../shared/BranchBadge';
import { Button } from '../shared/Button';
import { LargePhoto } from '../shared/LargePhoto';
import { verdictOf } from '../shared/pairVerdict';
import { Picture } from '../shared/Picture';
import { VerdictBadge } from '../shared/VerdictBadge';
import styles from './PairDialog.module.css';
import { rankOf } from './rank';

export function PairDialog() {
  const actions = useActions();
  const pair = useApp((state) => state.view.openPair);
  const { result } = useApp((state) => state.analysis);
  const rows = useApp(decidedRows);
  const [a, b] = pair === null ? [undefined, undefined] : [rows[pair[0]], rows[pair[1]]];
  const open = pair !== null && a !== undefined && b !== undefined && result !== null;
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) actions.setView({ openPair: null });
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        {open && (
          <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
            <div className={styles.top}>
              <Dialog.Title className={styles.title}>
                <strong>{result.similarity[pair[0] * rows.length + pair[1]]?.toFixed(3)}</strong>
                <span>cosine similarity</span>
                <VerdictBadge verdict={verdictOf(a.identity, b.identity)} />
              </Dialog.Title>
              <p className={styles.ranks}>
                Right is rank {rankOf(result.similarity, rows.length, pair[0], pair[1])} of{' '}
                {rows.length - 1} for left; left is rank{' '}
                {rankOf(result.similarity, rows.length, pair[1], pair[0])} for right
              </p>
              <Dialog.Close asChild>
                <Button look="quiet" iconOnly aria-label="Close">
                  <X aria-hidden="true" />
                </Button>
              </Dialog.Close>
            </div>
            <div className={styles.both}>
              <Half row={a} />
              <Half row={b} />
            </div>
          </Dialog.Content>
        )}
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Half({ row }: { row: RowSource }) {
  const entry = useApp((state) => state.run.entries[row.entry]);
  const overlays = useApp((state) => state.view.overlays);
  if (entry === undefined) return null;
  const dog = entry.record.dogs[row.dog];
  const chip = entry.chips[row.dog];
  return (
    <section className={styles.half} aria-label={row.path}>
      <div className={styles.stage}>
        <LargePhoto entry={entry} show={overlays} labels={false} />
      </div>
      <div className={styles.foot}>
        {chip !== undefined && (
          <div className={styles.chip}>
            <Picture blob={chip} alt="Chip of this photo" lazy={false} />
          </div>
        )}
        <div className={styles.words}>
          <h3>{row.identity ?? 'No label'}</h3>
          <p>{row.path}</p>
          {dog !== undefined && <BranchBadge branch={dog.branch} />}
          {dog?.score != null && <p>detection score {dog.score.toFixed(2)}</p>}
        </div>
      </div>
    </section>
  );
}
