/** What changed stage by stage between the baseline and the run on the page. */
import { useState } from 'react';
import type { StageChange, StageChanges } from '../../core/evaluation/stageChanges';
import { BRANCH_TEXT } from '../../core/results/prose';
import type { Branch } from '../../core/types';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Picture } from '../shared/Picture';
import styles from './Compare.module.css';
import { whole } from './format';

const FIRST = 8;

export function StageChangeList({ stages }: { stages: StageChanges }) {
  const [all, setAll] = useState(false);
  const { changes, photos, changedStatus, movedBoxes, changedBranch } = stages;
  const shown = all ? changes : changes.slice(0, FIRST);
  return (
    <div className={styles.stages}>
      <h3>Stage by stage, of {plural(photos, 'photo')} in both</h3>
      <ul className={styles.counts}>
        <li>
          <b>{whole(movedBoxes)}</b> with another box
        </li>
        <li>
          <b>{whole(changedBranch)}</b> with another branch
        </li>
        <li>
          <b>{whole(changedStatus)}</b> with another outcome
        </li>
      </ul>
      <ul className={styles.changes}>
        {shown.map((change) => (
          <Change key={change.path} change={change} />
        ))}
      </ul>
      {shown.length < changes.length && (
        <Button onClick={() => setAll(true)}>Show all {whole(changes.length)}</Button>
      )}
    </div>
  );
}

function Change({ change }: { change: StageChange }) {
  const actions = useActions();
  const entry = useApp((state) =>
    state.run.entries.find(({ record }) => record.path === change.path),
  );
  return (
    <li>
      <button
        type="button"
        disabled={entry === undefined}
        onClick={() => {
          if (entry !== undefined) actions.setView({ openPhoto: entry.index });
        }}
      >
        <span className={styles.tiny}>
          {entry?.thumb != null && <Picture blob={entry.thumb} alt="" />}
        </span>
        <span>
          <b>{change.path}</b>
          <small>{textOf(change)}</small>
        </span>
      </button>
    </li>
  );
}

function textOf({ status, boxIou, branch }: StageChange): string {
  return [
    ...(status === null
      ? []
      : [`${STATUS[status.a] ?? status.a} → ${STATUS[status.b] ?? status.b}`]),
    ...(boxIou === null ? [] : [`box moved (IoU ${boxIou.toFixed(2)})`]),
    ...(branch === null
      ? []
      : [`${BRANCH_TEXT[branch.a as Branch]} → ${BRANCH_TEXT[branch.b as Branch]}`]),
  ].join(', ');
}

const STATUS: Readonly<Record<string, string>> = {
  embedded: 'embedded',
  'no-dog': 'no dog found',
  failed: 'failed',
  'not-run': 'not run',
};
