import { useCallback, useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'samedog.theme';
const listeners = new Set<() => void>();
const dark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

/** Storage may be switched off; the theme then lasts as long as the page. */
let chosen: Theme = read();

function read(): Theme {
  try {
    const value = window.localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? 'system';
  } catch {
    return 'system';
  }
}

function shown(): 'light' | 'dark' {
  if (chosen !== 'system') return chosen;
  return dark().matches ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset['theme'] = shown();
  for (const listener of listeners) listener();
}

/** Puts the theme on the page; called once, before the first draw. */
export function startTheme(): void {
  dark().addEventListener('change', apply);
  apply();
}

export function useTheme(): {
  readonly theme: Theme;
  readonly shown: 'light' | 'dark';
  readonly choose: (theme: Theme) => void;
} {
  const subscribe = useCallback((listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  const theme = useSyncExternalStore(subscribe, () => chosen);
  const now = useSyncExternalStore(subscribe, shown);
  const choose = useCallback((next: Theme) => {
    chosen = next;
    try {
      window.localStorage.setItem(KEY, next);
    } catch {
      // Nothing is lost but the memory of it.
    }
    apply();
  }, []);
  return { theme, shown: now, choose };
}
