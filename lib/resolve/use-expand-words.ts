/** Prefixes of flags that Gentoo's profiles make out of variables; a user sets the variable, not the flag. Longest first. */
const prefixes = [
  'python_single_target',
  'python_targets',
  'lua_single_target',
  'lua_targets',
  'ruby_targets',
  'php_targets',
  'postgres_targets',
  'llvm_targets',
  'cpu_flags_x86',
  'cpu_flags_arm',
  'abi_x86',
  'video_cards',
  'input_devices',
] as const;

/** Flags that a profile sets and nobody else: what system and processor it is. */
const fixed = /^(?:kernel|elibc|userland|arch|prefix)(?:[_-]|$)|^prefix-guest$|^(?:amd64|arm64|x86)$/;

/** The variable behind a flag and its word: `python_targets_python3_14` is `python3_14` of PYTHON_TARGETS; else null. */
export function variableOfFlag(flag: string): { readonly variable: string; readonly word: string } | null {
  const prefix = prefixes.find((candidate) => flag.startsWith(`${candidate}_`));
  return prefix === undefined ? null : { variable: prefix.toUpperCase(), word: flag.slice(prefix.length + 1) };
}

/** Can a design change the flag at all? */
export function isChangeableFlag(flag: string): boolean {
  return !fixed.test(flag);
}
