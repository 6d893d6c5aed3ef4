import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { TreePage } from '@/components/packages/tree-page';
import { isKnownTree } from '@/lib/service/page-subjects';

interface Props {
  readonly params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function Page({ params }: Props) {
  const name = decodeURIComponent((await params).name);
  if (!isKnownTree(name)) notFound();
  return <TreePage name={name} />;
}
