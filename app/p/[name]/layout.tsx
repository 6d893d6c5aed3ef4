import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { Workspace } from '@/components/workspace/workspace';
import { isKnownPrefix } from '@/lib/service/page-subjects';

interface Props {
  readonly params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function PrefixLayout({ params, children }: Props & { children: ReactNode }) {
  const name = decodeURIComponent((await params).name);
  if (!(await isKnownPrefix(name))) notFound();
  return <Workspace name={name}>{children}</Workspace>;
}
