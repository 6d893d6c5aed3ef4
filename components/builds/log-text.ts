import { AnsiUp } from 'ansi_up';

/** A piece of a log line with one look. */
export interface LogSpan {
  readonly text: string;
  readonly className: string;
}

/** Removes colour and cursor sequences. Source: ECMA-48 (CSI and OSC) */
export function stripAnsi(text: string): string {
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, '');
}

/** What a terminal would show of a line that was written over with carriage returns. */
export function afterCarriageReturns(line: string): string {
  const at = line.replace(/\r+$/, '').lastIndexOf('\r');
  return at < 0 ? line.replace(/\r+$/, '') : line.slice(at + 1).replace(/\r+$/, '');
}

/** One line of a log as spans. Colours are classes (`log-red`), so that both themes can give them contrast. */
export function logSpans(line: string): LogSpan[] {
  const plain = afterCarriageReturns(line);
  if (!plain.includes('\u001b')) return [{ text: plain, className: '' }];
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.escape_html = false;
  const html = ansi.ansi_to_html(plain.replace(/[<>&]/g, (letter) => markers[letter]!));
  const spans: LogSpan[] = [];
  const pattern = /<span([^>]*)>([^<]*)<\/span>|([^<]+)/g;
  for (const [, attributes, inner, bare] of html.matchAll(pattern)) {
    const text = unmark(inner ?? bare ?? '');
    const colour = /class="([^"]*)"/.exec(attributes ?? '')?.[1] ?? '';
    const bold = /font-weight:bold/.test(attributes ?? '') ? ' font-semibold' : '';
    if (text !== '') spans.push({ text: stripAnsi(text), className: `${colour}${bold}`.trim() });
  }
  return spans;
}

/** Private-use stand-ins, so that the text of a line can never be taken for markup. */
const markers: Readonly<Record<string, string>> = { '<': '\ue000', '>': '\ue001', '&': '\ue002' };
const unmark = (text: string): string =>
  text.replace(/[\ue000-\ue002]/g, (letter) => ({ '\ue000': '<', '\ue001': '>', '\ue002': '&' })[letter] ?? letter);

/** Does the line look like the start of trouble? Used for the gutter mark, not for decisions. */
export function isErrorLine(plain: string): boolean {
  return /(^|\s|:)(fatal )?error(:|\s|$)|^ \* ERROR|\bundefined reference\b|^make(\[\d+\])?: \*\*\*/i.test(plain);
}
