import { Suspense } from 'react';
import { ChecksView } from '@/components/checks/checks-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <ChecksView name={name} />
    </Suspense>
  );
}
