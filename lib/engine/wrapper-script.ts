import type { PrefixPlace } from './prefix-place';

/** A word that a POSIX shell reads as exactly `text`. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The `emerge-prefix-<name>-<board>` of a prefix: a shell script that knows where the prefix and this program are, and
 * passes everything else on.
 */
export function wrapperScript(place: PrefixPlace, home: string, program: string): string {
  const facts: readonly (readonly [string, string])[] = [
    ['PREFIXNAME', place.name],
    ['BOARD', place.board],
    ['EPREFIX', place.path],
    ['STAGINGDIR', place.stagingDir],
    ['FINALDIR', place.finalDir],
    ['STUDIO', program],
  ];
  return `#!/bin/sh
# Builds packages and what they need in the staging root of one prefix, then installs
# their run-time parts into its final root. Written by setup_prefix; try --help.
set -eu

${facts.map(([name, value]) => `${name}=${quoted(value)}`).join('\n')}
PREFIX_STUDIO_HOME=${quoted(home)}
export PREFIX_STUDIO_HOME

exec node "$STUDIO/bin/prefix-studio.mjs" emerge-prefix \\
    --name "$PREFIXNAME" --board "$BOARD" --path "$EPREFIX" \\
    --staging_dir "$STAGINGDIR" --final_dir "$FINALDIR" -- "$@"
`;
}
