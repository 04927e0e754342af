/** What the state layer is given from outside: everything that touches workers, files or the clock. */
import type { Sha256 } from '../core/ports';
import type { Result } from '../core/types';
import type { PipelineClient } from '../worker/contract';
import type { Folder, FolderFile } from './model';

export interface AppPorts {
  readonly client: PipelineClient;
  /** Sorts dropped files into photos and the rest (core rules; reads the first bytes where names say nothing). */
  readonly sort: (name: string, files: readonly FolderFile[]) => Promise<Folder>;
  /** The built-in sample as files, or why it could not be had. */
  readonly sample: (
    onFile: (seen: number) => void,
  ) => Promise<Result<readonly FolderFile[], { readonly message: string }>>;
  /** For the hashes of model files. */
  readonly sha256: Sha256;
  /** Version of this tool, for the export. */
  readonly version: string;
  /** Hands a file to the user. */
  readonly save: (name: string, content: Blob) => void;
  /** Milliseconds from any fixed origin. */
  readonly now: () => number;
  /** Calls back after `ms`; the result cancels it. */
  readonly later: (callback: () => void, ms: number) => () => void;
}
