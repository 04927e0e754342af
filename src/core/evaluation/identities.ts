/** Identities that do not come from folders: a CSV file or a pattern over the paths. */
import { fail, ok, SPLITS, type Result, type Split } from '../types';

export { SPLITS, type Split };

export interface IdentityEntry {
  readonly identity: string | null;
  readonly split: Split | null;
}

export interface IdentityError {
  /** Line of the file, from 1; null when the whole file is meant. */
  readonly line: number | null;
  readonly message: string;
}

/**
 * Reads `path,identity[,split]` (RFC 4180: quotes, doubled quotes, CRLF; a BOM is skipped). A first line with these
 * names is a header. Paths are relative to the folder, `/` between parts (`\` is taken for it). An empty identity
 * means no label. A path may be named once.
 */
export function parseIdentitiesCsv(
  text: string,
): Result<ReadonlyMap<string, IdentityEntry>, IdentityError> {
  const records = readCsv(text.replace(/^\uFEFF/, ''));
  if (!records.ok) return records;
  const entries = new Map<string, IdentityEntry>();
  for (const [index, { line, fields }] of records.value.entries()) {
    if (index === 0 && fields[0]?.trim() === 'path' && fields[1]?.trim() === 'identity') continue;
    if (fields.length === 1 && fields[0] === '') continue;
    if (fields.length < 2 || fields.length > 3) {
      return fail({
        line,
        message: `line ${line}: expected path,identity[,split], found ${fields.length} field(s)`,
      });
    }
    const path = (fields[0] ?? '').replaceAll('\\', '/').replace(/^\.\//, '');
    const identity = (fields[1] ?? '').trim();
    const word = (fields[2] ?? '').trim();
    const split = SPLITS.find((name) => name === word) ?? null;
    if (path === '') return fail({ line, message: `line ${line}: the path is empty` });
    if (word !== '' && split === null) {
      return fail({
        line,
        message: `line ${line}: split "${word}" is none of ${SPLITS.join(', ')}`,
      });
    }
    if (entries.has(path)) return fail({ line, message: `line ${line}: ${path} is named twice` });
    entries.set(path, { identity: identity === '' ? null : identity, split });
  }
  if (entries.size === 0) return fail({ line: null, message: 'the file names no photo' });
  return ok(entries);
}

/** Makes a reader of identities from a regular expression with a named group `identity`. */
export function identityPattern(
  source: string,
): Result<(path: string) => string | null, IdentityError> {
  if (!/\(\?<identity>/.test(source)) {
    return fail({
      line: null,
      message: 'the pattern needs a group named identity, as in (?<identity>[^_]+)_',
    });
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, 'u');
  } catch (error) {
    return fail({
      line: null,
      message: `the pattern is not a regular expression: ${String(error)}`,
    });
  }
  return ok((path) => {
    const found = pattern.exec(path)?.groups?.identity;
    return found === undefined || found === '' ? null : found;
  });
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

function readCsv(text: string): Result<CsvRecord[], IdentityError> {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let line = 1;
  let start = 1;
  const endRecord = (): void => {
    fields.push(field);
    records.push({ line: start, fields });
    fields = [];
    field = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c === '\n') line++;
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i]!;
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === ',') {
      fields.push(field);
      field = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++;
      endRecord();
      line++;
      start = line;
    } else field += c;
  }
  if (quoted) return fail({ line: start, message: `line ${start}: a quote is not closed` });
  if (field !== '' || fields.length > 0) endRecord();
  return ok(records);
}
