import type { WireReader } from './wire';

/** StringStringEntryProto. */
export function readEntry(reader: WireReader): { key: string; value: string } {
  let key = '';
  let value = '';
  for (let field = reader.next(); field !== null; field = reader.next()) {
    if (field.number === 1 && field.wire === 'bytes') key = reader.text(field);
    if (field.number === 2 && field.wire === 'bytes') value = reader.text(field);
  }
  return { key, value };
}
