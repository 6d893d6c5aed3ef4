import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../../home';
import { programVersion } from '../../runner/program-version';

/** Settings that decide what is answered; how it is shown, and who may come in, is left out. */
const deciding =
  /^(?:DATABASE_URL|GENTOO_MIRRORS|PORTAGE_CONFIGROOT|(?:https?|ftp|all|no)_proxy|PREFIX_STUDIO_(?!HOME$|ROOT$|DEBUG$|ALONE$|TOKEN)\w+)$/i;

/** `npm start` puts its own folders in front. */
const isOfNpm = (folder: string): boolean => /\/node_modules\/(?:\.bin|.*node-gyp-bin)$/.test(folder);

/**
 * What server and command line must have in common for the one to answer as the other would: program, user, and the settings
 * that decide.
 */
export function settingsStamp(environment: NodeJS.ProcessEnv = process.env): string {
  const settings = Object.entries(environment)
    .filter(([name]) => deciding.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const path = (environment.PATH ?? '').split(':').filter((folder) => !isOfNpm(folder));
  const program = statSync(join(programRoot(), 'dist', 'command', 'main.cjs'), { throwIfNoEntry: false })?.mtimeMs;
  const all = [programVersion(), program ?? null, process.getuid?.() ?? null, path, settings];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
