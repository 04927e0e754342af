/** What both decoders ask before they decode, so that both refuse the same files with the same code. */
import { fail, ok, type Result } from '../types';
import { readAvif } from './avif';
import { SNIFF_BYTES, sniff, type ImageFormat } from './format';
import { readGif } from './gif';
import type { PhotoHeader } from './header';
import { readJpeg, type JpegHeader } from './jpeg';
import { decodeFailure } from './limits';
import { readPng, type PngHeader } from './png/structure';
import { readWebp, type WebpHeader } from './webp';

export type Inspection =
  | ({ readonly format: 'jpeg' } & JpegHeader)
  | ({ readonly format: 'png' } & PngHeader)
  | ({ readonly format: 'webp' } & WebpHeader)
  | ({ readonly format: 'gif' } & PhotoHeader)
  | ({ readonly format: 'avif' } & PhotoHeader);

/**
 * Format, stored size, orientation still to apply and time of exposure, without decoding. Refuses empty files,
 * what is no image, formats that are not read, damaged or incomplete files and header bombs.
 */
export function inspectBytes(bytes: Uint8Array): Result<Inspection> {
  if (bytes.length === 0) {
    return fail({
      code: 'empty-file',
      stage: 'read',
      message: 'The file is empty (0 bytes). Copy the photo again from where it came from.',
    });
  }
  const sniffed = sniff(bytes.subarray(0, SNIFF_BYTES));
  switch (sniffed.kind) {
    case 'readable':
      return read(sniffed.format, bytes);
    case 'unsupported':
      return fail(
        decodeFailure(
          'unsupported-format',
          `${sniffed.name} files are not read. Save the photo as JPEG, PNG, WebP, GIF or AVIF.`,
        ),
      );
    case 'unknown':
      return fail(
        decodeFailure(
          'not-an-image',
          'The content is not an image, whatever the name says. Remove the file or put the photo in its place.',
        ),
      );
  }
}

const tag =
  <F extends ImageFormat>(format: F) =>
  <H extends PhotoHeader>(header: Result<H>): Result<{ readonly format: F } & H> =>
    header.ok ? ok({ format, ...header.value }) : header;

function read(format: ImageFormat, bytes: Uint8Array): Result<Inspection> {
  switch (format) {
    case 'jpeg':
      return tag('jpeg')(readJpeg(bytes));
    case 'png':
      return tag('png')(readPng(bytes));
    case 'webp':
      return tag('webp')(readWebp(bytes));
    case 'gif':
      return tag('gif')(readGif(bytes));
    case 'avif':
      return tag('avif')(readAvif(bytes));
  }
}

/** What a decoder says when the platform's own decoder gives up on a file that looked sound. */
export const undecodable = (format: ImageFormat) =>
  decodeFailure(
    'corrupt-image',
    `The ${format.toUpperCase()} is damaged and cannot be decoded. Copy the photo again from where it came from.`,
  );

/** What a decoder says when the pixels do not fit into memory. */
export const outOfMemory = (width: number, height: number) =>
  decodeFailure(
    'out-of-memory',
    `There is not enough memory for ${width} x ${height} pixels. Close other programs or save a smaller copy.`,
  );
