/** One file of the future prefix, to explain its places with: the first proof command, else a program of the first package. */
export function exampleFile(draft: { readonly packages: readonly string[]; readonly smoke: unknown }): string {
  const first: unknown = Array.isArray(draft.smoke) ? (draft.smoke[0] as unknown) : null;
  if (Array.isArray(first) && typeof first[0] === 'string' && first[0] !== '') return first[0];
  const atom = draft.packages.find((text) => !text.startsWith('@'));
  const name = atom
    ?.replace(/^[<>=~!]+/, '')
    .split('/')[1]
    ?.replace(/[-:[].*$/, '');
  return `usr/bin/${name || 'program'}`;
}

/** The commands that do the same as the buttons: with the prefix tools, then with ours. */
export function commandsOf(
  draft: { readonly name: string; readonly board: string; readonly path: string; readonly packages: readonly string[] },
  wrapper: string,
): string {
  const atoms = draft.packages.length > 0 ? draft.packages.map(quoted).join(' ') : 'ATOM';
  return [
    '# as the Flatcar SDK does it',
    `setup_prefix --board ${draft.board} ${draft.name} ${draft.path}`,
    `${wrapper} ${atoms}`,
    '',
    '# everything at once, from the design file',
    'npx prefix-studio build prefix.yaml',
  ].join('\n');
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('=') ? word : `'${word}'`);
