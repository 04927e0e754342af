/** What a file is, from its first bytes; names lie. */
import { ascii, u16be, u32be, u32le, u8 } from './bytes';

export const READABLE_FORMATS = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
export type ImageFormat = (typeof READABLE_FORMATS)[number];

/** How many leading bytes `sniff` looks at. */
export const SNIFF_BYTES = 1024;

export type Sniffed =
  | { readonly kind: 'readable'; readonly format: ImageFormat }
  /** An image, but of a format that is not read; `name` is for people. */
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' };

const readable = (format: ImageFormat): Sniffed => ({ kind: 'readable', format });
const unsupported = (name: string): Sniffed => ({ kind: 'unsupported', name });

const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);

/** ISO base media (HEIF family): the brands in `ftyp` tell AVIF from HEIC. */
function sniffIsoMedia(head: Uint8Array): Sniffed {
  const size = Math.min(u32be(head, 0), head.length);
  const major = ascii(head, 8, 4);
  const compatible: string[] = [];
  for (let at = 16; at + 4 <= size; at += 4) compatible.push(ascii(head, at, 4));
  if (HEIC_BRANDS.has(major)) return unsupported('HEIC');
  if (major === 'crx ') return unsupported('Canon raw');
  const brands = [major, ...compatible];
  if (brands.includes('avif') || brands.includes('avis')) return readable('avif');
  if (brands.some((brand) => HEIC_BRANDS.has(brand) || brand === 'mif1' || brand === 'msf1')) {
    return unsupported('HEIF');
  }
  return { kind: 'unknown' };
}

const BMP_HEADER_SIZES = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** Tells the format from the first bytes (`SNIFF_BYTES` are enough). */
export function sniff(head: Uint8Array): Sniffed {
  const four = ascii(head, 0, 4);
  if (u8(head, 0) === 0xff && u8(head, 1) === 0xd8 && u8(head, 2) === 0xff) return readable('jpeg');
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return readable('png');
  if (four === 'RIFF' && ascii(head, 8, 4) === 'WEBP') return readable('webp');
  if (four === 'GIF8' && (u8(head, 4) === 0x37 || u8(head, 4) === 0x39) && u8(head, 5) === 0x61) {
    return readable('gif');
  }
  if (ascii(head, 4, 4) === 'ftyp') return sniffIsoMedia(head);
  if (four === 'II*\0' || four === 'MM\0*' || four === 'II+\0' || four === 'MM\0+') {
    return unsupported('TIFF (or a camera raw file)');
  }
  if (u16be(head, 0) === 0xff0a || ascii(head, 4, 8) === 'JXL \r\n\x87\n') {
    return unsupported('JPEG XL');
  }
  if (ascii(head, 4, 8) === 'jP  \r\n\x87\n' || u32be(head, 0) === 0xff4fff51) {
    return unsupported('JPEG 2000');
  }
  if (ascii(head, 0, 2) === 'BM' && BMP_HEADER_SIZES.has(u32le(head, 14))) {
    return unsupported('BMP');
  }
  if (four === '8BPS') return unsupported('Photoshop');
  if (ascii(head, 0, 15) === 'FUJIFILMCCD-RAW') return unsupported('Fujifilm raw');
  if (looksLikeSvg(head)) return unsupported('SVG');
  return { kind: 'unknown' };
}

function looksLikeSvg(head: Uint8Array): boolean {
  const text = ascii(head, 0, SNIFF_BYTES)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  return /^<(?:\?xml|!--|!DOCTYPE svg|svg)/i.test(text) && /<(?:[a-z]+:)?svg[\s>]/i.test(text);
}
