import { spawn } from 'node:child_process';
import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildUser } from './build-user';
import { plainEnvironment } from './plain-environment';
import type { SandboxMount } from './sandbox-mounts';
import { giveSmallTree } from './small-tree';

/**
 * Gives what root owns below a path to the user that builds run as. Links are changed themselves, never followed; what belongs
 * to others stays theirs. Cost: one look at every file.
 */
export function giveToUser(path: string, { uid, gid }: BuildUser): Promise<void> {
  if (giveSmallTree(path, uid, gid)) return Promise.resolve();
  const args = ['--recursive', '--no-dereference', '-P', '--from=0', '--', `${uid}:${gid}`, path];
  return new Promise((resolve, reject) => {
    const child = spawn('chown', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: plainEnvironment,
    });
    let trouble = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      trouble = (trouble + text).slice(-500);
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`chown: ${trouble.trim()}`))));
  });
}

/** Read and enter, for everybody else. */
const openToAll = 0o005;

/**
 * A read-only folder that only its owner may enter, such as a clone in root's own folder, as a mount for each thing in it: the
 * sandbox makes the folder itself anew. Links are left out, because a mount would follow them.
 */
export function openUp(mount: SandboxMount, { uid }: BuildUser): readonly SandboxMount[] {
  const stats = lstatSync(mount.source, { throwIfNoEntry: false });
  if (mount.access !== 'read-only' || !stats?.isDirectory() || stats.uid === uid) return [mount];
  if ((stats.mode & openToAll) === openToAll) return [mount];
  const entries = readdirSync(mount.source, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || entry.isFile())
    .map(({ name }) => ({ ...mount, source: join(mount.source, name), target: join(mount.target, name) }));
}

/** Gives one folder of root's to the build user, without what is in it. A link stays as it is. */
export function giveFolder(path: string, { uid, gid }: BuildUser): void {
  const info = lstatSync(path);
  if (info.isDirectory() && info.uid === 0) lchownSync(path, uid, gid);
}

/** Trees that were given by this process, by path. */
const given = new Set<string>();

/**
 * Gives what root owns below a path, the first time that this process is asked; and again when somebody made the folder
 * anew, which is then root's. Whoever adds to the tree later adds files of the build user.
 */
export async function giveOnce(path: string, user: BuildUser): Promise<void> {
  if (given.has(path) && lstatSync(path).uid === user.uid) return;
  await giveToUser(path, user);
  given.add(path);
}
