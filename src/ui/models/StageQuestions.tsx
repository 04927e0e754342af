/** What a stage of a draft still lacks, to be answered in its card. */
import { CircleHelp, Crosshair } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StageCard } from '../../state/modelsModel';
import { Button } from '../shared/Button';
import styles from './Models.module.css';
import { Questions } from './Questions';
import { givenOnPhotos, USUAL_CHOICES, type Field } from './unknownFields';

export function StageQuestions({
  stage,
  fields,
  values,
  onChange,
  onRoles,
  findOut,
}: {
  stage: StageCard;
  fields: readonly Field[];
  values: Readonly<Record<string, string>>;
  onChange: (change: Readonly<Record<string, string>>) => void;
  onRoles: () => void;
  findOut: ReactNode;
}) {
  const { slot, unknown, card } = stage;
  if (unknown.length === 0) return null;
  const own = fields.filter(({ id }) => id.startsWith(`${slot}.`));
  const roles = unknown.some(givenOnPhotos);
  return (
    <div className={styles.unknown}>
      <p>
        <CircleHelp aria-hidden="true" />
        {slot === 'embedder' ? (
          <span>
            <strong>Unknown: find out.</strong> {card.file} does not say how its pictures are
            prepared, and a wrong guess gives wrong numbers without an error.
          </span>
        ) : (
          <span>
            <strong>Not in the file.</strong> Check what is suggested.
          </span>
        )}
      </p>
      {slot === 'embedder' && findOut}
      {roles && (
        <Button look="primary" onClick={onRoles}>
          <Crosshair aria-hidden="true" />
          Give keypoints their roles
        </Button>
      )}
      <Questions fields={own} values={values} onChange={(id, value) => onChange({ [id]: value })} />
      {slot === 'embedder' && (
        <Button
          onClick={() =>
            onChange(
              Object.fromEntries(
                own.flatMap(({ id }) =>
                  USUAL_CHOICES[id] === undefined ? [] : [[id, USUAL_CHOICES[id]]],
                ),
              ),
            )
          }
        >
          Assume the usual values
        </Button>
      )}
    </div>
  );
}
