// A worker thread does not inherit tsx's loader: register it here, then run the TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./poolWorker.ts');
