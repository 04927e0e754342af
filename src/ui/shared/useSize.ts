import { useCallback, useRef, useState, type RefObject } from 'react';

/** Size of an element in CSS px, kept up to date; zeros until it is on the page. Give `ref` to the element. */
export function useSize<T extends HTMLElement>(): {
  readonly ref: (element: T | null) => (() => void) | undefined;
  readonly element: RefObject<T | null>;
  readonly width: number;
  readonly height: number;
} {
  const element = useRef<T | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const ref = useCallback((next: T | null) => {
    element.current = next;
    if (next === null) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = next;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(next);
    measure();
    return () => observer.disconnect();
  }, []);
  return { ref, element, ...size };
}
