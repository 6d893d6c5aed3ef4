import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../home';

/** Version of the installed program. */
export function programVersion(): string {
  const file = readFileSync(join(programRoot(), 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
