/** The headline figures: each a point with its interval, beside what chance and mere colours would reach. */
import { TriangleAlert } from 'lucide-react';
import type { FullMetrics } from '../../core/evaluation/evaluate';
import type { Figure } from '../../core/results/schema';
import { plural } from '../../state/status';
import { intervalText, percent, whole } from './format';
import styles from './Figures.module.css';
import panel from './Verdict.module.css';

interface Line {
  readonly name: string;
  readonly meaning: string;
  readonly figure: Figure;
  /** What `n` counts. */
  readonly of: string;
  readonly chance: number | null;
  readonly colours: Figure | null;
}

function linesOf({ identification, verification, baselines }: FullMetrics): readonly Line[] {
  const { chance, colourHistogram } = baselines;
  const ids = colourHistogram?.identification ?? null;
  const pairs = colourHistogram?.verification ?? null;
  return [
    {
      name: 'Recall@1',
      meaning: 'the first match is the same dog',
      figure: identification.recallAt1,
      of: 'queries',
      chance: chance?.recallAt1 ?? null,
      colours: ids?.recallAt1 ?? null,
    },
    {
      name: 'Recall@1, end to end',
      meaning: 'photos without a dog and failed ones count as misses',
      figure: identification.endToEndRecallAt1,
      of: 'labelled photos',
      chance: null,
      colours: null,
    },
    {
      name: 'Recall@5',
      meaning: 'the same dog is among the first five',
      figure: identification.recallAt5,
      of: 'queries',
      chance: chance?.recallAt5 ?? null,
      colours: ids?.recallAt5 ?? null,
    },
    {
      name: 'mAP',
      meaning: 'how early all photos of the dog come',
      figure: identification.mAP,
      of: 'queries',
      chance: chance?.mAP ?? null,
      colours: ids?.mAP ?? null,
    },
    {
      name: 'AUC',
      meaning: 'a same-dog pair is more alike than a pair of different dogs',
      figure: verification.auc,
      of: 'pairs',
      chance: chance?.auc ?? null,
      colours: pairs?.auc ?? null,
    },
    {
      name: 'TAR at FAR 1 %',
      meaning: 'same-dog pairs accepted when 1 % of the others are, too',
      figure: verification.tarAtFar['0.01'],
      of: 'same-dog pairs',
      chance: chance === null ? null : 0.01,
      colours: pairs?.tarAtFar['0.01'] ?? null,
    },
    {
      name: 'EER',
      meaning: 'both kinds of error equal; lower is better',
      figure: verification.eer,
      of: 'pairs',
      chance: chance?.eer ?? null,
      colours: pairs?.eer ?? null,
    },
  ];
}

export function FigurePanel({
  id,
  metrics,
  base,
}: {
  id: string;
  metrics: FullMetrics;
  base: FullMetrics | null;
}) {
  const lines = linesOf(metrics);
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{headline(metrics)}</h2>
      <p className={panel.lead}>{accounted(metrics)}</p>
      {metrics.note !== null && (
        <p className={styles.note}>
          <TriangleAlert aria-hidden="true" />
          {metrics.note}
        </p>
      )}
      <Legend />
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
          {lines.map((line) => (
            <Row key={line.name} line={line} />
          ))}
        </tbody>
      </table>
      <ul className={panel.notes}>
        <li>{intervalNote(metrics)}</li>
        <li>{burstNote(metrics)}</li>
        <li>{baselineNote(metrics)}</li>
        {base !== null && base !== metrics && <li>{changeNote(base, metrics)}</li>}
      </ul>
    </section>
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
        <Plot figure={figure} chance={chance} colours={colours?.value ?? null} />
      </td>
      <td className={styles.value}>{percent(figure.value)}</td>
      <td data-label="95 % interval">{intervalText(figure)}</td>
      <td data-label="Of">
        {whole(figure.n)} {of}
      </td>
      <td data-label="Chance">{chance === null ? '–' : percent(chance)}</td>
      <td data-label="Colours only">
        {colours === null || colours.value === null ? '–' : percent(colours.value)}
      </td>
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

function intervalNote({ intervals }: FullMetrics): string {
  if (intervals.level === null) return intervals.reason;
  return `Intervals: ${plural(intervals.dogs, 'dog')} drawn anew ${whole(intervals.draws)} times, since photos of one dog are alike.`;
}

function baselineNote({ baselines }: FullMetrics): string {
  const chance = 'Chance: what galleries in random order would score.';
  return baselines.colourHistogram === null
    ? `${chance} Colours only is not given: the chips could not be read.`
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
