import type { CommandShape, OptionShape, ValueKind } from './command-shape';

const quote = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;

function choices(kind: ValueKind): string {
  if (kind === 'file') return ' --force-files';
  if (kind === 'folder') return " -a '(__fish_complete_directories)'";
  if (kind === 'word') return '';
  if (typeof kind === 'string') return ` -a '(prefix-studio completion --words ${kind} 2>/dev/null)'`;
  return ` -a ${quote(kind.join(' '))}`;
}

function optionLine(condition: string, { names, value, meaning }: OptionShape): string {
  const spelled = names
    .map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
    .join(' ');
  // `-x` means that no files are offered
  const wanted = value === null ? '' : ` ${value.kind === 'file' ? '-r' : '-x'}${choices(value.kind)}`;
  return `complete -c prefix-studio -n ${condition} ${spelled}${wanted} -d ${quote(meaning)}`;
}

function commandLines({ name, summary, options, takes }: CommandShape): readonly string[] {
  const condition = quote(`__fish_seen_subcommand_from ${name}`);
  return [
    `complete -c prefix-studio -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ...options.map((option) => optionLine(condition, option)),
    ...takes
      .filter((kind) => kind !== 'word')
      .map((kind) => `complete -c prefix-studio -n ${condition}${choices(kind)}`),
  ];
}

/** Completion for fish. */
export function fishCompletion(shapes: readonly CommandShape[]): string {
  return [
    '# fish completion of prefix-studio: prefix-studio completion fish | source',
    'complete -c prefix-studio -f',
    ...shapes.flatMap(commandLines),
    "complete -c prefix-studio -n __fish_use_subcommand -a help -d 'show help for a command'",
  ].join('\n');
}
