// `npm start`: install what is missing, build, serve the built app and open it where a browser can be opened.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { install, must, root } from './install.mjs';

install();
must('npm', ['run', '--silent', 'build']);

const { preview } = await import('vite');
const server = await preview({ root, preview: { port: 4173, strictPort: false } });
const address = server.resolvedUrls?.local[0] ?? 'http://localhost:4173/';
console.log(`\nSameDog is running at ${address}\nStop it with Ctrl+C.`);
openBrowser(address);

/** Best effort: no desktop, no browser. */
function openBrowser(url) {
  if (process.env.CI || process.env.SAMEDOG_NO_OPEN) return;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const command =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : existsSync('/usr/bin/xdg-open')
          ? ['xdg-open', [url]]
          : null;
  if (command === null) return;
  const child = spawn(command[0], command[1], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`Open ${url} in a browser.`));
  child.unref();
}
