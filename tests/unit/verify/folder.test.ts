import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFolder } from '../../../src/platform/node/files';
import { parseArguments } from '../../../scripts/verify/arguments';
import { UsageError } from '../../../scripts/verify/errors';

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'samedog-walk-'));
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]);
  const put = async (path: string, bytes: Uint8Array | string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  };
  await put('Rex/a.jpg', jpeg);
  await put('Rex/deep/er/b.JPG', jpeg);
  await put('Rex/no-extension', jpeg);
  await put('Rex/notes.txt', 'hello');
  await put('Rex/._a.jpg', 'x');
  await put('Luna/x.jpg/inside.png', 'text, but its name claims an image');
  await put('root.webp', 'x');
  await put('@eaDir/thumb.jpg', jpeg);
  await put('.git/objects/a.jpg', jpeg);
  await put('Thumbs.db', 'x');
  await symlink(join(root, 'Rex'), join(root, 'Linked'));
  await symlink(join(root, 'Rex/a.jpg'), join(root, 'Luna/linked.jpg'));
  await symlink(join(root, 'nowhere'), join(root, 'Luna/dangling.jpg'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('listFolder', () => {
  it('lists every photo with its dog, in code-point order', async () => {
    const { photos } = await listFolder(root);
    expect(photos).toEqual([
      { path: 'Luna/dangling.jpg', identity: 'Luna' },
      { path: 'Luna/linked.jpg', identity: 'Luna' },
      { path: 'Luna/x.jpg/inside.png', identity: 'Luna' },
      { path: 'Rex/a.jpg', identity: 'Rex' },
      { path: 'Rex/deep/er/b.JPG', identity: 'Rex' },
      { path: 'Rex/no-extension', identity: 'Rex' },
      { path: 'root.webp', identity: null },
    ]);
  });

  it('counts what it leaves out, with the reason', async () => {
    const { ignored } = await listFolder(root);
    expect(ignored).toEqual([
      { path: '.git/objects/a.jpg', reason: 'hidden' },
      { path: '@eaDir/thumb.jpg', reason: 'system-file' },
      { path: 'Linked', reason: 'symlinked-folder' },
      { path: 'Rex/._a.jpg', reason: 'system-file' },
      { path: 'Rex/notes.txt', reason: 'not-an-image-file' },
      { path: 'Thumbs.db', reason: 'system-file' },
    ]);
  });
});

describe('parseArguments', () => {
  it('fills in the documented defaults', () => {
    expect(parseArguments(['photos'])).toMatchObject({
      folder: 'photos',
      out: null,
      models: null,
      stages: 'detect,keypoints,embed',
      dogs: 'best',
      top: 5,
      debugImages: false,
    });
  });

  it('takes every flag', () => {
    const argv =
      'p --out o --models m --stages embed --dogs all --top 3 --debug-images --workers 2 --pattern ^(?<identity>.) --intervals --branches';
    expect(parseArguments(argv.split(' '))).toEqual({
      folder: 'p',
      out: 'o',
      models: 'm',
      stages: 'embed',
      dogs: 'all',
      top: 3,
      debugImages: true,
      workers: 2,
      identities: null,
      pattern: '^(?<identity>.)',
      intervals: true,
      branches: true,
      immichPreview: false,
    });
  });

  it.each([
    [],
    ['p', '--stages', 'keypoints'],
    ['p', '--stages', 'embed,detect'],
    ['p', '--dogs', 'none'],
    ['p', '--top', '0'],
    ['p', '--top', 'x'],
    ['p', '--workers', '1.5'],
    ['p', '--identities', 'a.csv', '--pattern', '(?<identity>.)'],
    ['p', '--nonsense'],
    ['p', 'q'],
  ])('refuses %j', (...argv) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
  });
});
