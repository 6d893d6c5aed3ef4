import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findProgram, isProgram } from '../host/find-program';
import { PlanError } from './errors';

/** How the real Portage is called. */
export interface EmergeCommand {
  /** program and leading arguments; no shell reads them */
  readonly command: readonly string[];
  /** folder of a Portage checkout that runs from where it stands; null: an installed Portage, whose host is `/` */
  readonly checkout: string | null;
}

/** Where it says which Portage to ask. */
export const emergeVariable = 'PREFIX_STUDIO_EMERGE';

/**
 * The emerge to ask: `PREFIX_STUDIO_EMERGE` (a program, the folder of a checkout of gentoo/portage, or a JSON list of
 * program and arguments), else `emerge` on the path; null: there is none. Throws `EMERGE_SETTING`.
 */
export function findEmerge(environment: Readonly<Record<string, string | undefined>>): EmergeCommand | null {
  const path = environment.PATH ?? '';
  const chosen = environment[emergeVariable] ?? '';
  if (chosen === '') {
    const found = findProgram('emerge', path);
    return found === null ? null : { command: [found], checkout: null };
  }
  if (chosen.startsWith('[')) return { command: listOf(chosen), checkout: null };
  const absolute = resolve(chosen);
  const script = join(absolute, 'bin', 'emerge');
  if (existsSync(script) && existsSync(join(absolute, 'lib', 'portage'))) {
    // folders that the sandbox shows come first
    const python = findProgram('python3', `/usr/local/bin:/usr/bin:/bin:${path}`);
    if (python !== null) return { command: [python, '-b', script], checkout: absolute };
    throw new PlanError('EMERGE_SETTING', `${emergeVariable} is a checkout of Portage, and there is no \`python3\``, {
      hint: 'Install python3.',
    });
  }
  if (isProgram(absolute)) return { command: [absolute], checkout: null };
  throw new PlanError(
    'EMERGE_SETTING',
    `${emergeVariable}: \`${chosen}\` is neither a program nor a Portage checkout`,
    {
      hint: 'Give the path of `emerge`, of a checkout of gentoo/portage, or a JSON list such as `["/usr/bin/python3", "/opt/portage/bin/emerge"]`.',
      details: { value: chosen },
    },
  );
}

function listOf(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.length > 0 && list.every((word) => typeof word === 'string')) return list;
  } catch {
    // told below
  }
  throw new PlanError('EMERGE_SETTING', `${emergeVariable}: \`${text}\` is not a JSON list of words`, {
    hint: 'Write it like `["/usr/bin/python3", "/opt/portage/bin/emerge"]`.',
    details: { value: text },
  });
}
