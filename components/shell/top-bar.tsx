'use client';

import { useQuery } from '@tanstack/react-query';
import { ChevronRight, Search } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { queries } from '@/components/data/queries';
import { Kbd } from '@/components/ui/kbd';
import { crumbsOf } from './crumbs';
import { Mark } from './mark';
import { RunnerState } from './runner-state';
import { useShell } from './shell-store';
import { ThemeSwitch } from './theme-switch';

/** Where you are, and the way to anywhere else. */
export function TopBar() {
  const pathname = usePathname();
  const setPalette = useShell((shell) => shell.setPalette);
  const { data: prefixes } = useQuery(queries.prefixes());
  const crumbs = crumbsOf(pathname, prefixes ?? []);
  return (
    <div className="flex h-11 shrink-0 items-center gap-2 border-b bg-surface px-3 md:px-6">
      <Link href="/" aria-label="Prefix Studio, home" className="md:hidden">
        <Mark className="size-6" />
      </Link>
      <nav aria-label="Breadcrumb" className="min-w-0 flex-1">
        <ol className="flex min-w-0 items-center gap-1 text-sm">
          {crumbs.map((crumb, index) => (
            <li
              key={crumb.href}
              className={`flex min-w-0 items-center gap-1 ${index < crumbs.length - 1 ? 'max-sm:hidden' : ''}`}
            >
              {index > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-faint max-sm:hidden" />}
              {index === crumbs.length - 1 ? (
                <span aria-current="page" className="truncate font-medium">
                  {crumb.label}
                </span>
              ) : (
                <Link href={crumb.href} prefetch={false} className="truncate rounded-sm text-link-ink hover:underline">
                  {crumb.label}
                </Link>
              )}
              {crumb.note && <span className="truncate text-xs text-muted max-sm:hidden">{crumb.note}</span>}
            </li>
          ))}
        </ol>
      </nav>
      <button
        type="button"
        onClick={() => setPalette(true)}
        aria-label="Search and commands"
        className="inline-flex h-7 items-center gap-2 rounded-md border border-line-strong/60 bg-surface px-2 text-sm text-muted hover:border-link hover:text-link-ink"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="max-lg:hidden">Go to anything</span>
        <span className="flex gap-0.5 max-sm:hidden">
          <Kbd>Ctrl</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
      <span className="flex items-center md:hidden">
        <RunnerState wide />
        <ThemeSwitch />
      </span>
    </div>
  );
}
