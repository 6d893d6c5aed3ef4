'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Mark } from './mark';
import { RunnerState } from './runner-state';
import { sectionOf, shellSections } from './sections';
import { ThemeSwitch } from './theme-switch';

/** The left rail on wide screens, a bar at the bottom on narrow ones. */
export function Rail() {
  const current = sectionOf(usePathname());
  return (
    <nav
      aria-label="Sections"
      className="z-30 flex border-line bg-surface max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:border-t md:sticky md:top-0 md:h-dvh md:w-19 md:flex-col md:border-r"
    >
      <Link href="/" aria-label="Prefix Studio, home" className="hidden justify-center py-3.5 md:flex">
        <Mark />
      </Link>
      <ul className="flex flex-1 max-md:justify-around md:flex-col md:gap-0.5 md:px-1.5">
        {shellSections.map((section) => {
          const active = section === current;
          const Icon = section.icon;
          return (
            <li key={section.href}>
              <Link
                href={section.href}
                aria-current={active ? 'page' : undefined}
                className={`flex flex-col items-center gap-0.5 rounded-md px-2 py-1.5 text-xs transition-colors duration-100 max-md:min-w-15 ${
                  active
                    ? 'bg-link-tint font-medium text-link-ink'
                    : 'text-muted hover:bg-link-tint/60 hover:text-link-ink'
                }`}
              >
                <Icon aria-hidden className="size-[1.15rem]" strokeWidth={active ? 2 : 1.7} />
                {section.label}
              </Link>
            </li>
          );
        })}
      </ul>
      <div className="hidden flex-col items-center gap-2 px-1.5 pb-3 md:flex">
        <RunnerState />
        <ThemeSwitch />
      </div>
    </nav>
  );
}
