import type { Metadata } from 'next';
import { Suspense } from 'react';
import { PackagesView } from '@/components/packages/packages-view';

export const metadata: Metadata = { title: 'Packages' };

export default function Page() {
  return (
    <Suspense>
      <PackagesView />
    </Suspense>
  );
}
