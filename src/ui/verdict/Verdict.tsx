/** Is it good enough, from which similarity on, what fails and why, and what would the photo library make of it? */
import { Gavel, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { RunMetrics } from '../../core/evaluation/report';
import type { SavedRunSlice } from '../../state/model';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { MissingVectors } from '../shared/MissingVectors';
import { Notice } from '../shared/Notice';
import { BlamePanel } from './BlamePanel';
import { BranchesPanel } from './BranchesPanel';
import { ComparePanel } from './ComparePanel';
import { DogPanel } from './DogPanel';
import { FigurePanel } from './FigurePanel';
import { LibraryPanel } from './LibraryPanel';
import { ReviewPanel } from './ReviewPanel';
import { StepsBar } from './StepsBar';
import { ThresholdPanel } from './ThresholdPanel';
import styles from './Verdict.module.css';

const SECTIONS = [
  { id: 'verdict-figures', name: 'Figures' },
  { id: 'verdict-threshold', name: 'Threshold' },
  { id: 'verdict-dogs', name: 'Dogs' },
  { id: 'verdict-failures', name: 'Failures' },
  { id: 'verdict-branches', name: 'Branches' },
  { id: 'verdict-compare', name: 'Compare' },
  { id: 'verdict-library', name: 'Photo library' },
  { id: 'verdict-labels', name: 'Labels' },
] as const;

export function Verdict() {
  const actions = useActions();
  const analysis = useApp((state) => state.analysis);
  const verdict = useApp((state) => state.verdict);
  const saved = useApp((state) => state.run.saved);
  const { collected, phase } = analysis;
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => actions.verdict.open(), [actions, collected, phase]);
  if (phase === 'failed') {
    return (
      <Notice icon={<TriangleAlert />} title="The comparison failed">
        {analysis.error} Without it there is nothing to judge.
      </Notice>
    );
  }
  if (saved?.missing != null) return <SavedFigures saved={saved} missing={saved.missing} />;
  if (analysis.result === null) {
    return (
      <Notice icon={<LoaderCircle />} title="No verdict yet">
        A run is judged once all photos are done, or when you cancel.
      </Notice>
    );
  }
  if (analysis.rows.length < 2) {
    return (
      <Notice icon={<Gavel />} title="Nothing to judge">
        A verdict needs at least two embedded photos; this run has {analysis.rows.length}.
      </Notice>
    );
  }
  if (verdict.phase === 'failed') {
    return (
      <Notice
        icon={<TriangleAlert />}
        title="The verdict failed"
        action={<Button onClick={actions.verdict.open}>Try again</Button>}
      >
        {verdict.error} Photos, matrix and galleries are not affected.
      </Notice>
    );
  }
  const { report } = verdict;
  if (report === null || verdict.of !== collected) {
    return (
      <Notice
        icon={<Gavel />}
        title="Weighing the evidence"
        action={<StepsBar steps={verdict.steps} label="Progress of the verdict" />}
      >
        All pairs are counted, then the dogs are drawn again and again for the intervals.
      </Notice>
    );
  }
  return (
    <div className={styles.verdict}>
      <nav className={styles.nav} aria-label="Parts of the verdict">
        {SECTIONS.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            onClick={() => {
              const { current } = scroller;
              const target = document.getElementById(id);
              // Not scrollIntoView: it would also move the shell around this view.
              if (target !== null) current?.scrollTo({ top: target.offsetTop - current.offsetTop });
            }}
          >
            {name}
          </button>
        ))}
        {verdict.phase === 'working' && <span className={styles.updating}>Updating figures …</span>}
      </nav>
      <div className={styles.scroller} ref={scroller}>
        <FigurePanel id="verdict-figures" metrics={report.metrics} base={verdict.base} />
        <ThresholdPanel id="verdict-threshold" report={report} />
        <DogPanel id="verdict-dogs" metrics={report.metrics} />
        <BlamePanel id="verdict-failures" report={report.metrics.blame} />
        <BranchesPanel id="verdict-branches" />
        <ComparePanel id="verdict-compare" />
        <LibraryPanel id="verdict-library" />
        <ReviewPanel id="verdict-labels" />
      </div>
    </div>
  );
}

/** An opened results.json whose vectors are not at hand: its figures stand, the rest needs the vectors. */
function SavedFigures({ saved, missing }: { saved: SavedRunSlice; missing: string }) {
  const { metrics } = saved;
  if (!isFull(metrics)) return <MissingVectors file={missing} />;
  return (
    <div className={styles.scroller}>
      <FigurePanel id="verdict-figures" metrics={metrics} base={null} />
      <section className={styles.section}>
        <MissingVectors file={missing} />
      </section>
    </div>
  );
}

const isFull = (metrics: SavedRunSlice['metrics']): metrics is RunMetrics =>
  ['perDog', 'intervals', 'withoutBursts', 'unseen', 'openSet'].every((key) => key in metrics) &&
  typeof metrics['baselines'] === 'object' &&
  metrics['baselines'] !== null &&
  'endToEndRecallAt1' in metrics['baselines'];
