'use client';

import { Problem } from '@/components/data/problem';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="px-3 py-5 md:px-6">
      <Problem error={error} what="This page has a fault of its own" again={reset} />
    </div>
  );
}
