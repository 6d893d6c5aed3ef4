import { type RefObject, useEffect } from 'react';

/** Scrolls a row that is wider than the screen so that the chosen one of its parts (`selector`) is in sight, and nothing else. */
export function useInSight(row: RefObject<HTMLElement | null>, selector: string, chosen: string): void {
  useEffect(() => {
    const part = row.current?.querySelector(selector);
    if (!row.current || !part) return;
    const [outer, inner] = [row.current.getBoundingClientRect(), part.getBoundingClientRect()];
    // `scrollIntoView` would move the page, too
    row.current.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }, [row, selector, chosen]);
}
