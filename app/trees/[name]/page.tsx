import { TreePage } from '@/components/trees/tree-page';

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  return <TreePage name={decodeURIComponent((await params).name)} />;
}
