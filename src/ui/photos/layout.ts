/** Turns groups of photos into rows of a virtual list. Pure, so that it can be tested without a page. */
import type { IgnoredEntry } from '../../core/results/schema';
import type { PhotoEntry } from '../../state/model';

export type Row =
  | {
      readonly kind: 'group';
      readonly name: string;
      readonly note: string;
    }
  | { readonly kind: 'cells'; readonly entries: readonly PhotoEntry[] }
  | { readonly kind: 'trouble'; readonly entries: readonly PhotoEntry[]; readonly columns: number }
  | { readonly kind: 'more'; readonly hidden: number }
  | { readonly kind: 'ignored'; readonly entry: IgnoredEntry };

export interface Group {
  readonly identity: string | null;
  readonly entries: readonly PhotoEntry[];
}

export const CELL_GAP = 12;
/** Name and badges below a photo. */
const CAPTION = 52;

export interface Grid {
  readonly columns: number;
  readonly cellWidth: number;
  readonly pictureHeight: number;
  readonly troubleColumns: number;
}

/** Columns that fill `width` CSS px with cells of about 200 px (about 160 on a phone). */
export function gridOf(width: number): Grid {
  const wanted = width < 600 ? 150 : 196;
  const columns = Math.max(1, Math.floor((width + CELL_GAP) / (wanted + CELL_GAP)));
  const cellWidth = Math.floor((width - CELL_GAP * (columns - 1)) / columns);
  return {
    columns,
    cellWidth,
    pictureHeight: Math.round(cellWidth * 0.75),
    troubleColumns: Math.max(1, Math.floor((width + CELL_GAP) / (300 + CELL_GAP))),
  };
}

/** At most this many rows of photos that were not embedded are shown before the dogs. */
const TROUBLE_ROWS = 2;

/** Photos that were not embedded come first, a few of them; then dog by dog. */
export function photoRows(
  groups: readonly Group[],
  grid: Grid,
  options: { readonly troubleFirst: boolean },
): Row[] {
  const rows: Row[] = [];
  const all = groups.flatMap(({ entries }) => entries);
  const having = (status: string): PhotoEntry[] =>
    all.filter(({ record }) => record.status === status);
  const troubled = [...having('failed'), ...having('no-dog')];
  if (options.troubleFirst && troubled.length > 0) {
    rows.push({
      kind: 'group',
      name: 'Not embedded',
      note: `${troubled.length} of ${all.length} photos`,
    });
    const room = TROUBLE_ROWS * grid.troubleColumns;
    const shown = troubled.length <= room ? troubled : troubled.slice(0, room);
    pushTrouble(rows, shown, grid.troubleColumns);
    if (troubled.length > shown.length) {
      rows.push({ kind: 'more', hidden: troubled.length - shown.length });
    }
  }
  for (const { identity, entries } of groups) {
    const embedded = entries.filter(({ record }) => record.status === 'embedded').length;
    rows.push({
      kind: 'group',
      name: identity ?? 'No label',
      note: `${embedded} of ${entries.length} embedded`,
    });
    for (let at = 0; at < entries.length; at += grid.columns) {
      rows.push({ kind: 'cells', entries: entries.slice(at, at + grid.columns) });
    }
  }
  return rows;
}

/** A list of photos with their reasons in full. */
export function troubleRows(entries: readonly PhotoEntry[]): Row[] {
  const rows: Row[] = [];
  pushTrouble(rows, entries, 1);
  return rows;
}

function pushTrouble(rows: Row[], entries: readonly PhotoEntry[], columns: number): void {
  for (let at = 0; at < entries.length; at += columns) {
    rows.push({
      kind: 'trouble',
      entries: entries.slice(at, at + columns),
      columns,
    });
  }
}

export function rowHeight(row: Row, grid: Grid): number {
  switch (row.kind) {
    case 'group':
      return 52;
    case 'cells':
      return grid.pictureHeight + CAPTION + CELL_GAP;
    case 'trouble':
      return 76;
    case 'more':
      return 44;
    case 'ignored':
      return 40;
  }
}
