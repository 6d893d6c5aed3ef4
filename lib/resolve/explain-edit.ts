import { parseMove } from '../pms/move';
import { code, listWords } from './explain-words';
import type { DesignEdit, Fix } from './plan';

/** A line of `profiles/updates` in words. */
export function describeMove(line: string): string {
  const move = parseMove(line);
  if (move === null) return code(line);
  if (move.kind === 'move') return `${code(move.from)} is ${code(move.to)} now`;
  return `slot ${code(move.from)} of ${code(move.name)} is ${code(move.to)} now`;
}

/** An edit of a design in one plain sentence. */
export function describeEdit(edit: DesignEdit): string {
  switch (edit.kind) {
    case 'package_use':
      return `Set the USE flags of ${code(edit.atom)}: ${code(edit.flags.join(' '))}.`;
    case 'use':
      return `Set USE flags for all packages: ${code(edit.flags.join(' '))}.`;
    case 'make_conf':
      return `Set ${code(`${edit.variable}="${edit.value}"`)}.`;
    case 'leave_out':
      return `Leave ${listWords(edit.patterns.map(code))} out of what ships (INSTALL_MASK).`;
    case 'accept_keywords':
      return `Accept ${listWords(edit.keywords.map(code))} for ${code(edit.atom)} (versions that are not released as stable).`;
    case 'accept_license':
      return `Accept the licence ${listWords(edit.licenses.map(code))} for ${code(edit.atom)}.`;
    case 'unmask':
      return `Unmask ${code(edit.atom)}.`;
    case 'drop_mask':
      return `Take ${code(edit.atom)} out of ${code('package_mask')}.`;
    case 'mask':
      return `Rule out ${code(edit.atom)}.`;
    case 'allow_network':
      return `Let ${code(edit.atom)} reach the internet in the phases for which its ebuild declares it.`;
    case 'toolchain':
      return `Write ${code(`toolchain: ${edit.toolchain}`)}.`;
    case 'replace_package':
      return `Ask for ${code(edit.to)} instead of ${code(edit.from)}.`;
    case 'move':
      return `Write the current name everywhere in the design: ${describeMove(edit.line)}.`;
    case 'add_package':
      return `Ask for ${code(edit.atom)} in the design.`;
    case 'add_repository':
      return `Add the package tree ${code(edit.name)} from ${code(edit.location)}.`;
    case 'provide_on_host':
      return `Take ${code(edit.atom)} from the build machine.`;
    case 'provide_on_target':
      return `Take ${code(edit.atom.replace(/^=/, ''))} as present on the system the prefix runs on (package.provided).`;
  }
}

/** What a fix does and costs, one sentence each. */
export function describeFix(fix: Fix): readonly string[] {
  const cost = fix.cost.trim();
  return [...fix.edits.map(describeEdit), ...(cost === '' ? [] : [cost])];
}
