import { fail, ok, type Failure, type Result } from '../types';

/** Most pixels a photo may have: what sharp and Chromium's canvas both hold (16,383 x 16,383). */
export const MAX_PIXELS = 268_402_689;
/** Longest side in pixels: JPEG's own limit, and Chromium's canvas limit. */
export const MAX_SIDE = 65_535;

/** An expected failure of the decode stage. */
export const decodeFailure = (code: Failure['code'], message: string): Failure => ({
  code,
  stage: 'decode',
  message,
});

export const corrupt = (what: string): Failure =>
  decodeFailure('corrupt-image', `${what} Copy the photo again from where it came from.`);

/** Refuses sizes that no platform can hold, from the header alone, before anything is allocated. */
export function checkSize(width: number, height: number): Result<null> {
  if (width < 1 || height < 1) {
    return fail(corrupt(`The header claims ${width} x ${height} pixels.`));
  }
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    return fail(
      decodeFailure(
        'image-too-large',
        `The header claims ${width} x ${height} pixels; the limit is ${MAX_PIXELS} pixels and ` +
          `${MAX_SIDE} a side. Save a smaller copy of the photo.`,
      ),
    );
  }
  return ok(null);
}
