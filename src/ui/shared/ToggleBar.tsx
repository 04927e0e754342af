import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './ToggleBar.module.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly text: string;
  readonly icon?: ReactNode;
  /** A count beside the text. */
  readonly count?: number;
  readonly disabled?: boolean;
}

/** One of several. */
export function OneOf<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      className={styles.bar}
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const choice = choices.find((one) => one.value === next);
        if (choice !== undefined) onChange(choice.value);
      }}
    >
      <Items choices={choices} />
    </ToggleGroup.Root>
  );
}

/** Any of several. Arrow keys are left to the page (they turn photos). */
export function AnyOf<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly Choice<T>[];
  value: readonly T[];
  onChange: (value: T[]) => void;
}) {
  return (
    <ToggleGroup.Root
      type="multiple"
      rovingFocus={false}
      className={styles.bar}
      aria-label={label}
      value={[...value]}
      onValueChange={(next) =>
        onChange(choices.map((one) => one.value).filter((v) => next.includes(v)))
      }
    >
      <Items choices={choices} />
    </ToggleGroup.Root>
  );
}

function Items({ choices }: { choices: readonly Choice<string>[] }) {
  return choices.map(({ value, text, icon, count, disabled }) => (
    <ToggleGroup.Item
      key={value}
      value={value}
      className={styles.item}
      disabled={disabled ?? false}
    >
      {icon}
      {text}
      {count !== undefined && <span className={styles.count}>{count}</span>}
    </ToggleGroup.Item>
  ));
}
