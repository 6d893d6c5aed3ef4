'use client';

import { useEffect, useRef, useState } from 'react';
import type { ArrangeInput, Arrangement } from './arrange';

/** The layout of a graph, made in a worker so that the page never waits for it; the last one stays until the next is there. */
export function useArrangement(input: ArrangeInput): Arrangement | null {
  const [arrangement, setArrangement] = useState<Arrangement | null>(null);
  const worker = useRef<Worker | null>(null);
  const ticket = useRef(0);
  useEffect(() => {
    const started = new Worker(new URL('./arrange.worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = (event: MessageEvent<{ ticket: number; arrangement: Arrangement }>) => {
      if (event.data.ticket === ticket.current) setArrangement(event.data.arrangement);
    };
    worker.current = started;
    return () => started.terminate();
  }, []);
  useEffect(() => {
    ticket.current++;
    worker.current?.postMessage({ ticket: ticket.current, input });
  }, [input]);
  return arrangement;
}
