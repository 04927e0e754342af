/** The three cards side by side, of the draft or of what is in use, and the answers that a draft waits for. */
import { Crosshair } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { mergeSections, type RecipeSection } from '../../core/models/layers';
import { MODEL_SLOTS } from '../../core/recipe/schema';
import type { ModelDraft } from '../../state/modelsModel';
import { plural } from '../../state/status';
import { useActions, useApp } from '../shared/app';
import { Button } from '../shared/Button';
import { ChipRule } from './ChipRule';
import styles from './Models.module.css';
import { StagePanel } from './StagePanel';
import { StageQuestions } from './StageQuestions';
import { fieldsFor, givenOnPhotos } from './unknownFields';

export function Cards({ onRoles, findOut }: { onRoles: () => void; findOut: ReactNode }) {
  const draft = useApp((state) => state.models.draft);
  const used = useApp((state) => state.models.cards);
  const bundled = useApp((state) => state.setup.bundled);
  const checking = useApp((state) => state.models.phase === 'checking' || state.models.open);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const cards = draft?.cards ?? used;
  if (cards === null) return <p className={styles.wait}>Loading the models</p>;
  const fields = fieldsFor(draft?.unknown ?? [], bundled?.recipe ?? null);
  return (
    <>
      <div className={styles.cards}>
        {MODEL_SLOTS.map((slot, i) => {
          const stage = cards.stages[slot];
          return (
            <StagePanel
              key={slot}
              stage={stage}
              number={i + 1}
              crop={slot === 'keypoint' ? cards.crop : []}
              running={checking && draft === null}
              questions={
                <StageQuestions
                  stage={stage}
                  fields={fields}
                  values={values}
                  onChange={(change) => setValues({ ...values, ...change })}
                  onRoles={onRoles}
                  findOut={findOut}
                />
              }
            >
              {slot === 'keypoint' && !stage.unknown.some(givenOnPhotos) && (
                <div className={styles.tools}>
                  <Button onClick={onRoles}>
                    <Crosshair aria-hidden="true" />
                    Keypoint roles
                  </Button>
                  {draft === null && <ChipRule />}
                </div>
              )}
              {slot === 'embedder' && stage.unknown.length === 0 && findOut !== null && (
                <div className={styles.tools}>{findOut}</div>
              )}
            </StagePanel>
          );
        })}
      </div>
      {draft !== null && <Decide draft={draft} fields={fields} values={values} />}
    </>
  );
}

/** How much is still unknown, and the way on. */
function Decide({
  draft,
  fields,
  values,
}: {
  draft: ModelDraft;
  fields: ReturnType<typeof fieldsFor>;
  values: Readonly<Record<string, string>>;
}) {
  const { models } = useActions();
  const busy = useApp((state) => state.models.phase !== 'idle');
  const read = fields.map((field) => field.read(values[field.id] ?? field.suggestion));
  const answers = read.filter((section): section is RecipeSection => section !== null);
  const onPhotos = draft.unknown.some(givenOnPhotos) ? 1 : 0;
  const open = read.length - answers.length + onPhotos + draft.undecided.length;
  return (
    <div className={styles.decide}>
      <p>
        {open === 0
          ? 'Everything is answered.'
          : `${plural(open, 'question')} open. Nothing is guessed.`}
      </p>
      <Button look="quiet" onClick={models.discard}>
        Discard
      </Button>
      <Button
        look="primary"
        disabled={open > 0 || busy}
        onClick={() => void models.answer(answers.reduce(mergeSections, {}))}
      >
        Use these models
      </Button>
    </div>
  );
}
