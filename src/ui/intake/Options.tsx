/** How the next run is made. Top K is taken up at once; it needs no inference. */
import { SlidersHorizontal, Stethoscope } from 'lucide-react';
import { Popover, RadioGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import type { StageChoice } from '../../core/types';
import { useActions, useApp } from '../shared/app';
import { buttonClass } from '../shared/Button';
import pop from '../shared/Popover.module.css';
import { OneOf } from '../shared/ToggleBar';
import styles from './Options.module.css';

const STAGES: readonly { value: StageChoice; text: string; note: string }[] = [
  {
    value: 'detect,keypoints,embed',
    text: 'All stages',
    note: 'Face chip where the face is found, else the body crop.',
  },
  { value: 'detect,embed', text: 'Body crop only', note: 'The keypoint stage is left out.' },
  {
    value: 'embed',
    text: 'Photos are already chips',
    note: 'Each whole photo goes to the embedder.',
  },
];

const TOP_K = ['1', '3', '5', '10', '20'] as const;

export function Options() {
  const actions = useActions();
  const options = useApp((state) => state.options);
  const report = useApp((state) => state.setup.report);
  return (
    <Popover.Root>
      <Popover.Trigger className={buttonClass('quiet')}>
        <SlidersHorizontal aria-hidden="true" />
        Options
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={pop.content} align="end" sideOffset={6} aria-label="Options">
          <Field name="Stages">
            <RadioGroup.Root
              className={styles.stages}
              aria-label="Stages"
              value={options.stages}
              onValueChange={(value) => {
                const stage = STAGES.find((one) => one.value === value);
                if (stage !== undefined) actions.setOptions({ stages: stage.value });
              }}
            >
              {STAGES.map(({ value, text, note }) => (
                <label key={value} className={styles.stage}>
                  <RadioGroup.Item value={value} className={styles.radio}>
                    <RadioGroup.Indicator className={styles.dot} />
                  </RadioGroup.Item>
                  <span>
                    {text}
                    <small>{note}</small>
                  </span>
                </label>
              ))}
            </RadioGroup.Root>
          </Field>
          <Field
            name="Dogs in a photo"
            note="With all dogs, only the best one carries the folder’s name."
          >
            <OneOf
              label="Dogs in a photo"
              value={options.dogs}
              choices={[
                { value: 'best', text: 'Best dog' },
                { value: 'all', text: 'All dogs' },
              ]}
              onChange={(dogs) => actions.setOptions({ dogs })}
            />
          </Field>
          <Field
            name="Photos as"
            note="Immich sees no originals but previews: 1440 px, JPEG 80. A run through them tells what the library will make of the dogs."
          >
            <OneOf
              label="Photos as"
              value={options.preview ? 'preview' : 'original'}
              choices={[
                { value: 'original', text: 'They are' },
                { value: 'preview', text: 'Immich sees them' },
              ]}
              onChange={(value) => actions.setOptions({ preview: value === 'preview' })}
            />
          </Field>
          <Field name="Matches shown per query (top K)">
            <OneOf
              label="Top K"
              value={String(options.topK)}
              choices={TOP_K.map((value) => ({ value, text: value }))}
              onChange={(value) => actions.setOptions({ topK: Number(value) })}
            />
          </Field>
          <Field name="Backend" note={report?.reason}>
            <OneOf
              label="Backend"
              value={options.backend}
              choices={[
                { value: 'auto', text: 'Auto' },
                { value: 'wasm', text: 'WASM' },
                { value: 'webgpu', text: 'WebGPU' },
              ]}
              onChange={(backend) => actions.setOptions({ backend })}
            />
          </Field>
          <Field name="Preprocessing of the embedder">
            <Popover.Close className={buttonClass()} onClick={() => actions.doctor.show(true)}>
              <Stethoscope aria-hidden="true" />
              Examine the recipe
            </Popover.Close>
          </Field>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Field({
  name,
  note,
  children,
}: {
  name: string;
  note?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className={styles.field}>
      <p className={styles.name}>{name}</p>
      {children}
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </div>
  );
}
