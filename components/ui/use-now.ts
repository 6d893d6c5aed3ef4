'use client';

import { useEffect, useState } from 'react';

/** The time in ms since the epoch, moving every `stepMs` while `active`; 0 until the page runs in the browser. */
export function useNow(stepMs = 1000, active = true): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    setNow(Date.now());
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs, active]);
  return now;
}
