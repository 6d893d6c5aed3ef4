import type { CommandShape, OptionShape, ValueKind } from './command-shape';

/** Inside single quotes of a specification of `_arguments`. */
const quote = (text: string): string => text.replaceAll("'", "'\\''").replace(/[[\]:]/g, '\\$&');

function action(kind: ValueKind): string {
  if (kind === 'file') return '_files';
  if (kind === 'folder') return '_files -/';
  if (kind === 'word') return ' ';
  if (typeof kind === 'string') return `_prefix_studio_words ${kind}`;
  return `(${kind.join(' ')})`;
}

function optionSpecs({ names, value, meaning }: OptionShape): readonly string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : '';
  return names.map((name) => {
    const wanted = value === null ? '' : `:${quote(value.name)}:${action(value.kind)}`;
    return `        '${others}${name}[${quote(meaning)}]${wanted}'`;
  });
}

function argumentSpecs(takes: readonly ValueKind[]): readonly string[] {
  if (takes.length === 0) return [];
  const alternatives = takes.filter((kind) => kind !== 'word').map((kind) => `"arguments:argument:${action(kind)}"`);
  return alternatives.length === 0 ? [] : [`        '*:argument:_prefix_studio_either ${alternatives.join(' ')}'`];
}

function commandCase({ name, options, takes }: CommandShape): string {
  const specs = [...options.flatMap(optionSpecs), ...argumentSpecs(takes)];
  return [`      ${name})`, `        _arguments \\`, specs.map((spec) => spec).join(' \\\n'), '        ;;'].join('\n');
}

/** Completion for zsh. */
export function zshCompletion(shapes: readonly CommandShape[]): string {
  return `#compdef prefix-studio
# zsh completion of prefix-studio: prefix-studio completion zsh > a file _prefix-studio in a folder of $fpath
_prefix_studio_words() {
  local -a words
  words=(\${(f)"$(prefix-studio completion --words $1 2>/dev/null)"})
  compadd -a words
}
_prefix_studio_either() {
  _alternative "$@"
}
_prefix_studio() {
  local context state line
  local -a commands
  commands=(
${shapes.map(({ name, summary }) => `    '${name}:${quote(summary)}'`).join('\n')}
    'help:show help for a command'
  )
  _arguments -C '1:command:->command' '*::argument:->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${shapes.map(commandCase).join('\n')}
      help) _describe command commands ;;
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _prefix_studio ]]; then _prefix_studio "$@"; else compdef _prefix_studio prefix-studio; fi`;
}
