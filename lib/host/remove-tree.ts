import { spawn } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { plainEnvironment } from './plain-environment';
import { removeSmallTree } from './small-tree';

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: plainEnvironment });
    let trouble = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      trouble ||= text.split('\n')[0] ?? '';
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? '' : trouble || `ended with status ${code}`));
  });
}

/**
 * Removes whatever stands at a path, as a stranger may have left it: directories deeper than a path can be long, or without
 * permission for their owner. Links are removed, never followed. Nothing there is fine. Throws when something remains.
 */
export async function removeTree(path: string): Promise<void> {
  const info = await lstat(path).catch(() => null);
  if (!info) return;
  if (info.isDirectory() && removeSmallTree(path)) return;
  // the programs walk with open directories, Node.js with whole paths
  if (info.isDirectory() && process.getuid?.() !== 0) await run('chmod', ['-R', 'u+rwX', '--', path]);
  const trouble = await run('rm', ['-rf', '--one-file-system', '--', path]);
  if (trouble !== '') throw new Error(trouble);
}
