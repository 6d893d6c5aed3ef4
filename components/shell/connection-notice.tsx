'use client';

import { Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useConnection } from '@/components/data/stream';

/** Appears when the stream has been gone for a moment; what is on screen stays, and is said to be old. */
export function ConnectionNotice() {
  const lost = useConnection() === 'lost';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), 1500);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <p className="flex items-center gap-2 border-b border-act/30 bg-act-tint px-4 py-1.5 text-sm text-act-ink md:px-6">
          <Unplug aria-hidden className="size-4 shrink-0" />
          <span>
            No connection to Prefix Studio. What you see is the last known state; it continues by itself when the server
            is back (<code>npm start</code>).
          </span>
        </p>
      )}
    </div>
  );
}
