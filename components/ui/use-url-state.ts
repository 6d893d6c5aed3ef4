'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { typingMs, useAddressState } from './use-address-state';

/** One value of the address's query, for what is chosen: written at once. The default is not written. */
export function useUrlState(key: string, fallback = '', afterMs = 0): readonly [string, (value: string) => void] {
  const query = useSearchParams();
  const write = useCallback(
    (url: URL, next: string) => {
      if (next === fallback) url.searchParams.delete(key);
      else url.searchParams.set(key, next);
    },
    [key, fallback],
  );
  return useAddressState(query.get(key) ?? fallback, write, afterMs);
}

/** The same for what is typed: the field leads, the address follows when the typing pauses. */
export function useUrlText(key: string): readonly [string, (value: string) => void] {
  return useUrlState(key, '', typingMs);
}
