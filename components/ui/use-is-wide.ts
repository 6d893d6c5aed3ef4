'use client';

import { useSyncExternalStore } from 'react';

/** Where the navigation is a rail at the side, not a bar at the bottom: `md` of Tailwind. */
const wide = '(min-width: 48rem)';

function subscribe(changed: () => void): () => void {
  const list = window.matchMedia(wide);
  list.addEventListener('change', changed);
  return () => list.removeEventListener('change', changed);
}

/** Is there more room than on a phone? The server does not know, and says yes. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(wide).matches,
    () => true,
  );
}
