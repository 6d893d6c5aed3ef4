import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Workspace } from '@/components/workspace/workspace';

interface Props {
  readonly params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function PrefixLayout({ params, children }: Props & { children: ReactNode }) {
  return <Workspace name={decodeURIComponent((await params).name)}>{children}</Workspace>;
}
