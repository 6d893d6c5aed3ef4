import { foreignLibrary } from './hostile-host';
import type { ProbeQuestion } from './probe-program';

/** A question to the C library of a prefix, each asked by a program of its own. */
export interface LibraryQuestion {
  /** file name of the program */
  readonly name: string;
  readonly question: ProbeQuestion;
  /** what it means when there is no answer; null: there need not be one */
  readonly without: string | null;
}

const locale = (name: string): ProbeQuestion => ({ symbol: 'setlocale', arguments: [6, name], failure: 0, bit: 1 });
const lookUp = (symbol: string, ...given: (number | string)[]): ProbeQuestion => ({
  symbol,
  arguments: given,
  failure: 0,
  bit: 0,
});

/** What a C library takes from files: locale, conversions, users, names of machines and ports, libraries by name. */
export const libraryQuestions: readonly LibraryQuestion[] = [
  {
    name: 'plain-locale',
    question: locale('C.UTF-8'),
    without: 'has no locale C.UTF-8: programs see bytes instead of letters beyond ASCII',
  },
  {
    name: 'usual-locale',
    question: locale('en_US.UTF-8'),
    without: 'has no locale en_US.UTF-8: programs that are asked for it run in the C locale',
  },
  {
    name: 'conversion',
    question: { symbol: 'iconv_open', arguments: ['UTF-8', 'ISO-8859-15'], failure: -1, bit: 1 },
    without: 'has no modules of iconv: only UTF-8, ASCII and UCS are known',
  },
  { name: 'user', question: lookUp('getpwuid', 4242), without: null },
  { name: 'machine', question: lookUp('gethostbyname', 'name.invalid'), without: null },
  { name: 'port', question: lookUp('getservbyname', 'none', 'tcp'), without: null },
  { name: 'library', question: lookUp('dlopen', foreignLibrary, 2), without: null },
];
