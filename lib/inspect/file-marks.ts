import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import type { Owners } from './owners';

/** What a file has in the image and not on the build machine, where builds have no such rights. */
export interface FileMark {
  readonly uid: number;
  readonly gid: number;
  /** `cap_net_raw=ep`, or '' */
  readonly capabilities: string;
}

export type FileMarks = ReadonlyMap<string, FileMark>;

const mostBytes = 16 << 20;

/** Reads the marks of a root's packages from their VDB entries. A package marks its own files only. */
export function loadFileMarks(root: string, eprefix: string, owners: Owners): FileMarks {
  const vdb = join(root, eprefix, 'var/db/pkg');
  const marks = new Map<string, FileMark>();
  const linesOf = (cpv: string, name: string): readonly string[] => {
    const answer = readContained(vdb, join(cpv, name), mostBytes);
    return answer.kind === 'content' ? answer.data.toString('utf8').split('\n') : [];
  };
  const mark = (cpv: string, path: string, change: Partial<FileMark>): void => {
    const owner = owners.get(path);
    // directories have no owner
    if (owner !== undefined && owner !== cpv) return;
    marks.set(path, { uid: 0, gid: 0, capabilities: '', ...marks.get(path), ...change });
  };
  for (const cpv of new Set(owners.values())) {
    for (const line of linesOf(cpv, 'PREFIX_STUDIO_OWNERS')) {
      const [, uid, gid, path] = /^(\d{1,7}):(\d{1,7}) (\/.*)$/.exec(line) ?? [];
      if (path !== undefined) mark(cpv, path, { uid: Number(uid), gid: Number(gid) });
    }
    for (const line of linesOf(cpv, 'PREFIX_STUDIO_CAPABILITIES')) {
      const [, capabilities, path] = /^(cap_\S+(?: cap_\S+)*) (\/.*)$/.exec(line) ?? [];
      if (capabilities !== undefined && path !== undefined && owners.has(path)) mark(cpv, path, { capabilities });
    }
  }
  return marks;
}
