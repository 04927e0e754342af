/** Face chip, body crop and whole photo side by side: does the keypoint stage help on this folder? */
import { CircleHelp, Play, ThumbsDown, ThumbsUp, X } from 'lucide-react';
import { useEffect } from 'react';
import type { FullBranchReport } from '../../core/evaluation/branchReport';
import { BRANCH_VIEW_TEXT, BRANCH_VIEWS, type BranchView } from '../../core/evaluation/branches';
import type { Figure } from '../../core/results/schema';
import { branchesStand, viewJobs } from '../../state/branches';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import styles from './Branches.module.css';
import { DifferencePlot, type DifferenceLine } from './DifferencePlot';
import { intervalText, percent, whole } from './format';
import { StepsBar } from './StepsBar';
import panel from './Verdict.module.css';

export function BranchesPanel({ id }: { id: string }) {
  const actions = useActions();
  const branches = useApp((state) => state.branches);
  const stands = useApp(branchesStand);
  const compared = useApp((state) => state.analysis.phase === 'ready');
  const { phase, report, steps, of } = branches;
  const busy = phase === 'embedding' || phase === 'weighing';
  const outdated = report !== null && !stands && !busy;
  const stale = outdated && of !== null && compared && phase === 'ready';
  // Other names, other decisions or another top K: what was embedded stays, only the figures are computed again.
  useEffect(() => {
    if (stale) actions.branches.start();
  }, [actions, stale]);
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Does the keypoint stage help?</h2>
      {outdated && of === null && (
        <p className={panel.lead}>
          Shown are the figures of the file, by the names that it was saved with. They do not follow
          the names and decisions of the page; compare the branches again to have them do so.
        </p>
      )}
      {(report === null || (outdated && of === null)) && !busy && (
        <Start error={phase === 'failed' ? branches.error : null} />
      )}
      {busy && (
        <div className={styles.busy}>
          <p role="status">
            {phase === 'embedding'
              ? `Embedding the photos another time${steps === null ? ' …' : `: ${whole(steps.done)} of ${whole(steps.total)}`}`
              : 'Drawing the dogs for the intervals …'}
          </p>
          <StepsBar steps={steps} label="Progress of the branches" />
          <Button onClick={actions.branches.cancel}>
            <X aria-hidden="true" />
            Cancel
          </Button>
        </div>
      )}
      {report !== null && <Report report={report} />}
    </section>
  );
}

function Start({ error }: { error: string | null }) {
  const actions = useActions();
  const photos = useApp((state) => viewJobs(state).length);
  const stages = useApp((state) => state.run.options.stages);
  if (stages !== 'detect,keypoints,embed') {
    return (
      <p className={panel.lead}>
        This run left the keypoint stage out. Choose “All stages” in Options and run again to see
        what it is worth.
      </p>
    );
  }
  return (
    <>
      <p className={panel.lead}>
        Each photo can be embedded as face chip, as body crop and as whole photo. Where this run
        took one of them, the others are embedded now, once: {plural(photos, 'photo')} to go
        through.
      </p>
      {error !== null && (
        <p className={styles.problem} role="alert">
          The branches could not be compared: {error}.
        </p>
      )}
      <Button look="primary" disabled={photos === 0} onClick={actions.branches.start}>
        <Play aria-hidden="true" />
        Compare the branches
      </Button>
      {photos === 0 && (
        <p className={panel.notes}>
          The photos themselves are not on the page. Drop the folder to have them.
        </p>
      )}
    </>
  );
}

const VERDICT_ICON = {
  helps: ThumbsUp,
  hurts: ThumbsDown,
  undecided: CircleHelp,
  unknown: CircleHelp,
} as const;

const NAME: Readonly<Record<BranchView, string>> = {
  pipeline: 'As this run: face chip, else body',
  face: 'Face chips alone',
  body: 'Body crops alone',
  photo: 'Whole photos',
};

function Report({ report }: { report: FullBranchReport }) {
  const Icon = VERDICT_ICON[report.verdict];
  return (
    <>
      <p className={styles.verdict} data-verdict={report.verdict}>
        <Icon aria-hidden="true" />
        {report.sentence}
      </p>
      <h3 className={styles.title}>Each way on its own</h3>
      <Views report={report} />
      <h3 className={styles.title}>Pair by pair, on the same photos</h3>
      <div className={styles.pairs}>
        {report.comparisons.map(({ a, b, comparison }) => {
          const { recallAt1, mAP } = comparison.identification;
          const lines: DifferenceLine[] = [
            { name: 'mAP', compared: mAP, of: 'queries' },
            { name: 'Recall@1', compared: recallAt1, of: 'queries' },
          ];
          const label = `${capital(BRANCH_VIEW_TEXT[b])} against ${BRANCH_VIEW_TEXT[a]}`;
          return (
            <figure key={`${a} ${b}`}>
              <figcaption>
                {label}
                <span>
                  {plural(comparison.counts.common, 'photo')} of{' '}
                  {plural(comparison.counts.dogs, 'dog')} that both could embed
                </span>
              </figcaption>
              <DifferencePlot
                lines={lines}
                first={capital(BRANCH_VIEW_TEXT[a])}
                second={capital(BRANCH_VIEW_TEXT[b])}
                label={label}
              />
            </figure>
          );
        })}
      </div>
      <ul className={panel.notes}>
        <li>
          The dots above stand for other photos and galleries each (see “of”): only the pairs below
          them are on the same photos.
        </li>
        {report.failed.map(({ path, message }) => (
          <li key={path}>
            {path} could not be embedded another time: {message}
          </li>
        ))}
      </ul>
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Recall@1 and mAP of each view on one scale. */
function Views({ report: { views } }: { report: FullBranchReport }) {
  return (
    <>
      <ul className={styles.legend} aria-hidden="true">
        <li>
          <i data-figure="map" /> mAP
        </li>
        <li>
          <i data-figure="recall" /> Recall@1
        </li>
        <li>
          <i data-figure="interval" /> 95 % interval
        </li>
      </ul>
      <table className={styles.views} aria-label="Figures of each branch">
        <thead>
          <tr>
            <th scope="col">Embedded as</th>
            <td className={styles.plotCell}>
              <div className={styles.scale} aria-hidden="true">
                {[0, 25, 50, 75, 100].map((tick) => (
                  <span key={tick} style={{ left: `${tick}%` }}>
                    {tick}
                  </span>
                ))}
              </div>
            </td>
            <th scope="col">mAP</th>
            <th scope="col">Recall@1</th>
            <th scope="col">Of</th>
          </tr>
        </thead>
        <tbody>
          {BRANCH_VIEWS.map((view) => {
            const figures = views[view];
            if (figures === undefined) {
              return (
                <tr key={view}>
                  <th scope="row">{NAME[view]}</th>
                  <td colSpan={4} className={styles.none}>
                    No photo could be embedded this way.
                  </td>
                </tr>
              );
            }
            const { mAP, recallAt1 } = figures.identification;
            return (
              <tr key={view}>
                <th scope="row">{NAME[view]}</th>
                <td className={styles.plotCell}>
                  <div className={styles.plot} aria-hidden="true">
                    <Mark figure={mAP} kind="map" />
                    <Mark figure={recallAt1} kind="recall" />
                  </div>
                </td>
                <Value label="mAP" figure={mAP} />
                <Value label="Recall@1" figure={recallAt1} />
                <td data-label="Of">
                  {plural(figures.queries, 'query', 'queries')} of {plural(figures.dogs, 'dog')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Value({ label, figure }: { label: string; figure: Figure }) {
  if (figure.value === null) return <td data-label={label}>–</td>;
  return (
    <td data-label={label} className={styles.value}>
      {percent(figure.value)}
      <small>{intervalText(figure)}</small>
    </td>
  );
}

function Mark({ figure, kind }: { figure: Figure; kind: 'map' | 'recall' }) {
  if (figure.value === null) return null;
  const { low, high, value } = figure;
  return (
    <span className={styles.mark} data-figure={kind}>
      {low !== null && high !== null && (
        <i
          className={styles.interval}
          style={{ left: `${100 * low}%`, width: `${100 * (high - low)}%` }}
        />
      )}
      <i className={styles.dot} style={{ left: `${100 * value}%` }} />
    </span>
  );
}
