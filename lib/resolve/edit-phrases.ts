import { tryParseAtom } from '../pms/atom';
import { parseMove } from '../pms/move';
import { listWords } from './explain-words';
import type { DesignEdit } from './plan';

/** USE flags that only the first of two atoms of one package names. */
function droppedFlags(from: string, to: string): readonly string[] {
  const [before, after] = [from, to].map((text) => tryParseAtom(text, { allowRepository: true }));
  if (!before || !after || before.qualifiedName !== after.qualifiedName) return [];
  const kept = new Set(after.useDeps.map(({ flag }) => flag));
  return before.useDeps.map(({ flag }) => flag).filter((flag) => !kept.has(flag));
}

/** Name without category, and the version when the atom names one. */
function shortName(text: string): string {
  const atom = tryParseAtom(text, { allowWildcard: true });
  if (atom === null) return text;
  return atom.version === null ? atom.pn : `${atom.pn} ${atom.version.text}`;
}

/** The version of Python that a flag means, or null. */
export const pythonOf = (flag: string): string | null => {
  const version = /^-?python_(?:targets|single_target)_python(\d+)_(\d+)$/.exec(flag);
  return version === null ? null : `${version[1]}.${version[2]}`;
};

function flagPhrase(flags: readonly string[]): string {
  const off = flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
  const on = flags.filter((flag) => !flag.startsWith('-'));
  const pythons = [...new Set(on.map(pythonOf))];
  const [python] = pythons;
  if (python !== undefined && python !== null && pythons.length === 1) return `for Python ${python}`;
  return [
    ...(off.length > 0 ? [`without ${listWords(off)}`] : []),
    ...(on.length > 0 ? [`with ${listWords(on)}`] : []),
  ].join(', ');
}

/** What an edit does in a few words, the shortest way last. */
export function phrasesOf(edit: DesignEdit): readonly string[] {
  switch (edit.kind) {
    case 'package_use': {
      const name = shortName(edit.atom);
      const flags = edit.flags.length === 1 ? 'a USE flag' : `${edit.flags.length} USE flags`;
      return [`Build ${name} ${flagPhrase(edit.flags)}`, `Change ${flags} of ${name}`];
    }
    case 'use':
      return [`Set USE ${edit.flags.join(' ')}`, `Change ${edit.flags.length} USE flags`];
    case 'make_conf': {
      const python = /^python(\d+)_(\d+)$/.exec(edit.value);
      return python
        ? [`Use Python ${python[1]}.${python[2]}`]
        : [`Set ${edit.variable}="${edit.value}"`, `Set ${edit.variable}`];
    }
    case 'leave_out': {
      const names = edit.patterns.map((pattern) => pattern.slice(pattern.lastIndexOf('/') + 1));
      return [`Leave ${listWords(names)} out of the image`, `Leave ${names.length} files out of the image`];
    }
    case 'accept_keywords': {
      const isOwn = edit.keywords.every((keyword) => keyword.startsWith('~'));
      return [`Accept ${isOwn ? 'testing' : 'unmarked'} ${shortName(edit.atom)}`, `Accept ${nameOnly(edit.atom)}`];
    }
    case 'accept_license':
      return [`Accept the licence of ${shortName(edit.atom)}`, `Accept licence of ${nameOnly(edit.atom)}`];
    case 'unmask':
      return [`Unmask ${shortName(edit.atom)}`, `Unmask ${nameOnly(edit.atom)}`];
    case 'drop_mask':
      return [`Allow ${shortName(edit.atom)} again`, `Allow ${nameOnly(edit.atom)}`];
    case 'mask':
      return [`Do without ${shortName(edit.atom)}`, `Skip ${nameOnly(edit.atom)}`];
    case 'allow_network':
      return [`Let ${shortName(edit.atom)} use the network`, `Network for ${nameOnly(edit.atom)}`];
    case 'toolchain':
      return [edit.toolchain === 'host' ? "Build with this machine's compiler" : "Build with the SDK's compiler"];
    case 'replace_package': {
      const atom = tryParseAtom(edit.to);
      const slot = atom?.slot ? ` slot ${atom.slot}` : '';
      const flags = droppedFlags(edit.from, edit.to);
      if (flags.length > 0) return [`Take ${shortName(edit.to)} without ${listWords(flags)}`];
      return [`Take ${shortName(edit.to)}${slot} instead`, `Take ${shortName(edit.to)}`];
    }
    case 'move': {
      const move = parseMove(edit.line);
      const to = move === null ? edit.line : move.kind === 'move' ? move.to : `${move.name}:${move.to}`;
      return [`Write ${to}, its name now`, `Write ${to}`];
    }
    case 'add_package':
      return [`Add ${edit.atom} to the design`, `Add ${nameOnly(edit.atom)}`];
    case 'add_repository':
      return [`Add repository ${edit.name}`];
    case 'provide_on_host':
      return [`Take ${shortName(edit.atom)} from the build machine`, `Borrow ${nameOnly(edit.atom)}`];
    case 'provide_on_target':
      return [
        `Take ${nameOnly(edit.atom)} from the target system`,
        `Take ${shortName(edit.atom)} from the target`,
        `Take ${shortName(edit.atom)} as given`,
      ];
  }
}

/** Name without category and version. */
export const nameOnly = (text: string): string => tryParseAtom(text, { allowWildcard: true })?.pn ?? text;

/** The same inside a sentence. */
export const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
