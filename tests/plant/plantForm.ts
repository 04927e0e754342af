/** YOLO models whose output or metadata is none that can be read. */
import { readOnnxFile } from '../../src/core/onnx/file';
import { bytes, integer, text } from '../unit/onnx/encode';
import { concat, contents, delimited, rewrite } from './protobuf';

const GRAPH = 7;
const METADATA = 14;
const OUTPUT = 12;

/** The output [1, C, A] becomes [1, C, A, 1]. */
export function plantFourAxes(model: Uint8Array): Uint8Array {
  const info = readOnnxFile(model);
  const output = info.ok ? info.value.outputs[0] : undefined;
  if (output === undefined) throw new Error('the model has no output');
  const dims = [...output.shape, 1].flatMap((axis) =>
    bytes(1, typeof axis === 'number' ? integer(1, axis) : text(2, axis)),
  );
  const type = bytes(1, [...integer(1, 1), ...bytes(2, dims)]);
  const unsqueeze = [
    ...text(1, output.name),
    ...text(1, 'plant_axes'),
    ...text(2, 'plant_out'),
    ...text(4, 'Unsqueeze'),
  ];
  const axes = new BigInt64Array([BigInt(output.shape.length)]);
  const tensor = [
    ...integer(1, 1),
    ...integer(2, 7),
    ...text(8, 'plant_axes'),
    ...bytes(9, new Uint8Array(axes.buffer)),
  ];
  return rewrite(model, GRAPH, (graph) =>
    concat([
      rewrite(graph, OUTPUT, () => null),
      Uint8Array.from([
        ...bytes(1, unsqueeze),
        ...bytes(5, tensor),
        ...bytes(OUTPUT, [...text(1, 'plant_out'), ...bytes(2, type)]),
      ]),
    ]),
  );
}

/** Metadata entries replaced. */
export function plantMetadata(
  model: Uint8Array,
  entries: Readonly<Record<string, string>>,
): Uint8Array {
  const nameOf = (entry: Uint8Array): string =>
    new TextDecoder().decode(contents(entry, 1)[0] ?? new Uint8Array(0));
  const others = rewrite(model, METADATA, (entry) => (nameOf(entry) in entries ? null : entry));
  return concat([
    others,
    ...Object.entries(entries).map(([key, value]) =>
      delimited(METADATA, Uint8Array.from([...text(1, key), ...text(2, value)])),
    ),
  ]);
}
