import type { SysextOptions } from '../design/schema';

/** Why a file of final is not packed. */
export interface Drop {
  readonly rule: 'package-manager' | 'development' | 'documentation' | 'outside';
  readonly reason: string;
}

interface Rule extends Drop {
  readonly pattern: RegExp;
}

/** Patterns over the path below EPREFIX, without a leading slash. The first that matches decides. */
const rules: readonly Rule[] = [
  {
    rule: 'package-manager',
    reason: 'records of the package manager',
    pattern: /^(var\/db\/|var\/lib\/portage\/|etc\/portage\/|var\/cache\/|var\/tmp\/|var\/log\/)/,
  },
  { rule: 'development', reason: 'headers', pattern: /^usr\/include\// },
  { rule: 'development', reason: 'static library or libtool file', pattern: /^(usr\/)?lib(32|64)?\/.*\.(a|la)$/ },
  {
    rule: 'development',
    reason: 'file for compilers and build systems',
    pattern: /^usr\/(lib(32|64)?|share)\/(pkgconfig|cmake|aclocal)\//,
  },
  { rule: 'documentation', reason: 'documentation', pattern: /^usr\/share\/(doc|gtk-doc|info)\// },
];

/**
 * Does a file of final go into the image? `path` is absolute inside the root. Null: yes. Only `/usr` and `/opt` are merged
 * by systemd, so everything else stays out. Source: systemd-sysext(8)
 */
export function dropReason(path: string, eprefix: string, keep: SysextOptions['keep']): Drop | null {
  if (!path.startsWith('/usr/') && !path.startsWith('/opt/'))
    return { rule: 'outside', reason: 'systemd merges only /usr and /opt' };
  if (!path.startsWith(`${eprefix}/`)) return null;
  const below = path.slice(eprefix.length + 1);
  const rule = rules.find(({ pattern }) => pattern.test(below));
  if (!rule || (keep as readonly string[]).includes(rule.rule)) return null;
  return { rule: rule.rule, reason: rule.reason };
}
