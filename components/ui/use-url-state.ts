'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** One value of the address's query; writing it does not load anything. The default is not written. */
export function useUrlState(key: string, fallback = ''): readonly [string, (value: string) => void] {
  const query = useSearchParams();
  const value = query.get(key) ?? fallback;
  const set = useCallback(
    (next: string) => {
      const url = new URL(window.location.href);
      if (next === fallback) url.searchParams.delete(key);
      else url.searchParams.set(key, next);
      window.history.replaceState(null, '', url);
    },
    [key, fallback],
  );
  return [value, set];
}
