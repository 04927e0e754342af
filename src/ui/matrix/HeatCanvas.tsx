/** The canvas and everything that moves on it: zoom, pan, hover, keyboard. */
import { Maximize, Minus, Plus } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { Button } from '../shared/Button';
import { useSize } from '../shared/useSize';
import { paintCalls } from './calls';
import { drawFrame, type Block } from './frame';
import { paintHeat } from './heat';
import styles from './Matrix.module.css';
import type { Rgb } from './palette';
import { cellAt, clamped, fitted, revealing, zoomed, type Viewport } from './viewport';

type Cell = readonly [number, number];

interface HeatCanvasProps {
  readonly similarity: Float32Array;
  readonly order: Int32Array;
  readonly blocks: readonly Block[];
  readonly domain: readonly [number, number];
  readonly colours: readonly Rgb[];
  readonly wordsOf: (colours: readonly Rgb[]) => Uint32Array;
  readonly theme: 'light' | 'dark';
  /** Paints what a threshold says instead of the similarity. */
  readonly calls: { readonly dogOf: Int32Array; readonly threshold: number } | null;
  readonly cursor: Cell | null;
  readonly onCursor: (cell: Cell | null) => void;
  readonly onOpen: (cell: Cell) => void;
  readonly describe: (cell: Cell) => string;
}

/** Farther than this is a drag, CSS px. */
const DRAG = 4;

export function HeatCanvas(props: HeatCanvasProps) {
  const { similarity, order, blocks, domain, colours, wordsOf, theme, calls, cursor, onCursor } =
    props;
  const n = order.length;
  const { ref: boxRef, width, height } = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const gutter = width < 520 ? { left: 64, top: 22 } : { left: 112, top: 24 };
  const side = Math.max(0, Math.floor(Math.min(width - gutter.left, height - gutter.top)));
  const [asked, setView] = useState<Viewport | null>(null);
  const view = useMemo(
    () => (side === 0 ? fitted(n, 1) : clamped(asked ?? fitted(n, side), n, side)),
    [asked, n, side],
  );
  const pixels = useMemo(() => wordsOf(colours), [colours, wordsOf]);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || side === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const device = Math.round(side * ratio);
    const image = context.createImageData(device, device);
    const styleOf = getComputedStyle(document.documentElement);
    const out = new Uint32Array(image.data.buffer);
    const cells = { similarity, n, order, diagonal: theme === 'light' ? 0xffa9afae : 0xff57514c };
    if (calls === null) {
      paintHeat(out, device, device / side, view, { ...cells, domain, colours: pixels });
    } else paintCalls(out, device, device / side, view, { ...cells, ...calls, theme });
    context.canvas.width = Math.round((side + gutter.left) * ratio);
    context.canvas.height = Math.round((side + gutter.top) * ratio);
    context.putImageData(image, Math.round(gutter.left * ratio), Math.round(gutter.top * ratio));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawFrame(context, {
      view,
      n,
      side,
      left: gutter.left,
      top: gutter.top,
      blocks,
      ink: styleOf.getPropertyValue('--ink'),
      quiet: styleOf.getPropertyValue('--ink-2'),
      font: styleOf.getPropertyValue('--font'),
    });
  }, [
    similarity,
    order,
    blocks,
    domain,
    pixels,
    theme,
    calls,
    view,
    n,
    side,
    gutter.left,
    gutter.top,
  ]);

  const zoom = useCallback(
    (factor: number, at: readonly [number, number]) => setView(zoomed(view, factor, at, n, side)),
    [view, n, side],
  );
  // React listens passively to wheels; zooming must keep the page from scrolling.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element?.getBoundingClientRect();
      if (box === undefined) return;
      zoom(Math.exp(-event.deltaY * 0.002), [
        event.clientX - box.left - gutter.left,
        event.clientY - box.top - gutter.top,
      ]);
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [zoom, gutter.left, gutter.top]);

  const drag = useRef<{ x: number; y: number; view: Viewport; moved: boolean } | null>(null);
  const cellOf = (event: PointerEvent): Cell | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left - gutter.left, event.clientY - box.top - gutter.top];
    return px < 0 || py < 0 || px >= side || py >= side ? null : cellAt(view, px, py, n);
  };
  const onPointerDown = (event: PointerEvent): void => {
    drag.current = { x: event.clientX, y: event.clientY, view, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const held = drag.current;
    if (held === null) {
      onCursor(cellOf(event));
      return;
    }
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < DRAG) return;
    held.moved = true;
    const { scale, x, y } = held.view;
    setView(clamped({ scale, x: x - dx / scale, y: y - dy / scale }, n, side));
  };
  const onPointerUp = (event: PointerEvent): void => {
    const held = drag.current;
    drag.current = null;
    if (held === null || held.moved) return;
    const cell = cellOf(event);
    onCursor(cell);
    // A finger has no hover: its first touch shows the pair, the button beside it opens it.
    if (cell !== null && event.pointerType === 'mouse') props.onOpen(cell);
  };

  const goTo = (cell: Cell): void => {
    onCursor(cell);
    setView(revealing(view, cell, n, side));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = cursor ?? [0, Math.min(1, n - 1)];
    const next = moved(event, at, n, blocks);
    if (next !== null) goTo(cursor === null ? at : next);
    else if (event.key === 'Enter' && cursor !== null) props.onOpen(cursor);
    else if (event.key === '+' || event.key === '=') zoom(1.5, [side / 2, side / 2]);
    else if (event.key === '-') zoom(1 / 1.5, [side / 2, side / 2]);
    else if (event.key === '0') setView(null);
    else return;
    event.preventDefault();
  };

  return (
    <div className={styles.canvasBox} ref={boxRef}>
      <div
        className={styles.canvasHold}
        style={{ width: side + gutter.left, height: side + gutter.top }}
      >
        {/* A heatmap that is steered with the arrow keys; its words are in the panel beside it. */}
        {/* eslint-disable jsx-a11y/no-interactive-element-to-noninteractive-role -- a canvas has no role of its own */}
        <canvas
          ref={canvas}
          className={styles.canvas}
          role="application"
          tabIndex={0}
          aria-label={`Similarity matrix of ${n} rows. Arrow keys choose a pair, Shift jumps by dog, Enter opens it, plus and minus zoom, 0 shows all.`}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerLeave={() => drag.current === null && onCursor(null)}
          onKeyDown={onKeyDown}
        />
        {/* eslint-enable jsx-a11y/no-interactive-element-to-noninteractive-role */}
        {cursor !== null && (
          <Crosshair cursor={cursor} view={view} side={side} left={gutter.left} top={gutter.top} />
        )}
      </div>
      <div className={styles.zoom}>
        <Button iconOnly aria-label="Zoom in" onClick={() => zoom(1.6, [side / 2, side / 2])}>
          <Plus aria-hidden="true" />
        </Button>
        <Button iconOnly aria-label="Zoom out" onClick={() => zoom(1 / 1.6, [side / 2, side / 2])}>
          <Minus aria-hidden="true" />
        </Button>
        <Button iconOnly aria-label="Show all" onClick={() => setView(null)}>
          <Maximize aria-hidden="true" />
        </Button>
      </div>
    </div>
  );
}

/** Where an arrow key leads, or null for other keys. */
function moved(
  { key, shiftKey }: KeyboardEvent,
  [row, column]: Cell,
  n: number,
  blocks: readonly Block[],
): Cell | null {
  const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (by === undefined) return null;
  const step = (at: number, way: number): number => {
    if (way === 0) return at;
    if (!shiftKey) return Math.max(0, Math.min(n - 1, at + way));
    const starts = blocks.map(({ start }) => start);
    const next =
      way > 0 ? starts.find((start) => start > at) : starts.findLast((start) => start < at);
    return next ?? at;
  };
  return [step(row, by[0]!), step(column, by[1]!)];
}

function Crosshair(props: {
  cursor: Cell;
  view: Viewport;
  side: number;
  left: number;
  top: number;
}) {
  const { cursor, view, side, left, top } = props;
  const size = Math.max(view.scale, 3);
  const x = (cursor[1] - view.x) * view.scale;
  const y = (cursor[0] - view.y) * view.scale;
  if (x < -size || y < -size || x > side || y > side) return null;
  return (
    <div
      className={styles.cross}
      style={{ left, top, width: side, height: side }}
      aria-hidden="true"
    >
      <i style={{ left: 0, top: y, width: side, height: size }} />
      <i style={{ left: x, top: 0, width: size, height: side }} />
      <b style={{ left: x, top: y, width: size, height: size }} />
    </div>
  );
}
