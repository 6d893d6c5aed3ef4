import type { Metadata } from 'next';
import { Suspense } from 'react';
import { RunnerView } from '@/components/runner/runner-view';

export const metadata: Metadata = { title: 'Runner' };

export default function Page() {
  return (
    <Suspense>
      <RunnerView />
    </Suspense>
  );
}
