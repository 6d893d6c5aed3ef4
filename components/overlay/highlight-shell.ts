import type { TextPart } from '@/components/design/highlight';

const comment = 'text-faint italic';
const word = 'font-semibold';
const quoted = 'text-final-ink';
const variable = 'text-link-ink';

const keywords = new Set(
  'if then else elif fi for in do done case esac while until function return local declare inherit export die'.split(
    ' ',
  ),
);

/** What a line may begin in the middle of: a quoted text of the line before. */
type Inside = '' | '"' | "'";

/** One token at a place: its length and tone. */
function tokenAt(line: string, at: number, isStart: boolean): { readonly length: number; readonly tone: string } {
  const rest = line.slice(at);
  const variableName = /^\$(?:\{[^}]*\}|\w+)/.exec(rest);
  if (variableName) return { length: variableName[0].length, tone: variable };
  const definition = isStart ? /^\w+(?=\(\)|\+?=)/.exec(rest) : null;
  if (definition) return { length: definition[0].length, tone: word };
  const plain = /^[\w-]+/.exec(rest);
  if (plain) return { length: plain[0].length, tone: keywords.has(plain[0]) ? word : '' };
  return { length: 1, tone: '' };
}

class LineScanner {
  readonly parts: TextPart[] = [];

  constructor(
    private readonly line: string,
    private inside: Inside,
  ) {}

  /** What the next line begins inside of. */
  scan(): Inside {
    const { line } = this;
    let at = 0;
    while (at < line.length) {
      if (this.inside !== '') at = this.scanQuoted(at);
      else if (line[at] === '#' && (at === 0 || /\s/.test(line[at - 1]!))) {
        this.push(line.slice(at), comment);
        at = line.length;
      } else if (line[at] === '"' || line[at] === "'") {
        this.inside = line[at] as Inside;
        this.push(line[at]!, quoted);
        at++;
      } else if (line[at] === '\\') {
        this.push(line.slice(at, at + 2), '');
        at += 2;
      } else {
        const { length, tone } = tokenAt(line, at, line.slice(0, at).trim() === '');
        this.push(line.slice(at, at + length), tone);
        at += length;
      }
    }
    return this.inside;
  }

  private scanQuoted(from: number): number {
    const { line, inside } = this;
    let at = from;
    while (at < line.length && line[at] !== inside) {
      if (line[at] === '\\' && inside === '"') at += 2;
      else if (line[at] === '$' && inside === '"' && at > from) break;
      else if (line[at] === '$' && inside === '"') {
        const { length, tone } = tokenAt(line, at, false);
        this.push(line.slice(at, at + length), tone || quoted);
        return at + length;
      } else at++;
    }
    if (line[at] === inside) {
      at++;
      this.inside = '';
    }
    this.push(line.slice(from, at), quoted);
    return Math.min(at, line.length);
  }

  private push(text: string, tone: string): void {
    const last = this.parts.at(-1);
    if (last && last.tone === tone) this.parts[this.parts.length - 1] = { text: last.text + text, tone };
    else if (text !== '') this.parts.push({ text, tone });
  }
}

/** Lines of an ebuild or an eclass in toned parts; joined, a line's parts are the line. For reading, not a parser. */
export function highlightShell(text: string): TextPart[][] {
  let inside: Inside = '';
  return text.split('\n').map((line) => {
    const scanner = new LineScanner(line, inside);
    inside = scanner.scan();
    return scanner.parts;
  });
}

/** Lines of a patch. */
export function highlightPatch(text: string): TextPart[][] {
  const toneOf = (line: string): string => {
    if (/^(?:---|\+\+\+|diff |index )/.test(line)) return word;
    if (line.startsWith('@@')) return variable;
    return line.startsWith('+') ? quoted : line.startsWith('-') ? 'text-muted line-through' : '';
  };
  return text.split('\n').map((line) => (line === '' ? [] : [{ text: line, tone: toneOf(line) }]));
}

const plain = (text: string): TextPart[][] =>
  text.split('\n').map((line) => (line === '' ? [] : [{ text: line, tone: '' }]));

/** How a file of an overlay is drawn, by its name. */
export function highlighterOf(path: string): (text: string) => TextPart[][] {
  if (/\.(?:ebuild|eclass|sh|bash)$/.test(path)) return highlightShell;
  return /\.(?:patch|diff)$/.test(path) ? highlightPatch : plain;
}
