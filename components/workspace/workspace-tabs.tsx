import Link from 'next/link';
import { useRef } from 'react';
import { viewsOfWorkspace, workspaceHref } from '@/components/shell/views';
import { useInSight } from '@/components/ui/use-in-sight';

/** The views of a prefix in a row, which on a phone is wider than the screen: the one that is shown is in sight. */
export function WorkspaceTabs({ name, segment }: { name: string; segment: string }) {
  const row = useRef<HTMLElement>(null);
  useInSight(row, '[aria-current="page"]', segment);
  return (
    <nav ref={row} aria-label="Views of this prefix" className="-mx-1 mt-2 overflow-x-auto">
      <ul className="flex">
        {viewsOfWorkspace.map((view) => {
          const active = view.segment === segment;
          const Icon = view.icon;
          return (
            <li key={view.segment}>
              <Link
                href={workspaceHref(name, view.segment)}
                aria-current={active ? 'page' : undefined}
                className={`flex items-center gap-1.5 border-b-2 px-2.5 py-2 text-sm whitespace-nowrap ${
                  active ? 'border-link font-medium text-link-ink' : 'border-transparent text-muted hover:text-link-ink'
                }`}
              >
                <Icon aria-hidden className="size-3.5" />
                {view.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
