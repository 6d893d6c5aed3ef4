import { readFileSync } from 'node:fs';
import { HostError } from './errors';

/** A user and group of this machine, as numbers. */
export interface BuildUser {
  readonly uid: number;
  readonly gid: number;
}

/** Name of the environment variable that chooses the user. */
export const buildUserVariable = 'PREFIX_STUDIO_BUILD_USER';

/** The account that a packaged installation makes for builds. */
const accountName = 'prefix-studio-build';

/** An id that systemd's table of uid ranges gives to nobody (60578 to 61183 are free). */
const unassigned = 61000;

/** Root of this machine, or of a container that is not in a user namespace of its own? Source: user_namespaces(7). */
function isRootOfTheMachine(): boolean {
  if (process.getuid?.() !== 0) return false;
  const [inside, outside] = (readIfThere('/proc/self/uid_map') ?? '0 0').trim().split(/\s+/);
  return inside === '0' && outside === '0';
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The account's ids in a table like /etc/passwd. */
function accountIn(table: string, name: string): BuildUser | null {
  for (const line of table.split('\n')) {
    const fields = line.split(':');
    if (fields[0] === name) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return null;
}

/** Reads PREFIX_STUDIO_BUILD_USER: a name or a number. Throws SETTING_INVALID. */
export function parseBuildUser(setting: string | undefined, passwd: string): BuildUser {
  const number = /^\d+$/.test(setting ?? '') ? Number(setting) : null;
  const chosen = number === null ? accountIn(passwd, setting || accountName) : { uid: number, gid: number };
  if (chosen === null && setting) {
    throw new HostError('SETTING_INVALID', `there is no user \`${setting}\` (${buildUserVariable})`, {
      hint: 'Name an account of /etc/passwd that is not used for anything else, or give a number.',
    });
  }
  const user = chosen ?? { uid: unassigned, gid: unassigned };
  if (user.uid < 1 || user.gid < 1 || user.uid > 2 ** 32 - 2 || !Number.isInteger(user.uid)) {
    throw new HostError('SETTING_INVALID', `builds cannot run as user \`${setting}\` (${buildUserVariable})`, {
      hint: 'Choose a user other than root.',
    });
  }
  return user;
}

/**
 * The user of this machine that sandboxed commands run as when Prefix Studio runs as root; null: as whoever started it, who is
 * not root. Throws SETTING_INVALID.
 */
export function buildUser(): BuildUser | null {
  if (!isRootOfTheMachine()) return null;
  return parseBuildUser(process.env[buildUserVariable], readIfThere('/etc/passwd') ?? '');
}
