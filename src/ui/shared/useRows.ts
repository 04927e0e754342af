import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, type RefObject } from 'react';

/** A virtual list of `count` rows inside `element`; only what is near the screen is in the document. */
export function useRows(
  element: RefObject<HTMLDivElement | null>,
  count: number,
  heightOf: (index: number) => number,
): Virtualizer<HTMLDivElement, Element> {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => element.current,
    estimateSize: heightOf,
    overscan: 4,
    paddingStart: 4,
    paddingEnd: 32,
  });
  // Heights are computed, not measured: they are asked for again whenever they may have changed.
  useEffect(() => virtual.measure(), [virtual, heightOf]);
  return virtual;
}
