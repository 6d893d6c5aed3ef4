/** One package line of `emerge --pretend --verbose`. */
export interface PretendedPackage {
  readonly kind: 'ebuild' | 'binary';
  /** `category/PN-PVR` */
  readonly cpv: string;
  /** null: `0`, which emerge leaves out */
  readonly slot: string | null;
  readonly repository: string | null;
  /** EROOT it would be merged to, without trailing slash; null: `/` */
  readonly eroot: string | null;
  /** flags that the line shows, expanded ones by their full name (`python_targets_python3_12`) */
  readonly use: ReadonlyMap<string, boolean>;
}

const packageLine = /^\[(ebuild|binary)\s[^\]]*\]\s+(\S+)(.*)$/;

/**
 * Reads the merge list out of emerge's output. Lines it does not know are left alone. Source: emerge(1), "OUTPUT"; the
 * name is followed by `:slot`, `::repository`, `[old versions]`, `to EROOT` and `VARIABLE="flags"` groups.
 */
export function parsePretend(output: string): readonly PretendedPackage[] {
  return output.split('\n').flatMap((line) => {
    const match = packageLine.exec(line.trim());
    if (!match) return [];
    const [, kind, name = '', rest = ''] = match;
    const named = /^([^:]+?)(?::([^:]+))?(?:::([A-Za-z0-9_-]+))?$/.exec(name);
    if (!named) return [];
    const [, cpv = '', slot, repository] = named;
    return [
      {
        kind: kind === 'binary' ? 'binary' : 'ebuild',
        // a binary package's build id stands behind its revision
        cpv: kind === 'binary' ? cpv.replace(/(-r\d+)-\d+$/, '$1') : cpv,
        slot: slot ?? null,
        repository: repository ?? null,
        eroot: /\sto\s(\/\S*)/.exec(rest)?.[1]?.replace(/(?<!\/)\/+$/, '') ?? null,
        use: parseUse(rest),
      },
    ];
  });
}

/** `USE="ssl -doc* (-test%)" PYTHON_TARGETS="python3_12"` */
function parseUse(text: string): Map<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const [, variable = '', words = ''] of text.matchAll(/(?<![A-Z0-9_])([A-Z][A-Z0-9_]*)="([^"]*)"/g)) {
    const prefix = variable === 'USE' ? '' : `${variable.toLowerCase()}_`;
    for (const word of words.split(/\s+/)) {
      const bare = word.replace(/[(){}%*]/g, '');
      if (bare === '' || bare === '-') continue;
      const isOff = bare.startsWith('-');
      flags.set(prefix + (isOff ? bare.slice(1) : bare), !isOff);
    }
  }
  return flags;
}
