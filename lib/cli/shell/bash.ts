import type { CommandShape, ValueKind } from './command-shape';

/** A line of bash that fills COMPREPLY with what fits. */
function offer(kind: ValueKind): string {
  if (kind === 'file')
    return `compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")`;
  if (kind === 'folder')
    return `compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")`;
  if (kind === 'word') return ':';
  const words = typeof kind === 'string' ? `$(prefix-studio completion --words ${kind} 2>/dev/null)` : kind.join(' ');
  return `mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "${words}" -- "$word")`;
}

function valueCases({ name, options }: CommandShape): readonly string[] {
  return options.flatMap(({ names, value }) => {
    if (value === null) return [];
    const pattern = names.map((option) => `"${name} ${option}"`).join(' | ');
    return [`    ${pattern}) ${offer(value.kind)}; return ;;`];
  });
}

function argumentCase({ name, options, takes }: CommandShape): string {
  const words = options.flatMap(({ names }) => names).join(' ');
  return [
    `    ${name})`,
    `      if [[ $word == -* ]]; then ${offer(words.split(' '))}; return; fi`,
    ...takes.map((kind) => `      ${offer(kind)}`),
    '      ;;',
  ].join('\n');
}

/** Completion for bash 4.4 or newer. */
export function bashCompletion(shapes: readonly CommandShape[]): string {
  return `# bash completion of prefix-studio: source <(prefix-studio completion bash)
_prefix_studio() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    ${offer([...shapes.map(({ name }) => name), 'help', '--help', '--version'])}
    return
  fi
  case "$command $before" in
${shapes.flatMap(valueCases).join('\n')}
    "help help") ${offer(shapes.map(({ name }) => name))}; return ;;
  esac
  case "$command" in
${shapes.map(argumentCase).join('\n')}
  esac
}
complete -F _prefix_studio prefix-studio`;
}
