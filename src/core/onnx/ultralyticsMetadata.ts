/** What ultralytics writes into an exported file, typed. Every value is optional: exports of all ages come in. */
import { isPythonDict, isPythonList, parsePythonLiteral, type PythonValue } from './pythonLiteral';

export interface UltralyticsMetadata {
  /** detect, pose, segment, classify, obb ... as written; null when absent. */
  readonly task: string | null;
  /** Class names by class index. */
  readonly names: readonly string[] | null;
  /** [height, width] in px. */
  readonly imgsz: readonly [number, number] | null;
  /** Largest stride, px. */
  readonly stride: number | null;
  /** Whether the graph ends in the NMS-free head; null when not said. */
  readonly end2end: boolean | null;
  /** Whether NMS was exported into the graph; null when not said (recent exports write None for no). */
  readonly nms: boolean | null;
  /** Whether the file lists its export arguments at all. */
  readonly hasArgs: boolean;
  /** Keypoints and values per keypoint (2, or 3 with visibility). */
  readonly keypointShape: readonly [number, number] | null;
  readonly keypointNames: readonly string[] | null;
  readonly head: string | null;
  readonly description: string | null;
  readonly author: string | null;
  readonly version: string | null;
  readonly license: string | null;
  readonly date: string | null;
  /** Keys whose value could not be read, as sentences to follow the file's name. */
  readonly problems: readonly string[];
}

/** Export arguments that a card may show. `data` is left out: it is a path on the exporter's own machine. */
export const SHOWN_ARGUMENTS = ['imgsz', 'batch', 'half', 'int8', 'quantize', 'dynamic', 'simplify', 'opset', 'nms'] as const; // prettier-ignore

/** Reads `metadata_props`. Never throws; what cannot be read is null and named in `problems`. */
export function readUltralyticsMetadata(
  props: Readonly<Record<string, string>>,
): UltralyticsMetadata {
  const problems: string[] = [];
  const text = (key: string): string | null =>
    Object.hasOwn(props, key) && props[key] !== '' ? props[key]! : null;

  function read<T>(key: string, as: (value: PythonValue) => T | null): T | null {
    const raw = text(key);
    if (raw === null) return null;
    const parsed = parsePythonLiteral(raw);
    const value = parsed.ok ? as(parsed.value) : null;
    if (value === null && raw !== 'None')
      problems.push(`holds metadata "${key}" that cannot be read.`);
    return value;
  }

  const args = read('args', (value) => (isPythonDict(value) ? value : null));
  const argument = (key: string): PythonValue | undefined => args?.get(key);
  return {
    task: text('task')?.trim().toLowerCase() ?? null,
    names: read('names', stringList),
    imgsz: read('imgsz', imageSize),
    stride: read('stride', positiveInteger),
    end2end: read('end2end', asBoolean),
    nms: asBoolean(argument('nms') ?? null),
    hasArgs: args !== null,
    keypointShape: read('kpt_shape', keypointShape),
    keypointNames: read('kpt_names', keypointNames),
    head: text('head'),
    description: text('description'),
    author: text('author'),
    version: text('version'),
    license: text('license'),
    date: text('date'),
    problems,
  };
}

/** The export arguments worth showing, as text. */
export function shownArguments(props: Readonly<Record<string, string>>): Record<string, string> {
  const parsed = parsePythonLiteral(props['args'] ?? '');
  const shown: Record<string, string> = {};
  if (!parsed.ok || !isPythonDict(parsed.value)) return shown;
  for (const key of SHOWN_ARGUMENTS) {
    const value: PythonValue | undefined = parsed.value.get(key);
    if (value === undefined || value === null) continue;
    shown[key] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return shown;
}

function asBoolean(value: PythonValue): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function positiveInteger(value: PythonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

/** `{0: 'dog', 1: 'cat'}` or `['dog', 'cat']`; null unless the indexes are 0..n-1. */
function stringList(value: PythonValue): string[] | null {
  if (isPythonList(value)) return value.length > 0 ? value.map(asText) : null;
  if (!isPythonDict(value) || value.size === 0) return null;
  const list: string[] = [];
  for (let i = 0; i < value.size; i++) {
    if (!value.has(i)) return null;
    list.push(asText(value.get(i) as PythonValue));
  }
  return list;
}

const asText = (value: PythonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function imageSize(value: PythonValue): [number, number] | null {
  const side = positiveInteger(value);
  if (side !== null) return [side, side];
  if (!isPythonList(value) || value.length < 1 || value.length > 2) return null;
  const height = positiveInteger(value[0]);
  const width = positiveInteger(value[1] ?? value[0]);
  return height === null || width === null ? null : [height, width];
}

function keypointShape(value: PythonValue): [number, number] | null {
  if (!isPythonList(value) || value.length !== 2) return null;
  const count = positiveInteger(value[0]);
  const dims = positiveInteger(value[1]);
  return count === null || (dims !== 2 && dims !== 3) ? null : [count, dims];
}

/** `{0: ['nose', ...]}` (by class; every class has the same points) or a plain list. */
function keypointNames(value: PythonValue): string[] | null {
  const list: PythonValue | undefined = isPythonDict(value) ? value.get(0) : value;
  return isPythonList(list) && list.length > 0 ? list.map(asText) : null;
}
