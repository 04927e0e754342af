/** Where the dogs' names come from. Another choice renames photos at once; nothing is run again. */
import { FileText, Tags } from 'lucide-react';
import { Popover, RadioGroup } from 'radix-ui';
import { useMemo, useState } from 'react';
import { FOLDER_NAMING, namingCounts, namingOf, type Naming } from '../../core/evaluation/naming';
import type { NameSource } from '../../state/names';
import { dogsOf } from '../../state/entries';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button, buttonClass } from '../shared/Button';
import pop from '../shared/Popover.module.css';
import styles from './Identities.module.css';

const FIRST_PATTERN = '^(?<identity>[^/_]+)';
/** Photos shown with the name that a pattern gives them. */
const EXAMPLES = 4;

export function Identities() {
  const dogs = useApp((state) => dogsOf(state.run.entries));
  const from = useApp((state) => state.names.source.from);
  const text = dogs === 0 ? 'No labels' : plural(dogs, 'dog');
  return (
    <Popover.Root>
      <Popover.Trigger
        className={`${buttonClass('quiet')} ${styles.trigger ?? ''}`}
        aria-label={`Identities: ${text}, ${FROM_TEXT[from]}`}
      >
        <Tags aria-hidden="true" />
        {text}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={`${pop.content} ${styles.content ?? ''}`}
          align="start"
          sideOffset={6}
          aria-label="Identities"
        >
          <Choice />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const FROM_TEXT: Readonly<Record<NameSource['from'], string>> = {
  folders: 'from folders',
  file: 'from a CSV file',
  pattern: 'from a pattern',
  saved: 'as saved',
};

function Choice() {
  const actions = useActions();
  const { source, naming, problem } = useApp((state) => state.names);
  const opened = useApp((state) => state.run.saved !== null);
  const entries = useApp((state) => state.run.entries);
  const paths = useMemo(() => entries.map(({ record }) => record.path), [entries]);
  const [chosen, choose] = useState<NameSource['from']>(source.from);
  return (
    <>
      <p className={styles.title}>Who is on which photo?</p>
      <RadioGroup.Root
        className={styles.ways}
        aria-label="Where the names come from"
        value={chosen}
        onValueChange={(value) => {
          choose(value as NameSource['from']);
          if (value === 'folders') actions.setNames({ from: 'folders' });
        }}
      >
        {opened && source.from === 'saved' && (
          <Way value="saved" text="As saved" note="The names that stand in the opened run." />
        )}
        <Way value="folders" text="Folders" note="The first folder of a photo’s path is its dog." />
        <Way value="file" text="CSV file" note="Lines of path,identity and, if you like, split." />
        <Way value="pattern" text="Pattern" note="A regular expression over the path." />
      </RadioGroup.Root>
      {chosen === 'file' && <ChooseCsv />}
      {chosen === 'pattern' ? (
        <Pattern
          paths={paths}
          before={source.from === 'pattern' ? source.pattern : FIRST_PATTERN}
        />
      ) : (
        <Counts
          paths={paths}
          naming={chosen === source.from ? naming : chosen === 'folders' ? FOLDER_NAMING : null}
        />
      )}
      {problem !== null && chosen === 'file' && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <p className={styles.note}>
        A photo that is not named enters no figure. Nothing is run again.
      </p>
    </>
  );
}

function Way({ value, text, note }: { value: string; text: string; note: string }) {
  return (
    <label className={styles.way}>
      <RadioGroup.Item value={value} className={styles.radio}>
        <RadioGroup.Indicator className={styles.dot} />
      </RadioGroup.Item>
      <span>
        {text}
        <small>{note}</small>
      </span>
    </label>
  );
}

function ChooseCsv() {
  const actions = useActions();
  const source = useApp((state) => state.names.source);
  return (
    <div className={styles.row}>
      <label className={buttonClass('plain')}>
        <FileText aria-hidden="true" />
        Choose CSV
        <input
          type="file"
          className="sr-only"
          accept=".csv,text/csv,text/plain"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (file === undefined) return;
            void file
              .text()
              .then((text) => actions.setNames({ from: 'file', file: file.name, text }));
          }}
        />
      </label>
      <span>{source.from === 'file' ? source.file : 'or drop it on the page'}</span>
    </div>
  );
}

function Pattern({ paths, before }: { paths: readonly string[]; before: string }) {
  const actions = useActions();
  const [text, setText] = useState(before);
  const naming = useMemo(() => namingOf({ from: 'pattern', pattern: text }), [text]);
  const used = useApp(
    ({ names: { source } }) => source.from === 'pattern' && source.pattern === text,
  );
  const use = (): void => {
    if (naming.ok) actions.setNames({ from: 'pattern', pattern: text });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        use();
      }}
    >
      <div className={styles.row}>
        <input
          className={styles.input}
          value={text}
          spellCheck={false}
          autoComplete="off"
          aria-label="Pattern with a group named identity"
          aria-invalid={!naming.ok}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button look="primary" type="submit" disabled={!naming.ok || used}>
          {used ? 'In use' : 'Use'}
        </Button>
      </div>
      {naming.ok ? (
        <>
          <Counts paths={paths} naming={naming.value} />
          <Examples paths={paths} naming={naming.value} />
        </>
      ) : (
        <p className={styles.problem} role="status">
          {naming.error.message}
        </p>
      )}
    </form>
  );
}

function Counts({ paths, naming }: { paths: readonly string[]; naming: Naming | null }) {
  const counts = useMemo(
    () => (naming === null ? null : namingCounts(paths, naming)),
    [paths, naming],
  );
  if (counts === null) return null;
  const { photos, named, dogs, splits, strangers } = counts;
  const divided = Object.entries(splits).filter(([, count]) => count > 0);
  return (
    <div className={styles.counts} role="status">
      <p>
        <strong>
          {named} of {plural(photos, 'photo')}
        </strong>{' '}
        named, {plural(dogs, 'dog')}
      </p>
      {divided.length > 0 && (
        <p>
          {divided
            .map(([split, count]) => `${SPLIT_TEXT[split as keyof typeof splits]} ${count}`)
            .join(', ')}
        </p>
      )}
      {strangers.length > 0 && (
        <p>
          {plural(strangers.length, 'line')} for photos that are not here, such as {strangers[0]}
        </p>
      )}
    </div>
  );
}

const SPLIT_TEXT = { query: 'query', gallery: 'gallery', train: 'seen in training' } as const;

function Examples({ paths, naming }: { paths: readonly string[]; naming: Naming }) {
  const step = Math.max(1, Math.floor(paths.length / EXAMPLES));
  const picked = paths.filter((_, i) => i % step === 0).slice(0, EXAMPLES);
  return (
    <ul className={styles.examples} aria-label="Examples">
      {picked.map((path) => {
        const { identity } = naming.of(path);
        return (
          <li key={path}>
            <span title={path}>{path}</span>
            <b data-named={identity !== null}>{identity ?? 'no name'}</b>
          </li>
        );
      })}
    </ul>
  );
}
