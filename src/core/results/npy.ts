/** NumPy .npy version 1.0, little-endian float32, C order. Source: numpy.lib.format. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGN = 64;

/** Bytes of an .npy file holding `data` with the given shape. Throws when the sizes disagree. */
export function writeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  if (shape.reduce((product, side) => product * side, 1) !== data.length) {
    throw new Error(`npy: shape [${shape.join(', ')}] does not hold ${data.length} values`);
  }
  const dims = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  const unpadded = MAGIC.length + 2 + dict.length + 1;
  const header = dict + ' '.repeat((ALIGN - (unpadded % ALIGN)) % ALIGN) + '\n';
  const bytes = new Uint8Array(MAGIC.length + 2 + header.length + data.length * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(MAGIC.length, header.length, true);
  for (let i = 0; i < header.length; i++) bytes[MAGIC.length + 2 + i] = header.charCodeAt(i);
  writeFloats(view, MAGIC.length + 2 + header.length, data);
  return bytes;
}

/** Reads a float32 C-order .npy file. Throws with a plain message on anything else. */
export function readNpy(bytes: Uint8Array): { data: Float32Array; shape: number[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || MAGIC.slice(0, 6).some((byte, i) => bytes[i] !== byte)) {
    throw new Error('not an .npy file');
  }
  const long = bytes[6]! >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw new Error('.npy file: header is cut off');
  const header = String.fromCharCode(...bytes.subarray(start, start + length));
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (
    !header.includes("'<f4'") ||
    header.includes("'fortran_order': True") ||
    shape === undefined
  ) {
    throw new Error('.npy file: expected little-endian float32 in C order');
  }
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const count = dims.reduce((product, side) => product * side, 1);
  if (bytes.length !== start + length + count * 4) {
    throw new Error('.npy file: size does not match its shape');
  }
  return { data: readFloats(view, start + length, count), shape: dims };
}

/** Writes float32 little-endian whatever the machine's order is. */
export function writeFloats(view: DataView, offset: number, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) view.setFloat32(offset + i * 4, data[i]!, true);
}

/** Reads `count` little-endian float32. */
export function readFloats(view: DataView, offset: number, count: number): Float32Array {
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = view.getFloat32(offset + i * 4, true);
  return data;
}
