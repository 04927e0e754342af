/**
 * The embedding.json that some training scripts write beside an embedder: size, scale, mean, std and colour order.
 * It names no resampling kernel, so that stays unknown.
 */
import { fail, ok, type Result } from '../types';
import type { RecipeSection } from './layers';

type Json = Readonly<Record<string, unknown>>;

/** The embedder's section of a recipe as far as the manifest tells it. The error follows the file's name. */
export function readAuthorManifest(
  text: string,
): Result<RecipeSection, { readonly message: string }> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail({ message: `is not JSON (${String(error)}). Correct it, or leave it out.` });
  }
  const preprocessing = isObject(json) ? json['preprocessing'] : undefined;
  if (!isObject(json) || !isObject(preprocessing)) {
    return fail({
      message: 'has no "preprocessing" part, so it tells nothing of the embedder. Leave it out.',
    });
  }
  const section: Record<string, unknown> = {};
  const size = readSize(preprocessing['resize'] ?? json['img_size']);
  if (size !== null) {
    section['size'] = size;
    // Height and width both given: resized to them, aspect ratio not kept.
    if (Array.isArray(preprocessing['resize'])) section['fit'] = 'squash';
  }
  const scale = readScale(preprocessing['scale']);
  if (scale !== null) section['scale'] = scale;
  for (const key of ['mean', 'std'] as const) {
    if (isTriple(preprocessing[key])) section[key] = preprocessing[key];
  }
  const colour = preprocessing['colour'] ?? preprocessing['color'];
  if (typeof colour === 'string' && /^(rgb|bgr)$/i.test(colour)) {
    section['colour'] = colour.toLowerCase();
  }
  return ok(section);
}

/** Whether a JSON file beside models claims to be such a manifest. */
export function looksLikeManifest(text: string): boolean {
  return /"preprocessing"\s*:/.test(text);
}

function readSize(value: unknown): number | [number, number] | null {
  if (typeof value === 'number') return value;
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [height, width] = value as unknown[];
  if (typeof height !== 'number' || typeof width !== 'number') return null;
  return height === width ? height : [height, width];
}

/** How far a divisor may lie from a whole or a half and still be meant as one. */
const SNAP = 1e-3;

/** A divisor as a number, or in words: "pixels / 255". */
function readScale(value: unknown): number | null {
  if (typeof value === 'number' && value > 0) {
    if (value >= 1) return value;
    // A factor written as a decimal has lost digits: 0.003921569 is 1 / 255, 0.0078431373 is 1 / 127.5.
    const near = Math.round(2 / value) / 2;
    return Math.abs(1 / value - near) < SNAP ? near : 1 / value;
  }
  const divisor = typeof value === 'string' ? /\/\s*(\d+(?:\.\d+)?)/.exec(value)?.[1] : undefined;
  return divisor === undefined || Number(divisor) === 0 ? null : Number(divisor);
}

function isTriple(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length === 3 && value.every((one) => typeof one === 'number')
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
