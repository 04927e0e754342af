/** Labels and lines around and over the heatmap. */
import { thinned, type Viewport } from './viewport';

export interface Block {
  readonly identity: string | null;
  readonly start: number;
  readonly end: number;
}

interface Frame {
  readonly view: Viewport;
  readonly n: number;
  readonly side: number;
  /** Room for labels, CSS px. */
  readonly left: number;
  readonly top: number;
  readonly blocks: readonly Block[];
  readonly ink: string;
  readonly quiet: string;
  readonly font: string;
}

const LABEL = 12;

export function drawFrame(context: CanvasRenderingContext2D, frame: Frame): void {
  const { view, side, left, top, blocks, ink, quiet, font } = frame;
  context.font = `500 ${LABEL}px ${font}`;
  context.fillStyle = quiet;
  const name = ({ identity }: Block): string => identity ?? 'no label';

  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { block, at } of thinned(blocks, view.y, view.scale, side, () => LABEL + 3)) {
    context.fillText(shortened(context, name(block), left - 14), left - 8, top + at);
  }
  context.textAlign = 'center';
  const width = (block: Block): number => Math.min(context.measureText(name(block)).width, 96) + 10;
  for (const { block, at } of thinned(blocks, view.x, view.scale, side, width)) {
    const text = shortened(context, name(block), 96);
    const half = context.measureText(text).width / 2;
    context.fillText(text, left + Math.min(at, side - half), top - 11);
  }

  // The squares on the diagonal are the pairs of one dog: outlined, so that colour is not the only sign.
  context.save();
  context.beginPath();
  context.rect(left, top, side, side);
  context.clip();
  context.strokeStyle = ink;
  context.lineWidth = 1.25;
  for (const { identity, start, end } of blocks) {
    const size = (end - start) * view.scale;
    if (identity === null || size < 5) continue;
    context.strokeRect(
      left + (start - view.x) * view.scale,
      top + (start - view.y) * view.scale,
      size,
      size,
    );
  }
  context.restore();
}

function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}
