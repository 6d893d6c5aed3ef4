import type { Metadata } from 'next';
import { Suspense } from 'react';
import { BuildView } from '@/components/builds/build-view';

export const metadata: Metadata = { title: 'Build' };

export default async function BuildPage({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  return (
    <Suspense>
      <BuildView id={id} />
    </Suspense>
  );
}
