/** base64 of little-endian float32: how vectors travel inside results.json. Source: RFC 4648, section 4. */
import { readFloats, writeFloats } from './npy';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Encodes float32 values. */
export function encodeFloats(data: Float32Array): string {
  const bytes = new Uint8Array(data.length * 4);
  writeFloats(new DataView(bytes.buffer), 0, data);
  const parts: string[] = [];
  // Chunks of whole triples keep the strings short enough to join cheaply.
  const step = 3 * 4096;
  for (let start = 0; start < bytes.length; start += step) {
    parts.push(encodeBytes(bytes.subarray(start, Math.min(start + step, bytes.length))));
  }
  return parts.join('');
}

/** Decodes float32 values. Throws on anything that is not their base64. */
export function decodeFloats(text: string): Float32Array {
  const clean = text.replace(/=+$/, '');
  const size = Math.floor((clean.length * 3) / 4);
  if (size % 4 !== 0) throw new Error('embeddings.data is not base64 of float32 values');
  const bytes = new Uint8Array(size);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < clean.length; i++) {
    const value = VALUES[clean.charCodeAt(i)] ?? -1;
    if (value < 0) throw new Error('embeddings.data is not base64');
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
      bits &= (1 << held) - 1;
    }
  }
  return readFloats(new DataView(bytes.buffer), 0, size / 4);
}

const VALUES = new Int16Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]];
    text += ALPHABET[a >> 2]!;
    text += ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)]!;
    text += b === undefined ? '=' : ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)]!;
    text += c === undefined ? '=' : ALPHABET[c & 63]!;
  }
  return text;
}
