/** Binds the store to React. The app is made in main.tsx and handed down; components never make one. */
import { createContext, use, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { AppState } from '../../state/model';
import type { App, AppActions } from '../../state/store';
import type { Pictures } from './pictures';

interface Bound {
  readonly app: App;
  readonly pictures: Pictures;
  /** Address of the built-in sample folder, ending in a slash. */
  readonly sampleBase: string;
}

const AppContext = createContext<Bound | null>(null);

export function AppProvider({ value, children }: { value: Bound; children: ReactNode }) {
  return <AppContext value={value}>{children}</AppContext>;
}

export function useBound(): Bound {
  const bound = use(AppContext);
  if (bound === null) throw new Error('a component was used outside of AppProvider');
  return bound;
}

/** Reads from the store; the component redraws when the (shallow) result changes. */
export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(useBound().app.store, useShallow(selector));
}

export function useActions(): AppActions {
  return useBound().app.actions;
}
