import { Suspense } from 'react';
import { FilesView } from '@/components/files/files-view';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <FilesView name={name} />
    </Suspense>
  );
}
