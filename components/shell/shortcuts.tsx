'use client';

import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { Dialog } from '@/components/ui/dialog';
import { Kbd } from '@/components/ui/kbd';
import { shellSections } from './sections';
import { useShell } from './shell-store';
import { viewsOfWorkspace, workspaceHref } from './views';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]') !== null;

/** The keys that work everywhere, and the page that lists them. */
export function Shortcuts() {
  const open = useShell((shell) => shell.shortcuts);
  const { setPalette, setShortcuts } = useShell.getState();
  const router = useRouter();
  const pathname = usePathname();
  const leader = useRef<number>(0);
  const prefix = /^\/p\/([^/]+)/.exec(pathname)?.[1];

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette(!useShell.getState().palette);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') {
        event.preventDefault();
        setShortcuts(true);
        return;
      }
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-page-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
        return;
      }
      if (event.key === 'n') {
        router.push('/new');
        return;
      }
      if (event.key === 'g') {
        leader.current = event.timeStamp;
        return;
      }
      if (event.timeStamp - leader.current < 1500) {
        leader.current = 0;
        const section = shellSections.find((known) => known.key === event.key);
        if (section) router.push(section.href);
        const view = prefix && viewsOfWorkspace[Number(event.key) - 1];
        if (view) router.push(workspaceHref(decodeURIComponent(prefix), view.segment));
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [router, prefix, setPalette, setShortcuts]);

  const rows: readonly (readonly [keys: readonly string[], what: string])[] = [
    [['Ctrl', 'K'], 'go to anything, or do it'],
    [['n'], 'new prefix'],
    [['/'], 'search on this page'],
    [['?'], 'this list'],
    ...shellSections.map((section) => [['g', section.key], section.label] as const),
    ...viewsOfWorkspace.map((view, index) => [['g', String(index + 1)], `${view.label} of the open prefix`] as const),
    [['Ctrl', 'S'], 'save the design (in Design)'],
    [['f'], 'follow the log (in a build)'],
    [['↑ ↓ ← →'], 'move in trees, graphs and tables; ← and → fold and unfold'],
  ];
  return (
    <Dialog
      open={open}
      onOpenChange={setShortcuts}
      title="Keyboard shortcuts"
      description="Keys in a row are pressed one after the other, Ctrl together."
    >
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5 text-sm">
        {rows.map(([keys, what]) => (
          <div key={what} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
