/** The only place that wires client, store and page together. */
import { version } from '../package.json';
import { sha256 } from './platform/browser/sha256';
import { sortFolder } from './state/folder';
import { sampleFrom } from './state/sample';
import { saveFile } from './state/save';
import { createApp } from './state/store';
import { mountPage } from './ui/mount';
import { createClient } from './worker/client';

const SAMPLE = `${import.meta.env.BASE_URL}sample/`;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

const app = createApp({
  client: createClient(),
  sort: sortFolder,
  sample: sampleFrom(SAMPLE),
  sha256,
  version,
  save: saveFile,
  now: () => performance.now(),
  later: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
});
mountPage(root, app, SAMPLE);
app.actions.prepare();
