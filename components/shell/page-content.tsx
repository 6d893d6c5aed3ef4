'use client';

import type { ReactNode } from 'react';
import { useHydrated } from '@/components/ui/use-hydrated';

/**
 * A page, from the moment on when the frame around it lives. Pages stand behind Suspense boundaries, which are taken over
 * later; by then the frame may have loaded what the page shows, and the markup of the server would not fit any more.
 */
export function PageContent({ children }: { children: ReactNode }) {
  return useHydrated() ? children : null;
}
