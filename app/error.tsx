'use client';

import { Problem } from '@/components/data/problem';

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="px-3 py-5 md:px-6">
      <Problem error={error} what="Something is wrong with this page" again={reset} />
    </div>
  );
}
