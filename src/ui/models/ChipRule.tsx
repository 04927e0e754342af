import { useActions, useApp } from '../shared/app';
import { OneOf } from '../shared/ToggleBar';
import styles from './Models.module.css';

/** Padding of the first project's rule, of the hull's width. */
const ORIGINAL_PAD = 0.2;

/** How a face chip is cut from the points: the app's rule, or the first Python project's. */
export function ChipRule() {
  const { models } = useActions();
  const { bundle, cards } = useApp((state) => state.models);
  const bundled = useApp((state) => state.setup.bundled);
  const crop = (bundle ?? bundled)?.recipe.crop;
  if (crop === undefined || bundled === null) return null;
  const given = cards?.layers.given?.['crop'];
  return (
    <div className={styles.rule}>
      <span>Face chip</span>
      <OneOf
        label="Face chip rule"
        value={crop.chipMode}
        choices={[
          { value: 'hull', text: 'Hull' },
          { value: 'original-2025', text: 'Original 2025' },
        ]}
        onChange={(chipMode) => {
          const base = { ...bundled.recipe.crop, ...(given ?? {}) };
          const rule =
            chipMode === 'original-2025'
              ? { ...base, chipMode, chipPad: ORIGINAL_PAD }
              : { ...base, chipMode };
          void models.answer({ crop: rule });
        }}
      />
    </div>
  );
}
