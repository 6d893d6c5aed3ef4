import { workspaceHref } from '@/components/shell/views';
import type { FileRoot } from '@/lib/api/wire';

/** Where the package that owns a file is shown; what is packed comes from final. */
export const ownerHref = (name: string, root: FileRoot, owner: string): string =>
  `${workspaceHref(name, 'graph')}?${new URLSearchParams({ node: `${root === 'staging' ? root : 'final'}|${owner}` })}`;
