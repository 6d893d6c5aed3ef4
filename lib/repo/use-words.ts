import { plainUseWords } from '../resolve/use-words';
import type { ConfigLine } from './config-lines';

/** Flags behind the atom of a package.use line. Source: portage(5) package.use. */
export const useWords = (line: ConfigLine): string[] => plainUseWords(line.words.slice(1));
