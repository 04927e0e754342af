import { Monitor, Moon, Sun } from 'lucide-react';
import { Button } from '../shared/Button';
import { THEMES, useTheme } from '../shared/useTheme';

const LOOK = {
  system: { Icon: Monitor, text: 'as the system' },
  light: { Icon: Sun, text: 'light' },
  dark: { Icon: Moon, text: 'dark' },
} as const;

/** Turns through system, light and dark. */
export function ThemeMenu() {
  const { theme, choose } = useTheme();
  const { Icon, text } = LOOK[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <Button
      look="quiet"
      iconOnly
      aria-label={`Colours: ${text}. Switch to ${LOOK[next].text}`}
      title={`Colours: ${text}`}
      onClick={() => choose(next)}
    >
      <Icon aria-hidden="true" />
    </Button>
  );
}
