/** One entry of `[…]` behind an atom. Source: PMS 8.3.4. */
export interface UseDep {
  readonly flag: string;
  /** `flag`, `-flag`, `flag=`, `!flag=`, `flag?`, `!flag?` */
  readonly kind: 'enabled' | 'disabled' | 'equal' | 'inverse-equal' | 'if-enabled' | 'if-disabled';
  /** what holds when the candidate does not have the flag: `(+)` enabled, `(-)` disabled, null: no match */
  readonly default: '+' | '-' | null;
}

const pattern = /^([!-]?)([A-Za-z0-9][A-Za-z0-9+_@-]*)(?:\(([+-])\))?([?=]?)$/;

const kinds: Readonly<Record<string, UseDep['kind']>> = {
  '': 'enabled',
  '-': 'disabled',
  '=': 'equal',
  '!=': 'inverse-equal',
  '?': 'if-enabled',
  '!?': 'if-disabled',
};

const flagPattern = /^[A-Za-z0-9][A-Za-z0-9+_@-]*$/;

/** Source: PMS 3.1.4. */
export function isUseFlag(text: string): boolean {
  return flagPattern.test(text);
}

/** One entry, or null when it is none. */
export function tryParseUseDep(text: string): UseDep | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, prefix = '', flag = '', fallback, suffix = ''] = match;
  const kind = kinds[prefix + suffix];
  if (kind === undefined) return null;
  return { flag, kind, default: fallback === undefined ? null : (fallback as '+' | '-') };
}

const known = new Map<string, readonly UseDep[] | null>();

/**
 * The entries between the brackets, or null when one is wrong or a flag has two different defaults.
 * Equal text gives the same list.
 */
export function tryParseUseDeps(inner: string): readonly UseDep[] | null {
  const cached = known.get(inner);
  if (cached !== undefined) return cached;
  const useDeps: UseDep[] = [];
  let result: readonly UseDep[] | null = useDeps;
  for (const text of inner.split(',')) {
    const useDep = tryParseUseDep(text);
    if (
      useDep === null ||
      useDeps.some(({ flag, default: other }) => flag === useDep.flag && other !== useDep.default)
    ) {
      result = null;
      break;
    }
    useDeps.push(useDep);
  }
  if (known.size >= 20_000) known.clear();
  known.set(inner, result);
  return result;
}

/** As in an ebuild, `!doc(+)=`. */
export function formatUseDep({ flag, kind, default: fallback }: UseDep): string {
  const name = fallback === null ? flag : `${flag}(${fallback})`;
  switch (kind) {
    case 'enabled':
      return name;
    case 'disabled':
      return `-${name}`;
    case 'equal':
      return `${name}=`;
    case 'inverse-equal':
      return `!${name}=`;
    case 'if-enabled':
      return `${name}?`;
    case 'if-disabled':
      return `!${name}?`;
  }
}

/** Does the entry depend on the flags of the package that has the dependency? */
export function isConditional({ kind }: UseDep): boolean {
  return kind !== 'enabled' && kind !== 'disabled';
}

/** The entry as it is for a parent with or without the flag; null when it then asks for nothing. Source: PMS 8.3.4. */
export function evaluateUseDep(useDep: UseDep, enabledInParent: boolean): UseDep | null {
  switch (useDep.kind) {
    case 'enabled':
    case 'disabled':
      return useDep;
    case 'equal':
      return { ...useDep, kind: enabledInParent ? 'enabled' : 'disabled' };
    case 'inverse-equal':
      return { ...useDep, kind: enabledInParent ? 'disabled' : 'enabled' };
    case 'if-enabled':
      return enabledInParent ? { ...useDep, kind: 'enabled' } : null;
    case 'if-disabled':
      return enabledInParent ? null : { ...useDep, kind: 'disabled' };
  }
}
