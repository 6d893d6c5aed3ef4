import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../home';

interface Release {
  readonly version: string;
  /** day of the release, `2026-11-30` */
  readonly released: string;
}

/** The release of the installed program, as its package tells. */
export function programRelease(): Release {
  return JSON.parse(readFileSync(join(programRoot(), 'package.json'), 'utf8')) as Release;
}

/** Version of the installed program. */
export const programVersion = (): string => programRelease().version;
