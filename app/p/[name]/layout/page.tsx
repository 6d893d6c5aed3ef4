import { Suspense } from 'react';
import { LayoutView } from '@/components/tree/layout-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <LayoutView name={name} />
    </Suspense>
  );
}
