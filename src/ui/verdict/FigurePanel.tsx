/** The headline figures: each a point with its interval, beside what chance and mere colours would reach. */
import { TriangleAlert } from 'lucide-react';
import { Fragment, useState } from 'react';
import { INTERVALS_UP_TO, type FullMetrics } from '../../core/evaluation/evaluate';
import type { Figure } from '../../core/results/schema';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { OneOf } from '../shared/ToggleBar';
import { groupsOf, setOf, type Line, type Scope, type Weigh } from './figureLines';
import { intervalText, percent, whole } from './format';
import { OpenSet } from './OpenSet';
import styles from './Figures.module.css';
import panel from './Verdict.module.css';

export function FigurePanel({
  id,
  metrics,
  base,
}: {
  id: string;
  metrics: FullMetrics;
  base: FullMetrics | null;
}) {
  const [wanted, setScope] = useState<Scope>('all');
  const [weigh, setWeigh] = useState<Weigh>('photo');
  const { differs, lost } = useApp((state) => ({
    differs: state.verdict.differs,
    lost: state.verdict.lost,
  }));
  const scopes = scopesOf(metrics);
  const scope = scopes.some(({ value }) => value === wanted) ? wanted : 'all';
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{headline(metrics)}</h2>
      <p className={panel.lead}>{accounted(metrics)}</p>
      {metrics.note !== null && <Warning text={metrics.note} />}
      {metrics.unseen !== null && scope === 'all' && (
        <Warning
          text={`The embedder has seen ${plural(metrics.unseen.seenDogs, 'dog')} of ${whole(metrics.counts.dogs)} in training: these figures flatter it. Those of the other dogs stand apart.`}
        />
      )}
      {differs && (
        <Warning text="The file says other figures than its vectors give; shown are those of the vectors." />
      )}
      {lost?.colours === true && (
        <Warning text="What mere colours reach stands in the file for its own names only. Drop the photos’ folder to have it for yours." />
      )}
      <div className={styles.bar}>
        {scopes.length > 1 && (
          <OneOf label="Photos" choices={scopes} value={scope} onChange={setScope} />
        )}
        <OneOf
          label="Means over"
          choices={[
            { value: 'photo', text: 'Mean over photos' },
            { value: 'dog', text: 'Mean over dogs' },
          ]}
          value={weigh}
          onChange={setWeigh}
        />
        <Legend />
      </div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <td className={styles.plotCell}>
              <Scale />
            </td>
            <th scope="col">Value</th>
            <th scope="col">95 % interval</th>
            <th scope="col">Of</th>
            <th scope="col">Chance</th>
            <th scope="col">Colours only</th>
          </tr>
        </thead>
        <tbody>
          {groupsOf(metrics, scope, weigh).map(({ title, lines }) => (
            <Fragment key={title}>
              <tr className={styles.groupRow}>
                <th scope="colgroup" colSpan={7}>
                  {title}
                </th>
              </tr>
              {lines.map((line) => (
                <Row key={line.name} line={line} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
      <Intervals metrics={metrics} />
      <ul className={panel.notes}>
        <li>{burstNote(metrics)}</li>
        <li>{baselineNote(metrics)}</li>
        {base !== null && base !== metrics && <li>{changeNote(base, metrics)}</li>}
      </ul>
      {metrics.openSet !== null && <OpenSet figures={metrics.openSet} />}
    </section>
  );
}

function scopesOf(
  metrics: FullMetrics,
): readonly { readonly value: Scope; readonly text: string }[] {
  return [
    { value: 'all' as const, text: 'All photos' },
    { value: 'withoutBursts' as const, text: 'Without bursts' },
    { value: 'unseen' as const, text: 'Dogs not seen in training' },
  ].filter(({ value }) => setOf(metrics, value) !== null);
}

const Warning = ({ text }: { text: string }) => (
  <p className={styles.note}>
    <TriangleAlert aria-hidden="true" />
    {text}
  </p>
);

/** What the intervals are, or why there are none and how to get them. */
function Intervals({ metrics }: { metrics: FullMetrics }) {
  const actions = useActions();
  const working = useApp((state) => state.verdict.phase === 'working');
  const asked = useApp((state) => state.verdict.intervals === true);
  const { intervals, counts } = metrics;
  if (intervals.level !== null) {
    return (
      <p className={styles.intervals}>
        Intervals: {plural(intervals.dogs, 'dog')} drawn anew {whole(intervals.draws)} times, since
        photos of one dog are alike.
      </p>
    );
  }
  return (
    <div className={styles.intervals}>
      <p>
        {intervals.reason}
        {counts.photos > INTERVALS_UP_TO &&
          ` Above ${whole(INTERVALS_UP_TO)} photos they take minutes.`}
      </p>
      {counts.dogs >= 2 && !asked && (
        <Button disabled={working} onClick={actions.verdict.computeIntervals}>
          Compute intervals
        </Button>
      )}
    </div>
  );
}

function Row({ line: { name, meaning, figure, of, chance, colours } }: { line: Line }) {
  const head = (
    <th scope="row">
      <strong>{name}</strong>
      <span>{meaning}</span>
    </th>
  );
  if (figure.value === null) {
    return (
      <tr>
        {head}
        <td colSpan={6} className={styles.refused}>
          Not given: {figure.reason}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      {head}
      <td className={styles.plotCell}>
        <Plot figure={figure} chance={chance} colours={colours} />
      </td>
      <td className={styles.value}>{percent(figure.value)}</td>
      <td data-label="95 % interval">{intervalText(figure)}</td>
      <td data-label="Of">
        {whole(figure.n)} {of}
      </td>
      <td data-label="Chance">{chance === null ? '–' : percent(chance)}</td>
      <td data-label="Colours only">{colours === null ? '–' : percent(colours)}</td>
    </tr>
  );
}

/** The numbers stand beside it in the table. */
function Plot({
  figure,
  chance,
  colours,
}: {
  figure: Extract<Figure, { value: number }>;
  chance: number | null;
  colours: number | null;
}) {
  const at = (value: number): { left: string } => ({ left: `${100 * value}%` });
  return (
    <div className={styles.plot} aria-hidden="true">
      {figure.low !== null && figure.high !== null && (
        <i
          className={styles.interval}
          style={{ ...at(figure.low), width: `${100 * (figure.high - figure.low)}%` }}
        />
      )}
      {chance !== null && <i className={styles.chance} style={at(chance)} />}
      {colours !== null && <i className={styles.colours} style={at(colours)} />}
      <i className={styles.dot} style={at(figure.value)} />
    </div>
  );
}

const Scale = () => (
  <div className={styles.scale} aria-hidden="true">
    {[0, 25, 50, 75, 100].map((tick) => (
      <span key={tick} style={{ left: `${tick}%` }}>
        {tick}
      </span>
    ))}
  </div>
);

const Legend = () => (
  <ul className={styles.legend} aria-hidden="true">
    <li>
      <i className={styles.dot} /> this run
    </li>
    <li>
      <i className={styles.interval} /> 95 % interval
    </li>
    <li>
      <i className={styles.chance} /> chance
    </li>
    <li>
      <i className={styles.colours} /> colours only
    </li>
  </ul>
);

function headline({ identification: { recallAt1 } }: FullMetrics): string {
  if (recallAt1.value === null) return 'No figure of identification can be given';
  return `The right dog comes first for ${whole(Math.round(recallAt1.value * recallAt1.n))} of ${whole(recallAt1.n)} photos`;
}

function accounted({ counts }: FullMetrics): string {
  const parts = [
    `${plural(counts.photos, 'photo')}: ${whole(counts.embedded)} embedded, ${whole(counts.noDog)} without a dog, ${whole(counts.failed)} failed`,
    `${plural(counts.dogs, 'dog')}, ${whole(counts.singletons)} of them with one embedded photo only`,
  ];
  if (counts.unlabelled > 0)
    parts.push(`${plural(counts.unlabelled, 'embedded dog')} without a name`);
  return `${parts.join('. ')}.`;
}

function baselineNote({ baselines }: FullMetrics): string {
  const chance = 'Chance: what galleries in random order would score.';
  return baselines.colourHistogram === null
    ? `${chance} Colours only is not given: the chips are not at hand.`
    : `${chance} Colours only: the same chips compared by their colour histograms.`;
}

function burstNote({ withoutBursts }: FullMetrics): string {
  if (!('identification' in withoutBursts)) return withoutBursts.reason;
  const { recallAt1, mAP } = withoutBursts.identification;
  const figure = (name: string, value: Figure): string =>
    value.value === null
      ? `${name} not given (${value.reason})`
      : `${name} ${percent(value.value)} of ${whole(value.n)}`;
  return `Without ${plural(withoutBursts.pairs, 'pair')} of bursts and near-duplicates: ${figure('Recall@1', recallAt1)}, ${figure('mAP', mAP)}.`;
}

function changeNote(base: FullMetrics, now: FullMetrics): string {
  const [before, after] = [base, now].map(({ identification: { recallAt1 } }) =>
    recallAt1.value === null ? 'not given' : `${percent(recallAt1.value)} of ${whole(recallAt1.n)}`,
  );
  return `With your decisions on labels: Recall@1 ${after ?? ''}; by the folder’s own names ${before ?? ''}.`;
}
