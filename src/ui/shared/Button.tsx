import type { ComponentProps } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'primary' | 'plain' | 'quiet';
  /** Only an icon is shown; `aria-label` names it. */
  readonly iconOnly?: boolean;
}

export function buttonClass(look: ButtonProps['look'] = 'plain', iconOnly = false): string {
  return [styles.button, styles[look], iconOnly ? styles.icon : ''].join(' ');
}

export function Button({ look, iconOnly, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`${buttonClass(look, iconOnly)} ${className ?? ''}`}
      {...rest}
    />
  );
}
