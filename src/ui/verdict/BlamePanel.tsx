/** Which stage is to blame: failed queries by cause, most frequent first; each bar opens its photos. */
import { ArrowRight, ImageOff, PartyPopper } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Bar, BarChart, LabelList, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import {
  CAUSE_TITLES,
  type BlameCase,
  type BlameReport,
  type Cause,
} from '../../core/evaluation/blame';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { ChipFigure } from '../shared/ChipFigure';
import { Picture } from '../shared/Picture';
import styles from './Blame.module.css';
import { percent, whole } from './format';
import { rowsOfPaths } from './rowsOfPaths';
import panel from './Verdict.module.css';

/** Height of a bar and of the button beside it, px. */
const ROW = 44;
/** Cases shown before one asks for all. */
const FIRST = 12;

export function BlamePanel({ id, report }: { id: string; report: BlameReport }) {
  const { queries, failed } = report;
  const lost = useApp((state) => state.verdict.lost?.causes === true);
  return (
    <section className={panel.section} id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        {queries === 0
          ? 'What fails, and why'
          : `${whole(failed)} of ${whole(queries)} photos do not find their dog. Why?`}
      </h2>
      {queries === 0 && (
        <p className={panel.lead}>No dog has two photos, so there is nothing to find.</p>
      )}
      {queries > 0 && failed === 0 && (
        <p className={styles.none}>
          <PartyPopper aria-hidden="true" />
          Every photo finds its own dog first, end to end.
        </p>
      )}
      {lost && (
        <p className={panel.lead} role="note">
          The causes in the file were judged by a truth.json, for the file’s own names. With your
          decisions or names they go by what the run recorded, so some move to another cause. Drop
          the photos’ folder, with its truth.json, to have them judged by it again.
        </p>
      )}
      {failed > 0 && <Causes report={report} />}
    </section>
  );
}

function Causes({ report: { pareto, cases } }: { report: BlameReport }) {
  const [opened, setOpened] = useState<Cause | null>(null);
  const shown = pareto.find(({ cause }) => cause === opened) ?? pareto[0];
  const truth = useApp((state) => state.intake.folder?.truth !== undefined);
  const data = pareto.map(({ cause, count, share }) => ({
    cause,
    count,
    text: `${whole(count)} (${percent(share, 0)})`,
    fill: cause === shown?.cause ? 'var(--accent)' : 'var(--line-strong)',
  }));
  const most = Math.max(...data.map(({ count }) => count));
  return (
    <>
      <p className={panel.lead}>
        Each goes to the most upstream cause that can be shown.{' '}
        {truth
          ? 'Boxes and keypoints are judged by the folder’s truth.json.'
          : 'Without a truth.json only what the run itself recorded can be held against a stage.'}
      </p>
      <div className={styles.pareto}>
        <ul className={styles.names} aria-label="Causes, most frequent first">
          {pareto.map(({ cause, count }) => (
            <li key={cause} style={{ height: ROW }}>
              <button
                type="button"
                aria-pressed={cause === shown?.cause}
                onClick={() => setOpened(cause)}
                aria-label={`${CAUSE_TITLES[cause]}: ${plural(count, 'photo')}`}
              >
                {CAUSE_TITLES[cause]}
              </button>
            </li>
          ))}
        </ul>
        <div aria-hidden="true">
          <ResponsiveContainer width="100%" height={ROW * data.length}>
            <BarChart
              data={data}
              layout="vertical"
              margin={{ top: 0, right: 8, bottom: 0, left: 0 }}
              accessibilityLayer={false}
            >
              <XAxis type="number" domain={[0, most * 1.25]} hide />
              <YAxis type="category" dataKey="cause" hide />
              <Bar
                dataKey="count"
                barSize={26}
                radius={[0, 5, 5, 0]}
                isAnimationActive={false}
                className={styles.barShape ?? ''}
                onClick={(_, index) => setOpened(data[index]?.cause ?? null)}
              >
                <LabelList
                  dataKey="text"
                  position="right"
                  fill="var(--ink)"
                  fontSize={13}
                  fontWeight={600}
                />
              </Bar>
            </BarChart>
          </ResponsiveContainer>
        </div>
      </div>
      {shown !== undefined && (
        <Cases
          key={shown.cause}
          title={CAUSE_TITLES[shown.cause]}
          cases={cases.filter(({ cause }) => cause === shown.cause)}
        />
      )}
    </>
  );
}

function Cases({ title, cases }: { title: string; cases: readonly BlameCase[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? cases : cases.slice(0, FIRST);
  return (
    <>
      <h3 className={styles.casesTitle}>
        {title}: {plural(cases.length, 'photo')}
      </h3>
      <ul className={styles.cases}>
        {shown.map((one) => (
          <Case key={one.path} one={one} />
        ))}
      </ul>
      {shown.length < cases.length && (
        <Button onClick={() => setAll(true)}>Show all {whole(cases.length)}</Button>
      )}
    </>
  );
}

function Case({ one }: { one: BlameCase }) {
  const actions = useActions();
  const rows = useApp((state) => state.analysis.rows);
  const entries = useApp((state) => state.run.entries);
  const byPath = useMemo(() => rowsOfPaths(rows), [rows]);
  const row = byPath.get(one.path);
  const match = one.firstMatch === null ? undefined : byPath.get(one.firstMatch.path);
  const entry = entries.find(({ record }) => record.path === one.path);
  const open = (): void => {
    if (row !== undefined && match !== undefined) actions.setView({ openPair: [row, match] });
    else if (entry !== undefined) actions.setView({ openPhoto: entry.index });
  };
  const query = row === undefined ? undefined : rows[row];
  const found = match === undefined ? undefined : rows[match];
  return (
    <li>
      <button
        type="button"
        className={styles.case}
        onClick={open}
        aria-label={`${one.path}: ${one.evidence} Open`}
      >
        <span className={styles.pictures}>
          {query === undefined ? (
            <span className={styles.photo}>
              {entry?.thumb == null ? (
                <ImageOff aria-hidden="true" />
              ) : (
                <Picture blob={entry.thumb} alt="" />
              )}
              <small>{one.path}</small>
            </span>
          ) : (
            <ChipFigure row={query} badge={false} />
          )}
          {found !== undefined && (
            <>
              <ArrowRight aria-hidden="true" className={styles.arrow} />
              <ChipFigure row={found} badge={false} />
            </>
          )}
        </span>
        <span className={styles.evidence}>
          {one.evidence}
          {one.rank !== null && <em> Its dog comes at rank {one.rank}.</em>}
        </span>
        <span className={styles.basis}>
          {one.basis === 'truth' ? 'shown by truth.json' : 'by what the run recorded'}
        </span>
      </button>
    </li>
  );
}
