import { spawn } from 'node:child_process';
import type { BuildUser } from './build-user';
import { plainEnvironment } from './plain-environment';

/**
 * Gives what root owns below a path to the user that builds run as. Links are changed themselves, never followed; what belongs
 * to others stays theirs. Cost: one look at every file.
 */
export function giveToUser(path: string, { uid, gid }: BuildUser): Promise<void> {
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
