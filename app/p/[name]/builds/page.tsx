import { Suspense } from 'react';
import { PrefixBuilds } from '@/components/builds/prefix-builds';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const name = decodeURIComponent((await params).name);
  return (
    <Suspense>
      <PrefixBuilds name={name} />
    </Suspense>
  );
}
