/** Where to draw the line: both kinds of pairs, a slider between them, and what each place costs. */
import { Check, Merge, Split } from 'lucide-react';
import { Slider } from 'radix-ui';
import { useMemo } from 'react';
import type { ThresholdSuggestion } from '../../core/evaluation/suggestions';
import { countsAt, type ThresholdCounts } from '../../core/evaluation/thresholds';
import type { VerdictReport } from '../../state/verdictModel';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { percent, similarity, whole } from './format';
import { axisOf, PLOT } from './histogram';
import { HistogramChart } from './HistogramChart';
import { RocChart } from './RocChart';
import styles from './Threshold.module.css';
import panel from './Verdict.module.css';

type Given = Extract<ThresholdSuggestion, { threshold: number }>;
const isGiven = (suggestion: ThresholdSuggestion): suggestion is Given =>
  suggestion.threshold !== null;

export function ThresholdPanel({ id, report }: { id: string; report: VerdictReport }) {
  const { table, metrics } = report;
  const possible = table.genuinePairs > 0 && table.impostorPairs > 0;
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>From which similarity on is it the same dog?</h2>
      {possible ? (
        <Chooser report={report} />
      ) : (
        <p className={panel.lead}>
          No threshold can be judged:{' '}
          {metrics.verification.auc.value === null
            ? metrics.verification.auc.reason
            : 'there are no pairs.'}
        </p>
      )}
    </section>
  );
}

function Chooser({ report: { table, metrics } }: { report: VerdictReport }) {
  const actions = useActions();
  const chosen = useApp((state) => state.verdict.threshold);
  const axis = useMemo(() => axisOf(table), [table]);
  const suggestions = metrics.thresholds;
  const given = suggestions.filter(isGiven);
  const byCost = given.find(({ rule }) => rule.kind === 'cost') ?? given[0];
  const threshold = chosen ?? byCost?.threshold ?? (axis.low + axis.high) / 2;
  const counts = countsAt(table, threshold);
  const matching = given.find((one) => one.threshold === counts.threshold) ?? null;
  return (
    <>
      <p className={panel.lead}>
        {whole(table.genuinePairs)} pairs of one dog against {whole(table.impostorPairs)} pairs of
        different dogs. A pair at or above the threshold is called the same dog.
      </p>
      <div className={styles.grid}>
        <figure className={styles.chart}>
          <figcaption>
            <strong>How alike the pairs are</strong>
            <span>share of each kind, per 0.02 of similarity</span>
          </figcaption>
          <HistogramChart table={table} axis={axis} threshold={counts.threshold} range={matching} />
          <div
            className={styles.slider}
            style={{
              marginLeft: PLOT.left - PLOT.thumb / 2,
              marginRight: PLOT.right - PLOT.thumb / 2,
            }}
          >
            <Slider.Root
              className={styles.root}
              min={axis.low}
              max={axis.high}
              step={0.001}
              value={[counts.threshold]}
              onValueChange={([next]) => {
                if (next !== undefined)
                  actions.verdict.setThreshold(Math.round(next * 1000) / 1000);
              }}
            >
              <Slider.Track className={styles.track}>
                <Slider.Range className={styles.range} />
              </Slider.Track>
              <Slider.Thumb
                className={styles.thumb}
                aria-label="Threshold"
                aria-valuetext={`${similarity(counts.threshold)}: ${plural(counts.wrongMerges, 'wrong merge')}, ${plural(counts.wrongSplits, 'wrong split')}`}
              />
            </Slider.Root>
          </div>
          <p className={styles.hint}>Drag, or use the arrow keys (with Shift for larger steps).</p>
        </figure>
        <figure className={styles.chart}>
          <figcaption>
            <strong>ROC</strong>
            <span>false accepts on a logarithmic axis</span>
          </figcaption>
          <RocChart roc={metrics.verification.roc} counts={counts} />
        </figure>
      </div>
      <div className={styles.outcome}>
        <div className={styles.chosen}>
          <span>{chosen === null ? 'Suggested threshold' : 'Your threshold'}</span>
          <strong data-threshold>{similarity(counts.threshold)}</strong>
          {chosen === null ? (
            <Button onClick={() => actions.verdict.setThreshold(counts.threshold)}>
              <Check aria-hidden="true" />
              Choose it
            </Button>
          ) : (
            <Button onClick={() => actions.verdict.setThreshold(null)}>
              Back to the suggestion
            </Button>
          )}
          <small>
            {chosen === null
              ? 'Not chosen yet, so it is not in the export.'
              : 'Goes into the export as “threshold”.'}
          </small>
        </div>
        <Outcome counts={counts} />
      </div>
      <Suggestions suggestions={suggestions} at={counts.threshold} />
    </>
  );
}

function Outcome({ counts }: { counts: ThresholdCounts }) {
  return (
    <dl className={styles.counts}>
      <div data-count="merges">
        <dt>
          <Merge aria-hidden="true" /> Wrong merges
        </dt>
        <dd>
          <strong>{whole(counts.wrongMerges)}</strong> of {whole(counts.impostorPairs)} pairs of
          different dogs{counts.far === null ? '' : ` (FAR ${percent(counts.far, 2)})`}
        </dd>
      </div>
      <div data-count="splits">
        <dt>
          <Split aria-hidden="true" /> Wrong splits
        </dt>
        <dd>
          <strong>{whole(counts.wrongSplits)}</strong> of {whole(counts.genuinePairs)} pairs of one
          dog{counts.frr === null ? '' : ` (FRR ${percent(counts.frr, 2)})`}
        </dd>
      </div>
    </dl>
  );
}

function Suggestions({
  suggestions,
  at,
}: {
  suggestions: readonly ThresholdSuggestion[];
  at: number;
}) {
  const actions = useActions();
  return (
    <ul className={styles.suggestions} aria-label="Suggested thresholds">
      {suggestions.map((one) => (
        <li key={ruleText(one)}>
          {isGiven(one) ? (
            <button
              type="button"
              aria-pressed={one.threshold === at}
              onClick={() => actions.verdict.setThreshold(one.threshold)}
            >
              <span>{ruleText(one)}</span>
              <strong>{similarity(one.threshold)}</strong>
              <small>
                {one.low === null || one.high === null
                  ? 'no interval'
                  : `95 %: ${similarity(one.low)} to ${similarity(one.high)}`}
              </small>
              <small>
                {plural(one.counts.wrongMerges, 'merge')}, {plural(one.counts.wrongSplits, 'split')}
              </small>
            </button>
          ) : (
            <div>
              <span>{ruleText(one)}</span>
              <small>Not given: {one.reason}</small>
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function ruleText({ rule }: ThresholdSuggestion): string {
  switch (rule.kind) {
    case 'eer':
      return 'Both errors equal';
    case 'far':
      return `At most ${Number((100 * rule.target).toPrecision(6))} % wrong merges`;
    case 'cost':
      return `A merge costs ${rule.ratio} splits`;
  }
}
