import type { ComponentProps } from 'react';

/** A named region that scrolls by itself and can be reached with the keyboard to do so. */
export function ScrollRegion({ label, ...rest }: ComponentProps<'section'> & { label: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
  return <section tabIndex={0} aria-label={label} {...rest} />;
}
