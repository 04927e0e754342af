/** One photo large, with what every stage made of it. Arrow keys turn to the next and the previous one. */
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { PhotoEntry } from '../../state/model';
import { filterEntries, groupByDog } from '../../state/selectors';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { LargePhoto } from '../shared/LargePhoto';
import { OneOf } from '../shared/ToggleBar';
import { DogFacts } from './DogFacts';
import { OverlayToggles } from './FilterBar';
import { PhotoFacts } from './PhotoFacts';
import styles from './PhotoDialog.module.css';

export function PhotoDialog() {
  const actions = useActions();
  const index = useApp((state) => state.view.openPhoto);
  const entry = useApp((state) =>
    state.view.openPhoto === null ? undefined : state.run.entries[state.view.openPhoto],
  );
  /** The photo shown last: the focus goes back to it when the dialog is gone. */
  const last = useRef<number | null>(null);
  useEffect(() => {
    if (index !== null) last.current = index;
  }, [index]);
  const close = (): void => actions.setView({ openPhoto: null });
  return (
    <Dialog.Root open={entry !== undefined} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.scrim} />
        <Dialog.Content
          className={styles.dialog}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            // Back to the photo that was shown last, not the one that was opened.
            const cell = document.querySelector<HTMLElement>(
              `[data-photo="${last.current ?? -1}"]`,
            );
            if (cell === null) return;
            event.preventDefault();
            cell.focus();
          }}
        >
          {entry !== undefined && <Content entry={entry} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ entry }: { entry: PhotoEntry }) {
  const actions = useActions();
  const entries = useApp((state) => state.run.entries);
  const status = useApp((state) => state.view.status);
  const branch = useApp((state) => state.view.branch);
  const of = useApp((state) => state.view.dog);
  const overlays = useApp((state) => state.view.overlays);
  /** Which dog of which photo; another photo begins with its best dog. */
  const [chosen, setChosen] = useState({ photo: entry.index, dog: 0 });
  const dogIndex = chosen.photo === entry.index ? chosen.dog : 0;
  const order = useMemo(() => {
    const shown = groupByDog(filterEntries(entries, status, branch, of)).flatMap(
      (group) => group.entries,
    );
    return shown.map(({ index }) => index);
  }, [entries, status, branch, of]);
  const at = order.indexOf(entry.index);
  const turn = (by: number): void => {
    const next = order[at + by];
    if (next !== undefined) actions.setView({ openPhoto: next });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof Element && event.target.closest('[role=radiogroup]') !== null)
      return;
    if (event.key === 'ArrowRight') turn(1);
    else if (event.key === 'ArrowLeft') turn(-1);
    else return;
    event.preventDefault();
  };
  const { record } = entry;
  const dog = record.dogs[dogIndex];
  const chip = entry.chips[dogIndex];
  return (
    // The dialog itself takes the keys, wherever in it the focus is.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={styles.content} onKeyDown={onKeyDown}>
      <div className={styles.top}>
        <Dialog.Title className={styles.title}>{record.path}</Dialog.Title>
        <span className={styles.count}>
          {at + 1} of {order.length}
        </span>
        <Button
          look="quiet"
          iconOnly
          aria-label="Previous photo"
          disabled={at <= 0}
          onClick={() => turn(-1)}
        >
          <ChevronLeft aria-hidden="true" />
        </Button>
        <Button
          look="quiet"
          iconOnly
          aria-label="Next photo"
          disabled={at < 0 || at >= order.length - 1}
          onClick={() => turn(1)}
        >
          <ChevronRight aria-hidden="true" />
        </Button>
        <Dialog.Close asChild>
          <Button look="quiet" iconOnly aria-label="Close">
            <X aria-hidden="true" />
          </Button>
        </Dialog.Close>
      </div>
      <div className={styles.stage}>
        <LargePhoto key={entry.index} entry={entry} show={overlays} />
      </div>
      <div className={styles.side}>
        <OverlayToggles />
        {record.dogs.length > 1 && (
          <OneOf
            label="Dog"
            choices={record.dogs.map((_, i) => ({ value: String(i), text: `Dog ${i + 1}` }))}
            value={String(dogIndex)}
            onChange={(value) => setChosen({ photo: entry.index, dog: Number(value) })}
          />
        )}
        {dog !== undefined && <DogFacts dog={dog} chip={chip ?? null} />}
        <PhotoFacts entry={entry} />
      </div>
    </div>
  );
}
