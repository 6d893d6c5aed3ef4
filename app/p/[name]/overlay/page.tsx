import { Suspense } from 'react';
import { OverlayView } from '@/components/overlay/overlay-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <OverlayView name={name} />
    </Suspense>
  );
}
