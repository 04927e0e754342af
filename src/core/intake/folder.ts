/** Which entries of a folder are photos, whose they are, and in what order they come. */
import type { IgnoreReason } from '../results/schema';
import { sniff } from './format';

/** Extensions that claim "I am an image"; such a file is always listed, whatever it holds. */
const IMAGE_EXTENSIONS = new Set(
  (
    'jpg jpeg jpe jfif pjpeg pjp png apng webp gif avif avifs heic heif hif heics heifs tif tiff bmp dib ' +
    'jxl jp2 j2k jpf jpx svg svgz psd ico cr2 cr3 nef nrw arw sr2 dng raf orf rw2 pef raw'
  ).split(' '),
);

const SYSTEM_FILES = new Set([
  '.ds_store',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
  '.localized',
]);
const SYSTEM_FOLDERS = new Set([
  '@eadir',
  '#recycle',
  '__macosx',
  '$recycle.bin',
  'system volume information',
  'lost+found',
  '.trash',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  '.appledouble',
  '.thumbnails',
]);

/**
 * Why a path is skipped without being opened, or null. `path` is relative to the chosen folder and
 * `/`-separated. A folder's own reason goes for all it holds.
 */
export function ignoreByPath(path: string): IgnoreReason | null {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  for (const folder of segments) {
    const reason = ignoreFolder(folder);
    if (reason !== null) return reason;
  }
  // macOS writes `._name` beside each file on foreign disks: a resource fork, not a photo.
  if (SYSTEM_FILES.has(name.toLowerCase()) || name.startsWith('._')) return 'system-file';
  return name.startsWith('.') ? 'hidden' : null;
}

/** Why a folder of this name is not walked, or null. */
export function ignoreFolder(name: string): IgnoreReason | null {
  if (SYSTEM_FOLDERS.has(name.toLowerCase())) return 'system-file';
  return name.startsWith('.') ? 'hidden' : null;
}

/** Whether the name claims to be an image. */
export function hasImageExtension(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 && IMAGE_EXTENSIONS.has(name.slice(dot + 1).toLowerCase());
}

/** Whether the first bytes (`SNIFF_BYTES` are enough) are those of an image, readable or not. */
export const looksLikeImage = (head: Uint8Array): boolean => sniff(head).kind !== 'unknown';

/**
 * The whole rule for one file: null when it is a photo to process, else why it is not. `head` is asked for only
 * when the name does not settle it.
 */
export async function ignoreFile(
  path: string,
  head: () => Promise<Uint8Array>,
): Promise<IgnoreReason | null> {
  const reason = ignoreByPath(path);
  if (reason !== null || hasImageExtension(path)) return reason;
  return looksLikeImage(await head()) ? null : 'not-an-image-file';
}

/** The dog a path belongs to: its first folder under the root, or null at the root. */
export function identityOf(path: string): string | null {
  const slash = path.indexOf('/');
  return slash > 0 ? path.slice(0, slash) : null;
}

/** The order in which photos come everywhere: code points of the path. */
export { compareCodePoints as comparePaths } from '../codePoints';
