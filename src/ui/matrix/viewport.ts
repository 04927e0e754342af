/** Which part of the matrix is on screen. All pure. */
export interface Viewport {
  /** First visible column and row, in cells; may be fractional. */
  readonly x: number;
  readonly y: number;
  /** CSS px of one cell. */
  readonly scale: number;
}

export const MAX_CELL = 64;

/** The whole matrix in a square plot of `side` CSS px. */
export const fitted = (n: number, side: number): Viewport => ({ x: 0, y: 0, scale: side / n });

/** Keeps the matrix on the plot: never smaller than fitted, never past its edges. */
export function clamped(view: Viewport, n: number, side: number): Viewport {
  const least = side / n;
  const scale = Math.min(Math.max(view.scale, least), Math.max(least, MAX_CELL));
  const most = Math.max(0, n - side / scale);
  return {
    scale,
    x: Math.min(Math.max(view.x, 0), most),
    y: Math.min(Math.max(view.y, 0), most),
  };
}

/** Zooms by `factor` so that the cell under (px, py) stays under it. */
export function zoomed(
  view: Viewport,
  factor: number,
  [px, py]: readonly [number, number],
  n: number,
  side: number,
): Viewport {
  const { scale } = clamped({ ...view, scale: view.scale * factor }, n, side);
  return clamped(
    {
      scale,
      x: view.x + px / view.scale - px / scale,
      y: view.y + py / view.scale - py / scale,
    },
    n,
    side,
  );
}

/** The cell under a point of the plot, or null outside. */
export function cellAt(
  view: Viewport,
  px: number,
  py: number,
  n: number,
): readonly [number, number] | null {
  const column = Math.floor(view.x + px / view.scale);
  const row = Math.floor(view.y + py / view.scale);
  return row >= 0 && column >= 0 && row < n && column < n ? [row, column] : null;
}

/** Moves the view as little as needed to show a cell. */
export function revealing(
  view: Viewport,
  [row, column]: readonly [number, number],
  n: number,
  side: number,
): Viewport {
  const shown = side / view.scale;
  const axis = (first: number, cell: number): number =>
    cell < first ? cell : cell + 1 > first + shown ? cell + 1 - shown : first;
  return clamped({ ...view, x: axis(view.x, column), y: axis(view.y, row) }, n, side);
}

/**
 * Which labels fit: walks the blocks and keeps one whenever there is `room` px since the last. Blocks whose
 * middle is not on the plot are left out.
 */
export function thinned<T extends { readonly start: number; readonly end: number }>(
  blocks: readonly T[],
  first: number,
  scale: number,
  side: number,
  room: (block: T) => number,
): { readonly block: T; readonly at: number }[] {
  const kept: { block: T; at: number }[] = [];
  let free = -Infinity;
  for (const block of blocks) {
    const from = Math.max(0, (block.start - first) * scale);
    const to = Math.min(side, (block.end - first) * scale);
    if (to <= from) continue;
    const at = (from + to) / 2;
    const half = room(block) / 2;
    if (at - half < free) continue;
    kept.push({ block, at });
    free = at + half;
  }
  return kept;
}
