import { Boxes, Hammer, LifeBuoy, type LucideIcon, PackageSearch, Server } from 'lucide-react';

export interface ShellSection {
  readonly href: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** second key of the `g …` shortcut */
  readonly key: string;
  /** path prefixes that belong to it */
  readonly owns: readonly string[];
}

/** The five places of the rail. */
export const shellSections: readonly ShellSection[] = [
  { href: '/', label: 'Prefixes', icon: Boxes, key: 'h', owns: ['/p/', '/new'] },
  { href: '/packages', label: 'Packages', icon: PackageSearch, key: 'p', owns: ['/packages', '/trees'] },
  { href: '/builds', label: 'Builds', icon: Hammer, key: 'b', owns: ['/builds'] },
  { href: '/runner', label: 'Runner', icon: Server, key: 'r', owns: ['/runner'] },
  { href: '/help', label: 'Help', icon: LifeBuoy, key: 'e', owns: ['/help'] },
];

/** The section a path belongs to. */
export function sectionOf(pathname: string): ShellSection | undefined {
  return shellSections.find(
    (section) => section.href === pathname || section.owns.some((prefix) => pathname.startsWith(prefix)),
  );
}
