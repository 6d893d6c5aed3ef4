import { assertNever } from '../errors';
import { tryParseAtom } from '../pms/atom';
import { moveAtom, type PackageMove, parseMove } from '../pms/move';
import type { DesignEdit } from '../resolve/plan';
import { plainUseWords } from '../resolve/use-words';
import type { Design } from './schema';

/** Applies one edit; the design given is not changed. A flag set the other way before is replaced. */
export function applyEdit(design: Design, edit: DesignEdit): Design {
  switch (edit.kind) {
    case 'use':
      return { ...design, use: mergeFlags(design.use, edit.flags) };
    case 'package_use':
      return { ...design, package_use: merged(design.package_use, edit.atom, edit.flags, mergeFlags) };
    case 'make_conf':
      return { ...design, make_conf: { ...design.make_conf, [edit.variable]: edit.value } };
    case 'leave_out': {
      const before = (design.make_conf.INSTALL_MASK ?? '').split(/\s+/).filter(Boolean);
      return { ...design, make_conf: { ...design.make_conf, INSTALL_MASK: union(before, edit.patterns).join(' ') } };
    }
    case 'accept_keywords':
      return {
        ...design,
        package_accept_keywords: merged(design.package_accept_keywords, edit.atom, edit.keywords, union),
      };
    case 'accept_license':
      return { ...design, package_license: merged(design.package_license, edit.atom, edit.licenses, union) };
    case 'unmask':
      return { ...design, package_unmask: union(design.package_unmask, [edit.atom]) };
    case 'drop_mask':
      return { ...design, package_mask: design.package_mask.filter((atom) => atom !== edit.atom) };
    case 'mask':
      return { ...design, package_mask: union(design.package_mask, [edit.atom]) };
    case 'allow_network':
      return { ...design, allow_network: union(design.allow_network, [edit.atom]) };
    case 'toolchain':
      return { ...design, toolchain: edit.toolchain };
    case 'replace_package':
      return {
        ...design,
        packages: [...new Set(design.packages.map((atom) => (atom === edit.from ? edit.to : atom)))],
      };
    case 'move': {
      const move = parseMove(edit.line);
      return move === null ? design : moveAtoms(design, move);
    }
    case 'add_package':
      return { ...design, packages: union(design.packages, [edit.atom]) };
    case 'add_repository':
      return { ...design, repositories: [...design.repositories, { name: edit.name, location: edit.location }] };
    case 'provide_on_host':
      return { ...design, host_provides: union(design.host_provides, [edit.atom]) };
    case 'provide_on_target':
      return { ...design, target_provides: union(design.target_provides, [edit.atom]) };
    default:
      return assertNever(edit);
  }
}

export function applyEdits(design: Design, edits: readonly DesignEdit[]): Design {
  return edits.reduce(applyEdit, design);
}

function union(list: readonly string[], added: readonly string[]): string[] {
  return [...new Set([...list, ...added])];
}

const flagName = (flag: string): string => flag.replace(/^-/, '');

/** A group such as `PYTHON_TARGETS: -* python3_12` would swallow what is put behind it, so it is written as plain flags. */
function mergeFlags(list: readonly string[], added: readonly string[]): string[] {
  const names = new Set(added.map(flagName));
  return [...plainUseWords(list).filter((flag) => !names.has(flagName(flag))), ...added];
}

function merged(
  record: Readonly<Record<string, string[]>>,
  atom: string,
  added: readonly string[],
  join: (list: readonly string[], added: readonly string[]) => string[],
): Record<string, string[]> {
  return { ...record, [atom]: join(record[atom] ?? [], added) };
}

/** Every atom of the design under its present name; what stands under both names is put together. */
function moveAtoms(design: Design, move: PackageMove): Design {
  const now = (text: string): string => {
    const atom = tryParseAtom(text, { allowRepository: true, allowWildcard: true });
    return atom === null ? text : moveAtom(atom, move).text;
  };
  const list = (atoms: readonly string[]): string[] => [...new Set(atoms.map(now))];
  const byAtom = (
    record: Readonly<Record<string, string[]>>,
    join: (list: readonly string[], added: readonly string[]) => string[],
  ): Record<string, string[]> =>
    Object.entries(record).reduce<Record<string, string[]>>(
      (all, [atom, words]) => merged(all, now(atom), words, join),
      {},
    );
  return {
    ...design,
    packages: list(design.packages),
    package_use: byAtom(design.package_use, mergeFlags),
    package_accept_keywords: byAtom(design.package_accept_keywords, union),
    package_license: byAtom(design.package_license, union),
    package_mask: list(design.package_mask),
    package_unmask: list(design.package_unmask),
    allow_network: list(design.allow_network),
    host_provides: list(design.host_provides),
    target_provides: list(design.target_provides),
  };
}
