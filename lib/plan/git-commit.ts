import { dirname, join, resolve } from 'node:path';
import { ContainedFolder } from '../host/contained-file';

/** Files of git that say what is checked out: one line each, but for the list of packed refs. */
const mostBytes = { line: 4096, packedRefs: 4 * 1024 * 1024 };

const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** A ref that is one file name after another. Source: git-check-ref-format(1). */
const refName = /^refs(?:\/(?!\.)[\w.+@#=,-]+)+$/;

/**
 * Commit that is checked out where a folder is, read from git's own files, so that nothing is run in a stranger's checkout.
 * Null: it is no checkout, has no commit yet, or keeps its refs in a way that is not known here (reftable).
 */
export function checkedOutCommit(folder: string): string | null {
  const git = gitFolderOf(folder);
  const head = git && lineOf(git, 'HEAD');
  if (!git || !head) return null;
  if (commitId.test(head)) return head;
  const ref = head.startsWith('ref: ') ? head.slice('ref: '.length) : '';
  return refName.test(ref) ? commitOfRef(git, ref) : null;
}

function commitOfRef(git: ContainedFolder, ref: string): string | null {
  // a linked worktree has a HEAD of its own and shares the rest
  const shared = new ContainedFolder(resolve(git.path, lineOf(git, 'commondir') ?? '.'));
  const found = lineOf(git, ref) ?? lineOf(shared, ref) ?? packedCommit(shared, ref) ?? '';
  return commitId.test(found) ? found : null;
}

function packedCommit(git: ContainedFolder, ref: string): string | null {
  const text = textOf(git, 'packed-refs', mostBytes.packedRefs) ?? '';
  const line = text.split('\n').find((candidate) => candidate.endsWith(` ${ref}`));
  return line?.slice(0, line.indexOf(' ')) ?? null;
}

/** `.git` of the folder or of the nearest one above it; in a linked worktree it is a file that names the folder. */
function gitFolderOf(start: string): ContainedFolder | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const here = new ContainedFolder(folder);
    const kind = here.kind(join(folder, '.git'));
    if (kind === 'directory') return new ContainedFolder(join(folder, '.git'));
    const [, named] = (kind === 'file' && /^gitdir: (.+)$/.exec(lineOf(here, '.git') ?? '')) || [];
    if (named) return new ContainedFolder(resolve(folder, named));
    if (folder === dirname(folder)) return null;
  }
}

const lineOf = (git: ContainedFolder, name: string): string | null => textOf(git, name, mostBytes.line)?.trim() ?? null;

function textOf(git: ContainedFolder, name: string, most: number): string | null {
  const answer = git.read(join(git.path, name), most);
  return answer.kind === 'content' ? answer.data.toString('utf8') : null;
}
