/** The registry of views. A new view is one line here; the shell knows nothing else of it. */
import type { ComponentType } from 'react';
import { Galleries } from '../galleries/Galleries';
import { Matrix } from '../matrix/Matrix';
import { Photos } from '../photos/Photos';
import { Verdict } from '../verdict/Verdict';

export interface View {
  /** Stable; used in the store. */
  readonly id: string;
  /** The tab's name. */
  readonly name: string;
  readonly Component: ComponentType;
}

export const VIEWS: readonly View[] = [
  { id: 'photos', name: 'Photos', Component: Photos },
  { id: 'matrix', name: 'Matrix', Component: Matrix },
  { id: 'galleries', name: 'Galleries', Component: Galleries },
  { id: 'verdict', name: 'Verdict', Component: Verdict },
];
