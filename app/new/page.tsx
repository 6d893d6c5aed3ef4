import type { Metadata } from 'next';
import { Suspense } from 'react';
import { NewPrefix } from '@/components/new/new-prefix';

export const metadata: Metadata = { title: 'New prefix' };

export default function NewPrefixPage() {
  return (
    <Suspense>
      <NewPrefix />
    </Suspense>
  );
}
