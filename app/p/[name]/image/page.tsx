import { Suspense } from 'react';
import { ImageView } from '@/components/image/image-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <ImageView name={name} />
    </Suspense>
  );
}
