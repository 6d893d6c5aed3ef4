import { Suspense } from 'react';
import { GraphView } from '@/components/graph/graph-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <GraphView name={name} />
    </Suspense>
  );
}
