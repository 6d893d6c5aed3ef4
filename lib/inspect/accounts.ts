import { join } from 'node:path';
import { ContainedFolder } from '../host/contained-file';
import { type AccountLine, parseSysusers } from '../layout/accounts';

const mostFiles = 2000;
const largestFile = 64 * 1024;

/**
 * The users and groups that packages of a root want, from `EPREFIX/usr/lib/sysusers.d`, where acct-user and acct-group
 * packages say it. What is no readable file there says nothing.
 */
export function accountsOf(root: string, eprefix: string): readonly AccountLine[] {
  const folder = new ContainedFolder(root);
  const path = join(root, eprefix, 'usr/lib/sysusers.d');
  const listed = folder.list(path, mostFiles);
  if (listed.kind !== 'content') return [];
  return [...listed.names]
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .flatMap((name) => {
      const answer = folder.read(join(path, name), largestFile);
      return answer.kind === 'content' ? parseSysusers(answer.data.toString('utf8')) : [];
    });
}
