'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { AddressFollower } from './address-follower';

/** So long after the last letter it is written; each write draws everything that looks at the address again. */
export const typingMs = 300;

/**
 * State whose copy stands in the address. It changes here at once and there after `afterMs`, or before the reader clicks
 * or leaves. `inAddress` is what the address holds, `write` puts a value into it; writing does not load anything.
 */
export function useAddressState(
  inAddress: string,
  write: (url: URL, value: string) => void,
  afterMs = 0,
): readonly [string, (value: string) => void] {
  const [value, setValue] = useState(inAddress);
  const [follower] = useState(() => new AddressFollower(inAddress));
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const writer = useRef(write);
  useEffect(() => {
    writer.current = write;
  }, [write]);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const next = follower.take();
    if (next === null) return;
    const url = new URL(window.location.href);
    writer.current(url, next);
    window.history.replaceState(null, '', url);
  }, [follower]);

  useEffect(() => {
    if (!follower.arrives(inAddress)) return;
    clearTimeout(timer.current);
    setValue(inAddress);
  }, [follower, inAddress]);

  useEffect(() => {
    if (afterMs === 0) return;
    window.addEventListener('pointerdown', flush, true);
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pointerdown', flush, true);
      window.removeEventListener('pagehide', flush);
      clearTimeout(timer.current);
    };
  }, [flush, afterMs]);

  const set = useCallback(
    (next: string) => {
      setValue(next);
      follower.change(next);
      clearTimeout(timer.current);
      if (afterMs === 0) flush();
      else timer.current = setTimeout(flush, afterMs);
    },
    [follower, flush, afterMs],
  );
  return [value, set];
}
