import { Suspense } from 'react';
import { DesignView } from '@/components/design/design-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <DesignView name={name} />
    </Suspense>
  );
}
