'use client';

import { useSyncExternalStore } from 'react';

const never = () => () => {};

/**
 * False on the server and while its markup is taken over, true from then on. What shows already loaded data behind a
 * Suspense boundary waits for it: the boundary is taken over later, when the data may have arrived.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
