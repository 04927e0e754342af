/** Two models, one folder: is the run on the page better than the baseline, how sure is that, and where does it differ? */
import { ArrowRight, Download, FileUp, Flag, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { verdictOf, type CompareReport, type SideFacts } from '../../core/evaluation/compareReport';
import { directionOf, type Comparison } from '../../core/evaluation/compare';
import { comparisonStands, followsNames, isBaseline } from '../../state/baseline';
import type { Baseline } from '../../state/baselineModel';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button, buttonClass } from '../shared/Button';
import branch from './Branches.module.css';
import styles from './Compare.module.css';
import { DifferencePlot, type DifferenceLine } from './DifferencePlot';
import { Flips } from './Flips';
import { whole } from './format';
import { StageChangeList } from './StageChangeList';
import { StepsBar } from './StepsBar';
import panel from './Verdict.module.css';

export function ComparePanel({ id }: { id: string }) {
  const actions = useActions();
  const slice = useApp((state) => state.baseline);
  const own = useApp(isBaseline);
  const stands = useApp(comparisonStands);
  const { collected, phase: analysed } = useApp((state) => state.analysis);
  const decisions = useApp((state) => state.verdict.decisions);
  const { baseline, problem, phase, report, steps, error } = slice;
  useEffect(() => actions.baseline.open(), [actions, baseline, collected, analysed, decisions]);
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Is it better than another run?</h2>
      {baseline === null ? (
        <p className={panel.lead}>
          Keep this run as the baseline, then run the same folder with other models, another recipe
          or other options. Or open the results.json of an earlier run as the baseline.
        </p>
      ) : (
        <p className={panel.lead}>
          Baseline: <b>{baseline.name}</b>, {plural(baseline.run.matrix.rows, 'embedded dog')}
          {own ? ', the run on the page. Run the folder again to compare.' : '.'}
        </p>
      )}
      <Choose baseline={baseline} own={own} />
      {problem !== null && (
        <p className={branch.problem} role="alert">
          {problem}
        </p>
      )}
      {phase === 'failed' && (
        <p className={branch.problem} role="alert">
          The comparison failed: {error}
        </p>
      )}
      {phase === 'working' && (
        <div className={branch.busy}>
          <p role="status">Comparing both runs on the same draws of dogs …</p>
          <StepsBar steps={steps} label="Progress of the comparison" />
        </div>
      )}
      {stands && report !== null && baseline !== null && !own && (
        <Compared report={report} baseline={baseline} />
      )}
    </section>
  );
}

function Choose({ baseline, own }: { baseline: Baseline | null; own: boolean }) {
  const actions = useActions();
  const input = useRef<HTMLInputElement>(null);
  const compared = useApp(comparisonStands);
  return (
    <div className={styles.choose}>
      {!own && (
        <Button look={baseline === null ? 'primary' : 'plain'} onClick={actions.baseline.keep}>
          <Flag aria-hidden="true" />
          {baseline === null ? 'Keep this run as baseline' : 'Make this run the baseline'}
        </Button>
      )}
      <label className={buttonClass('plain')}>
        <FileUp aria-hidden="true" />
        Open a baseline
        <input
          ref={input}
          className="sr-only"
          type="file"
          multiple
          accept=".json,.npy"
          onChange={({ target }) => {
            const files = Array.from(target.files ?? []);
            // The same file may be chosen again.
            target.value = '';
            if (files.length > 0) void actions.baseline.take(files);
          }}
        />
      </label>
      {compared && !own && (
        <Button onClick={actions.baseline.save}>
          <Download aria-hidden="true" />
          Save compare.json
        </Button>
      )}
      {baseline !== null && (
        <Button look="quiet" onClick={actions.baseline.forget}>
          <X aria-hidden="true" />
          Forget the baseline
        </Button>
      )}
    </div>
  );
}

const BASELINE = 'the baseline';
const THIS_RUN = 'this run';

function Compared({ report, baseline }: { report: CompareReport; baseline: Baseline }) {
  const { counts, stages } = report;
  const follows = useApp(followsNames);
  const sentence = verdictOf(report, BASELINE, THIS_RUN);
  const left = [
    [counts.onlyA, 'only in the baseline'],
    [counts.onlyB, 'only in this run'],
    [counts.relabelled, 'with another dog’s name'],
    [counts.otherFile, 'with other bytes'],
  ] as const;
  return (
    <>
      <p className={branch.verdict} data-verdict={toneOf(report)}>
        {sentence.charAt(0).toUpperCase() + sentence.slice(1)}
      </p>
      <div className={styles.sides}>
        <Side title="Baseline" name={baseline.name} facts={report.a} />
        <ArrowRight aria-hidden="true" />
        <Side title="This run" name={null} facts={report.b} />
      </div>
      <p className={panel.lead}>
        Compared on {plural(counts.common, 'labelled photo')} of {plural(counts.dogs, 'dog')} that
        both embedded. Left out: {left.map(([count, why]) => `${whole(count)} ${why}`).join(', ')}.
      </p>
      {counts.relabelled > 0 && !follows && (
        <p className={panel.lead}>
          {plural(counts.relabelled, 'photo')} {counts.relabelled === 1 ? 'has' : 'have'} another
          name in the baseline, which keeps the names it came with. Give this run the same names
          (Identities) to have them compared.
        </p>
      )}
      {report.a.decisions + report.b.decisions > 0 && (
        <p className={panel.lead}>
          Names follow the decisions on labels: {whole(report.a.decisions)} of the baseline,{' '}
          {whole(report.b.decisions)} of this run.
        </p>
      )}
      {counts.common > 0 && (
        <DifferencePlot
          lines={linesOf(report)}
          first="Baseline"
          second="This run"
          label="Differences of this run from the baseline"
        />
      )}
      <Flips
        title="From wrong to right"
        flips={report.wrongToRight}
        baseline={baseline}
        gain
        queries={counts.queries}
      />
      <Flips
        title="From right to wrong"
        flips={report.rightToWrong}
        baseline={baseline}
        gain={false}
        queries={counts.queries}
      />
      <StageChangeList stages={stages} />
    </>
  );
}

function toneOf({ identification, endToEndRecallAt1 }: Comparison): string {
  const [a, b] = [identification.mAP, endToEndRecallAt1].map(({ difference }) =>
    directionOf(difference),
  );
  if (a === b) return a ?? 'undecided';
  if (a === 'undecided') return b ?? 'undecided';
  return b === 'undecided' ? (a ?? 'undecided') : 'mixed';
}

const SLOTS = [
  ['detector', 'Detector'],
  ['keypoint', 'Keypoints'],
  ['embedder', 'Embedder'],
] as const;

/** What a side was made with. */
function Side({ title, name, facts }: { title: string; name: string | null; facts: SideFacts }) {
  const { tool, models } = facts;
  return (
    <dl className={styles.side}>
      <dt>{title}</dt>
      {name !== null && <dd>{name}</dd>}
      {SLOTS.map(([slot, text]) => {
        const model = models[slot];
        return (
          <dd key={slot}>
            {text}:{' '}
            {model === null ? (
              'not run'
            ) : (
              <>
                {model.file} <code>{model.sha256.slice(0, 8)}</code>
              </>
            )}
          </dd>
        );
      })}
      <dd>
        {tool.platform}, {tool.dogs === 'best' ? 'best dog' : 'all dogs'} of a photo
        {tool.preview === undefined ? '' : ', Immich previews'}
      </dd>
    </dl>
  );
}

function linesOf(report: CompareReport): DifferenceLine[] {
  const { identification, verification, endToEndRecallAt1 } = report;
  return [
    { name: 'mAP', compared: identification.mAP, of: 'queries' },
    { name: 'Recall@1', compared: identification.recallAt1, of: 'queries' },
    {
      name: 'Recall@1, end to end',
      meaning: 'photos that a run lost count as misses',
      compared: endToEndRecallAt1,
      of: 'photos',
    },
    { name: 'Recall@5', compared: identification.recallAt5, of: 'queries' },
    { name: 'Recall@10', compared: identification.recallAt10, of: 'queries' },
    { name: 'MAP@R', compared: identification.mapAtR, of: 'queries' },
    { name: 'AUC', compared: verification.auc, of: 'pairs' },
    {
      name: 'EER',
      meaning: 'lower is better',
      compared: verification.eer,
      of: 'pairs',
      lowerIsBetter: true,
    },
    { name: 'TAR at FAR 10 %', compared: verification.tarAtFar['0.1'], of: 'same-dog pairs' },
    { name: 'TAR at FAR 1 %', compared: verification.tarAtFar['0.01'], of: 'same-dog pairs' },
    { name: 'TAR at FAR 0.1 %', compared: verification.tarAtFar['0.001'], of: 'same-dog pairs' },
  ];
}
