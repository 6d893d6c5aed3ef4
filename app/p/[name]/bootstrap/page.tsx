import { Suspense } from 'react';
import { BootstrapView } from '@/components/bootstrap/bootstrap-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <BootstrapView name={name} />
    </Suspense>
  );
}
