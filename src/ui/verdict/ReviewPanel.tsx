/** Suspected wrong labels, most suspicious first, one key each. */
import { Check, SkipForward, Undo2, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { applyDecisions } from '../../core/evaluation/decisions';
import type { Suspicion } from '../../core/evaluation/mislabels';
import type { RowSource } from '../../state/model';
import { plural } from '../../state/status';
import { counterpart, openItems } from '../../state/verdictQueue';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { ChipFigure } from '../shared/ChipFigure';
import { whole } from './format';
import styles from './Review.module.css';
import { pressReviewKey } from './reviewKeys';
import panel from './Verdict.module.css';

export function ReviewPanel({ id }: { id: string }) {
  const actions = useActions();
  const rows = useApp((state) => state.analysis.rows);
  const { queue, decisions } = useApp((state) => state.verdict);
  const open = openItems({ queue, decisions }, rows);
  const item = open[0];
  const section = useRef<HTMLElement>(null);

  useEffect(() => {
    const element = section.current;
    if (element === null) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (pressReviewKey(event, item ?? null, actions.verdict)) event.preventDefault();
    };
    element.addEventListener('keydown', onKey);
    return () => element.removeEventListener('keydown', onKey);
  }, [actions, item]);

  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`} ref={section}>
      <h2 id={`${id}-title`}>
        {queue.length === 0
          ? 'No label looks wrong'
          : open.length === 0
            ? 'All doubtful labels are reviewed'
            : `${plural(open.length, 'label')} to look at`}
      </h2>
      <p className={panel.lead}>
        {queue.length === 0
          ? 'No photo is nearer to another dog than to its own, and no two photos of different dogs are as alike as photos of one dog usually are.'
          : 'Photos that look more like another dog, then pairs of different dogs that are more alike than photos of one dog usually are. Decisions go into the export; figures follow, and nothing is run again.'}
      </p>
      {queue.length > 0 && (
        <div className={styles.review}>
          {item !== undefined && <Doubt item={item} rows={rows} />}
          <div className={styles.keys} role="group" aria-label="Decide">
            <Key
              letter="S"
              text="Same dog"
              disabled={item === undefined}
              onPress={() => item && actions.verdict.decide(item, 'same')}
            >
              <Check aria-hidden="true" />
            </Key>
            <Key
              letter="D"
              text="Not the same"
              disabled={item === undefined}
              onPress={() => item && actions.verdict.decide(item, 'different')}
            >
              <X aria-hidden="true" />
            </Key>
            <Key
              letter="K"
              text="Skip"
              disabled={item === undefined}
              onPress={() => item && actions.verdict.decide(item, 'skip')}
            >
              <SkipForward aria-hidden="true" />
            </Key>
            <Key
              letter="U"
              text="Undo"
              disabled={decisions.length === 0}
              onPress={actions.verdict.undo}
            >
              <Undo2 aria-hidden="true" />
            </Key>
          </div>
          <p className={styles.hint}>The keys work while one of these buttons has the focus.</p>
        </div>
      )}
      {decisions.length > 0 && <Decided />}
    </section>
  );
}

function Key({
  letter,
  text,
  disabled,
  onPress,
  children,
}: {
  letter: string;
  text: string;
  disabled: boolean;
  onPress: () => void;
  children: React.ReactNode;
}) {
  // Not `disabled`: the button would lose the focus, and with it the keys.
  return (
    <Button
      aria-disabled={disabled}
      aria-keyshortcuts={letter}
      className={styles.key ?? ''}
      onClick={() => {
        if (!disabled) onPress();
      }}
    >
      {children}
      {text}
      <kbd>{letter}</kbd>
    </Button>
  );
}

function Doubt({ item, rows }: { item: Suspicion; rows: readonly RowSource[] }) {
  const actions = useActions();
  const [a, b] = [rows[item.row], rows[counterpart(item)]];
  if (a === undefined || b === undefined) return null;
  return (
    <div className={styles.doubt}>
      <button
        type="button"
        className={styles.pair}
        aria-label={`${a.path} and ${b.path}: open pair`}
        onClick={() => actions.setView({ openPair: [item.row, counterpart(item)] })}
      >
        <ChipFigure row={a} />
        <ChipFigure row={b} />
      </button>
      <div className={styles.words} aria-live="polite">
        <p className={styles.question}>
          Is this {a.identity} really {b.identity}?
        </p>
        <p>{whyText(item, a)}</p>
        <ul>
          <li>
            <b>Same dog</b>: {fileOf(a)} is counted as {b.identity}.
          </li>
          <li>
            <b>Not the same</b>: the labels stay as they are.
          </li>
        </ul>
      </div>
    </div>
  );
}

function whyText(item: Suspicion, a: RowSource): string {
  if (item.kind === 'cold-photo') {
    return `${item.votes} of the ${item.voters} photos most like ${fileOf(a)} are ${item.suspected}. Its nearest photos of ${item.suspected} are more similar by ${item.score.toFixed(3)} than those of ${a.identity ?? 'its own dog'}.`;
  }
  return `Similarity ${item.similarity.toFixed(3)}, more than the median of photos of one dog.`;
}

const fileOf = ({ path }: RowSource): string => path.slice(path.lastIndexOf('/') + 1);

function Decided() {
  const rows = useApp((state) => state.analysis.rows);
  const decisions = useApp((state) => state.verdict.decisions);
  const { relabelled } = applyDecisions(rows, decisions);
  const count = (verdict: string): string =>
    whole(decisions.filter((one) => one.verdict === verdict).length);
  return (
    <div className={styles.decided} role="status">
      <p>
        {plural(decisions.length, 'decision')}: {count('same')} same dog, {count('different')} not
        the same, {count('skip')} skipped.
      </p>
      {relabelled.length > 0 && (
        <ul>
          {relabelled.map(({ path, from, to }) => (
            <li key={path}>
              {path}: {from} → {to}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
