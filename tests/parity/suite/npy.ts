/** Reads what numpy.save wrote: float32, two axes, C order. */
import { assert } from './check';

export interface NpyMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function readNpy(bytes: Uint8Array): NpyMatrix {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert(bytes[0] === 0x93 && bytes[6] === 1, 'not an .npy file of version 1');
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(10, start));
  const shape = /'shape': \((\d+), (\d+)\)/.exec(header);
  assert(header.includes("'<f4'") && header.includes("'fortran_order': False"), header);
  assert(shape !== null, header);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(start + i * 4, true);
  return { rows, columns, data };
}

export function npyRow(bytes: Uint8Array, row: number): Float32Array {
  const { rows, columns, data } = readNpy(bytes);
  assert(row < rows, `row ${row} of ${rows}`);
  return data.slice(row * columns, (row + 1) * columns);
}
