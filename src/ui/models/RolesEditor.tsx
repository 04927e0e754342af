/** Which keypoint plays which role: the model's points, numbered, on photos, beside a list of selects. */
import { useEffect, useMemo, useState } from 'react';
import { inferRoles, rolesSuffice } from '../../core/recipe/roles';
import { KEYPOINT_ROLES, type KeypointRole } from '../../core/recipe/schema';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { Picture } from '../shared/Picture';
import styles from './Roles.module.css';
import { RolesPhoto } from './RolesPhoto';
import { plain } from './words';

type Roles = Readonly<Partial<Record<KeypointRole, string>>>;
/** The role of each keypoint, by its name. A role may be given twice on the way to something else. */
type Choices = Readonly<Record<string, KeypointRole>>;

export function RolesEditor({ onDone }: { onDone: () => void }) {
  const { models } = useActions();
  const draft = useApp((state) => state.models.draft);
  const bundle = useApp((state) => state.models.bundle);
  const bundled = useApp((state) => state.setup.bundled);
  // The bundle follows from these three.
  const shown = useMemo(() => models.provisional(), [models, draft, bundle, bundled]); // eslint-disable-line react-hooks/exhaustive-deps
  const preview = useApp((state) => state.models.preview);
  const names = shown?.recipe.keypoint.names ?? [];
  const [choices, setChoices] = useState<Choices>(() => {
    const said = shown?.recipe.keypoint.roles ?? {};
    return choicesOf(Object.keys(said).length > 0 ? said : inferRoles(names));
  });
  const [at, setAt] = useState(0);
  const [pointed, setPointed] = useState<string | null>(null);
  useEffect(() => {
    void models.previewKeypoints();
  }, [models, shown]);
  const roleOf = (name: string): KeypointRole | null => choices[name] ?? null;
  const seen = preview.entries.filter(({ record }) =>
    record.dogs.some(({ keypoints }) => keypoints.length === names.length),
  );
  const entry = seen[Math.min(at, seen.length - 1)];
  const roles: Roles = Object.fromEntries(
    Object.entries(choices).map(([name, role]) => [role, name]),
  );
  const twice = KEYPOINT_ROLES.find(
    (role) => Object.values(choices).filter((one) => one === role).length > 1,
  );
  const enough = twice === undefined && rolesSuffice(roles);
  const set = (name: string, role: string): void => {
    const chosen = KEYPOINT_ROLES.find((one) => one === role);
    const kept = Object.entries(choices).filter(([other]) => other !== name);
    setChoices(Object.fromEntries(chosen === undefined ? kept : [...kept, [name, chosen]]));
  };
  if (names.length === 0) {
    return (
      <p className={styles.none}>
        The file does not say how many keypoints it gives. Write their names into pipeline.json
        (keypoint.names, in the order of the output) and drop it with the model.
      </p>
    );
  }
  return (
    <div className={styles.editor}>
      <div className={styles.stage}>
        {entry === undefined ? (
          <p className={styles.none}>
            {preview.phase === 'working' && `Running the model on photos of the ${preview.from}`}
            {preview.phase === 'failed' && `The model could not be run: ${preview.error ?? ''}`}
            {preview.phase === 'ready' &&
              `The model found no pose on these photos of the ${preview.from}. Choose a folder where the face is seen.`}
          </p>
        ) : (
          <RolesPhoto key={entry.record.path} entry={entry} roleOf={roleOf} pointed={pointed} />
        )}
      </div>
      <div className={styles.strip} role="group" aria-label="Photos">
        {seen.map((one, i) => (
          <button
            key={one.record.path}
            type="button"
            aria-pressed={one === entry}
            aria-label={one.record.path}
            onClick={() => setAt(i)}
          >
            {one.thumb !== null && <Picture blob={one.thumb} alt="" />}
          </button>
        ))}
      </div>
      <div className={styles.side}>
        <p className={styles.lead}>
          Left and right are the dog’s own. A face chip needs the nose and two of eyes and ears.
        </p>
        <ol className={styles.list}>
          {names.map((name, i) => (
            <li key={name} data-pointed={pointed === name}>
              <label
                onPointerEnter={() => setPointed(name)}
                onPointerLeave={() => setPointed(null)}
              >
                <span className={styles.index} data-role={roleOf(name) ?? 'none'}>
                  {i}
                </span>
                <span className={styles.pointName}>{plain(name)}</span>
                <select
                  aria-label={`Role of keypoint ${i}, ${plain(name)}`}
                  value={roleOf(name) ?? ''}
                  onFocus={() => setPointed(name)}
                  onBlur={() => setPointed(null)}
                  onChange={(event) => set(name, event.currentTarget.value)}
                >
                  <option value="">unused</option>
                  {KEYPOINT_ROLES.map((role) => (
                    <option key={role} value={role}>
                      {plain(role)}
                    </option>
                  ))}
                </select>
              </label>
            </li>
          ))}
        </ol>
      </div>
      <div className={styles.end}>
        <p role="status" data-enough={enough}>
          {twice !== undefined
            ? `More than one keypoint is the ${plain(twice)}. Only one can be.`
            : enough
              ? 'These roles suffice for a face chip.'
              : 'Not enough for a face chip: every photo would fall back to the body crop.'}
        </p>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
        <Button
          look="primary"
          disabled={!enough}
          onClick={() => {
            void models.answer({ keypoint: { names: [...names], roles } });
            onDone();
          }}
        >
          Apply roles
        </Button>
      </div>
    </div>
  );
}

function choicesOf(roles: Roles): Choices {
  return Object.fromEntries(
    KEYPOINT_ROLES.flatMap((role) => {
      const name = roles[role];
      return name === undefined ? [] : [[name, role]];
    }),
  );
}
