import type { RowSource } from '../../state/model';

/** First row of every path: the dog that carries the folder's name. */
export function rowsOfPaths(rows: readonly RowSource[]): ReadonlyMap<string, number> {
  const byPath = new Map<string, number>();
  rows.forEach(({ path }, row) => {
    if (!byPath.has(path)) byPath.set(path, row);
  });
  return byPath;
}
