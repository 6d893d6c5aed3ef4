/** CONFIG_PROTECT and CONFIG_PROTECT_MASK: directories or files, absolute within ROOT. */
export interface ConfigProtection {
  readonly protect: readonly string[];
  readonly mask: readonly string[];
}

function longestMatch(path: string, list: readonly string[]): number {
  return Math.max(
    -1,
    ...list.filter((item) => path === item || path.startsWith(`${item}/`)).map((item) => item.length),
  );
}

/** Is the file protected? The longest of the matching lines decides, at a draw the mask. Source: make.conf(5), CONFIG_PROTECT. */
export function isProtected(path: string, { protect, mask }: ConfigProtection): boolean {
  const protectedBy = longestMatch(path, protect);
  return protectedBy >= 0 && protectedBy > longestMatch(path, mask);
}

/** Name under which a new configuration file waits for the user: `._cfg0000_name`, the first free number of four digits. */
export function protectedName(path: string, siblings: ReadonlySet<string>): string {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  for (let number = 0; ; number += 1) {
    const candidate = `._cfg${`${number}`.padStart(4, '0')}_${name}`;
    if (!siblings.has(candidate)) return `${path.slice(0, slash)}/${candidate}`;
  }
}
