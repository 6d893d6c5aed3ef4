export interface TextPart {
  readonly text: string;
  readonly tone: string;
}

const comment = 'text-faint italic';
const key = 'font-semibold';
const mark = 'text-faint';

/** Cuts a line at the `#` that starts a comment: at its start or after a space, outside of quotes. */
function commentStart(line: string): number {
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const letter = line[index]!;
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#' && (index === 0 || /\s/.test(line[index - 1]!))) return index;
  }
  return line.length;
}

/** Lines of YAML in toned parts; joined, a line's parts are the line. For reading, not a parser. */
export function highlightYaml(text: string): TextPart[][] {
  return text.split('\n').map((line) => {
    const cut = commentStart(line);
    const code = line.slice(0, cut);
    const found = /^(\s*(?:- +)*)([\w./@>=<~!*:+-]+?|"[^"]*"|'[^']*')(:)(\s.*|$)/.exec(code);
    const parts: TextPart[] = found
      ? [
          { text: found[1]!, tone: mark },
          { text: found[2]!, tone: key },
          { text: found[3]!, tone: mark },
          { text: found[4]!, tone: '' },
        ]
      : (/^(\s*(?:- +)?)(.*)$/.exec(code)?.slice(1) ?? [code]).map((part, index) => ({
          text: part,
          tone: index === 0 ? mark : '',
        }));
    if (cut < line.length) parts.push({ text: line.slice(cut), tone: comment });
    return parts.filter((part) => part.text !== '');
  });
}
