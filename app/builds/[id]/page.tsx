import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Suspense } from 'react';
import { BuildView } from '@/components/builds/build-view';
import { isKnownRun } from '@/lib/service/page-subjects';

export const metadata: Metadata = { title: 'Build' };

export default async function BuildPage({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id);
  if (!(await isKnownRun(id))) notFound();
  return (
    <Suspense>
      <BuildView id={id} />
    </Suspense>
  );
}
