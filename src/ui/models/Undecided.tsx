import type { ModelCandidate } from '../../core/models/read';
import type { SlotChoice } from '../../core/models/arrange';
import { useActions } from '../shared/app';
import styles from './Models.module.css';

const CHOICES: readonly { readonly value: SlotChoice; readonly text: string }[] = [
  { value: 'detector', text: 'Detector' },
  { value: 'keypoint', text: 'Keypoints' },
  { value: 'embedder', text: 'Embedder' },
  { value: 'none', text: 'Leave it out' },
];

/** Files whose stage their shapes leave open. */
export function Undecided({ files }: { files: readonly ModelCandidate[] }) {
  const { models } = useActions();
  return files.map(({ path, card }) => (
    <label key={path} className={styles.undecided}>
      <span>
        <strong>Which stage is {card.file} for?</strong> It {card.assignment.reason}
      </span>
      <select
        defaultValue=""
        onChange={(event) => {
          const choice = CHOICES.find(({ value }) => value === event.currentTarget.value);
          if (choice !== undefined) void models.choose(path, choice.value);
        }}
      >
        <option value="" disabled>
          Choose a stage
        </option>
        {CHOICES.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  ));
}
