/** Recognises the files that people drop instead of an ONNX model. */
import type { OnnxFileError } from './file';
import { decodeUtf8 } from './utf8';

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** What the bytes are instead, or null when they may be ONNX. */
export function notOnnx(bytes: Uint8Array): OnnxFileError | null {
  if (bytes.length === 0) {
    return { code: 'empty', message: 'is empty. Copy or export it again.' };
  }
  const what = foreignKind(bytes);
  return what === null ? null : { code: 'not-onnx', message: `is ${what}` };
}

function foreignKind(bytes: Uint8Array): string | null {
  const head = decodeUtf8(bytes, 0, Math.min(bytes.length, 64)).trimStart();
  if (head.startsWith('version https://git-lfs')) {
    return 'a Git LFS pointer, not the model itself. Fetch the real file with "git lfs pull".';
  }
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) {
    return 'a PyTorch checkpoint or another zip archive, not ONNX. Export it with format="onnx".';
  }
  if (startsWith(bytes, 0x80, 2) || startsWith(bytes, 0x80, 4)) {
    return 'a Python pickle (an old checkpoint), not ONNX. Export it with format="onnx".';
  }
  if (startsWith(bytes, 0x1f, 0x8b)) return 'compressed with gzip. Unpack it first.';
  if (decodeUtf8(bytes, 4, Math.min(bytes.length, 8)) === 'TFL3') {
    return 'a TensorFlow Lite model, not ONNX.';
  }
  if (decodeUtf8(bytes, 4, Math.min(bytes.length, 8)) === 'ORTM') {
    return 'an ORT-format model. Use the .onnx file that it was made from.';
  }
  if (startsWith(bytes, 0xff, 0xd8) || startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) {
    return 'a picture, not a model.';
  }
  if (head.startsWith('<')) return 'a web page or XML, not a model. Download the file itself.';
  if (head.startsWith('{') || head.startsWith('[')) return 'JSON text, not a model.';
  // A model begins with the number of its IR version, in bytes that no text holds.
  if (/^[\t\n\r\x20-\x7e]+$/.test(head)) {
    return 'text, not an ONNX model. Export one with format="onnx".';
  }
  return null;
}
