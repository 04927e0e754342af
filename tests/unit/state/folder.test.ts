import { describe, expect, it } from 'vitest';
import { sortFolder } from '../../../src/state/folder';
import { takeDrop } from '../../../src/state/listing';
import { readTruth } from '../../../src/state/sample';
import { filesAt } from './harness';

describe('sortFolder', () => {
  it('gives nested photos to their dog and stray ones to none, in code-point order', async () => {
    const folder = await sortFolder(
      'dogs',
      filesAt(['rex/2020/a.jpg', 'b.jpg', 'Ann/1.jpg', 'rex/\u{1f415}.jpg', 'rex/\uff21.jpg']),
    );
    expect(folder.photos.map(({ path, identity }) => [path, identity])).toEqual([
      ['Ann/1.jpg', 'Ann'],
      ['b.jpg', null],
      ['rex/2020/a.jpg', 'rex'],
      ['rex/\uff21.jpg', 'rex'],
      ['rex/\u{1f415}.jpg', 'rex'],
    ]);
    expect(folder.dogs).toBe(2);
  });

  it('takes an image by its bytes where the name says nothing, and counts the rest', async () => {
    const folder = await sortFolder('dogs', [
      ...filesAt(['rex/scan', '@eaDir/x.jpg', '@eaDir/y.jpg', '.DS_Store']),
      { path: 'notes.txt', file: new Blob(['hello']) },
    ]);
    expect(folder.photos.map(({ path }) => path)).toEqual(['rex/scan']);
    expect(folder.ignored).toEqual([
      { path: '.DS_Store', reason: 'system-file' },
      { path: '@eaDir/x.jpg', reason: 'system-file' },
      { path: '@eaDir/y.jpg', reason: 'system-file' },
      { path: 'notes.txt', reason: 'not-an-image-file' },
    ]);
  });
});

interface FakeEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
}

const fileEntry = (name: string): FakeEntry => ({
  name,
  isFile: true,
  isDirectory: false,
  ...{ file: (done: (file: Blob) => void) => done(new Blob([name])) },
});

/** Gives its children in batches of 100, as Chromium does. */
const folderEntry = (name: string, children: readonly FakeEntry[]): FakeEntry => ({
  name,
  isFile: false,
  isDirectory: true,
  ...{
    createReader: () => {
      let at = 0;
      return {
        readEntries: (done: (batch: readonly FakeEntry[]) => void) => {
          done(children.slice(at, at + 100));
          at += 100;
        },
      };
    },
  },
});

/** A DataTransfer whose items die with the event. */
function transferOf(entries: readonly FakeEntry[]): { transfer: DataTransfer; end: () => void } {
  let live = true;
  const items = entries.map((entry) => ({
    kind: 'file',
    webkitGetAsEntry: () => (live ? entry : null),
  }));
  return {
    transfer: { items } as unknown as DataTransfer,
    end: () => (live = false),
  };
}

describe('takeDrop', () => {
  it('takes all entries in the event and reads folders of more than 100 files to the end', async () => {
    const many = Array.from({ length: 250 }, (_, i) => fileEntry(`${i}.jpg`));
    const { transfer, end } = transferOf([
      folderEntry('rex', [...many, folderEntry('old', [fileEntry('a.jpg')])]),
      folderEntry('luna', [fileEntry('b.jpg')]),
      fileEntry('stray.jpg'),
    ]);
    const dropped = takeDrop(transfer);
    end();
    const files = await dropped!.list(() => undefined);
    expect(files).toHaveLength(253);
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('rex/249.jpg');
    expect(paths).toContain('rex/old/a.jpg');
    expect(paths).toContain('luna/b.jpg');
    expect(paths).toContain('stray.jpg');
    expect(dropped?.name).toBe('2 folders and 1 file');
  });

  it('takes a single folder as the root', async () => {
    const { transfer } = transferOf([
      folderEntry('dogs', [folderEntry('rex', [fileEntry('1.jpg')]), fileEntry('2.jpg')]),
    ]);
    const dropped = takeDrop(transfer);
    expect(dropped?.name).toBe('dogs');
    const files = await dropped!.list(() => undefined);
    expect(files.map(({ path }) => path)).toEqual(['rex/1.jpg', '2.jpg']);
  });
});

describe('readTruth', () => {
  it('refuses what is not a list of photos', () => {
    expect(readTruth('<!DOCTYPE html>')).toBeNull();
    expect(readTruth('{"photos": [{"file": 1}]}')).toBeNull();
    expect(readTruth('{"photos": []}')).toEqual([]);
  });
});
