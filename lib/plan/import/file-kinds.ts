import { tryParseAtom } from '../../pms';
import { withoutPrompt } from './emerge-line';

/** What a file of a Portage configuration says. */
export type ImportKind =
  | 'emerge'
  | 'wrapper'
  | 'world'
  | 'make.conf'
  | 'package.use'
  | 'package.accept_keywords'
  | 'package.license'
  | 'package.mask'
  | 'package.unmask'
  | 'package.provided'
  | 'repos.conf'
  | 'sets'
  /** the target of the link make.profile */
  | 'profile';

/** A text with the path it has below the folder that is imported, or its name. */
export interface ImportFile {
  readonly path: string;
  readonly text: string;
  /** read only because a make.conf sources it */
  readonly isSourced?: boolean;
  /** nobody named it: it lay in a folder that was named */
  readonly isFound?: boolean;
  /** of a root that Studio set up: what is Studio's own in it goes without a word */
  readonly isStudios?: boolean;
}

const byName: Readonly<Record<string, ImportKind>> = {
  'make.conf': 'make.conf',
  'package.use': 'package.use',
  'package.accept_keywords': 'package.accept_keywords',
  'package.keywords': 'package.accept_keywords',
  'package.license': 'package.license',
  'package.mask': 'package.mask',
  'package.unmask': 'package.unmask',
  'package.provided': 'package.provided',
  'repos.conf': 'repos.conf',
  sets: 'sets',
  world: 'world',
  world_sets: 'world',
  'make.profile': 'profile',
};

/** The kind that a path tells: a file of the name, or one in a folder of the name. null: the path tells nothing. */
export function kindOfPath(path: string): ImportKind | null {
  const steps = path.split('/');
  for (const step of steps.reverse()) if (Object.hasOwn(byName, step)) return byName[step] as ImportKind;
  return null;
}

const keyword = /^(?:\*\*|~\*|\*|-?~?(?:amd64|arm64|x86|arm|ppc64|riscv))$/;

/** A call of emerge at the beginning of a line. */
const call = /^(?:sudo\s+|env\s+)*(?:[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)\s+)*(?:\/\S*\/)?emerge(?:\s|$|-prefix-)/;

/** The kind that a text looks like, for what was pasted. null: like none. */
export function kindOfText(text: string): ImportKind | null {
  const rows = text.split('\n').map((row) => row.trim());
  if (/^#!/.test(rows[0] ?? '') && /\bemerge\b/.test(text)) return 'wrapper';
  const lines = rows.filter((row) => row !== '' && !row.startsWith('#'));
  const begin = rows.find((row) => row !== '') ?? '';
  // a prompt of root looks like a comment
  return kindOfLines(lines) ?? (call.test(withoutPrompt(begin)) ? 'emerge' : null);
}

function kindOfLines(lines: readonly string[]): ImportKind | null {
  const [first = ''] = lines;
  if (call.test(withoutPrompt(first))) return 'emerge';
  if (/^\[[^\]]+\]$/.test(first)) return 'repos.conf';
  if (/^(?:export\s+)?[A-Za-z_]\w*=/.test(first)) return 'make.conf';
  const words = lines.map((line) => line.split(/\s+/));
  const isAtom = (atom = ''): boolean => tryParseAtom(atom, { allowWildcard: true, allowRepository: true }) !== null;
  if (lines.length === 0 || !words.every(([atom]) => isAtom(atom) || atom?.startsWith('@'))) return null;
  const values = words.flatMap(([, ...rest]) => rest);
  if (values.length === 0) return 'world';
  return values.every((value) => keyword.test(value)) ? 'package.accept_keywords' : 'package.use';
}
