import { describe, expect, it } from 'vitest';
import {
  comparePaths,
  hasImageExtension,
  identityOf,
  ignoreByPath,
  ignoreFile,
} from '../../../src/core/intake/folder';

const JPEG_HEAD = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);
const TEXT_HEAD = new TextEncoder().encode('hello');

describe('ignoreByPath', () => {
  it.each([
    ['rex/photo.jpg', null],
    ['rex/.DS_Store', 'system-file'],
    ['rex/._photo.jpg', 'system-file'],
    ['rex/Thumbs.db', 'system-file'],
    ['rex/@eaDir/photo.jpg/SYNOPHOTO_THUMB.jpg', 'system-file'],
    ['__MACOSX/rex/photo.jpg', 'system-file'],
    ['.git/objects/photo.jpg', 'hidden'],
    ['rex/.hidden.jpg', 'hidden'],
    ['rex/x.jpg/inside.jpg', null],
  ])('%s: %s', (path, reason) => {
    expect(ignoreByPath(path)).toBe(reason);
  });
});

describe('ignoreFile', () => {
  it('takes what claims or looks to be an image, and asks for bytes only in doubt', async () => {
    let asked = 0;
    const head = (bytes: Uint8Array) => () => {
      asked += 1;
      return Promise.resolve(bytes);
    };
    expect(await ignoreFile('rex/a.JPG', head(TEXT_HEAD))).toBeNull();
    expect(await ignoreFile('rex/a.heic', head(TEXT_HEAD))).toBeNull();
    expect(await ignoreFile('rex/.a.jpg', head(JPEG_HEAD))).toBe('hidden');
    expect(asked).toBe(0);
    expect(await ignoreFile('rex/no extension', head(JPEG_HEAD))).toBeNull();
    expect(await ignoreFile('rex/notes.txt', head(TEXT_HEAD))).toBe('not-an-image-file');
    expect(asked).toBe(2);
  });
  it('does not take a name for its extension', () => {
    expect(hasImageExtension('rex/jpg')).toBe(false);
    expect(hasImageExtension('rex.jpg/readme')).toBe(false);
    expect(hasImageExtension('.jpg')).toBe(false);
  });
});

describe('identity and order', () => {
  it('is the first folder under the root, or none', () => {
    expect(identityOf('rex/2024/a.jpg')).toBe('rex');
    expect(identityOf('a.jpg')).toBeNull();
  });
  it('orders by code point: an emoji after U+FF5E, as Python sorts', () => {
    const paths = ['b', '\u{1F415}.jpg', '\uFF5E.jpg', 'a/b', 'a', 'Z'];
    expect(paths.sort(comparePaths)).toEqual(['Z', 'a', 'a/b', 'b', '\uFF5E.jpg', '\u{1F415}.jpg']);
  });
});
