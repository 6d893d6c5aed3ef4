import { join } from 'node:path';
import { type Board, boards, type DerivedNames, deriveNames } from '../layout/names';
import { EngineError } from './errors';
import { type FileLock, tryLockFile } from './file-lock';
import type { TargetRoot } from './vdb';

/** A prefix on disk: its choices, names and directories. */
export interface PrefixPlace extends DerivedNames {
  readonly name: string;
  readonly board: Board;
  /** EPREFIX */
  readonly path: string;
  readonly staging: TargetRoot;
  readonly final: TargetRoot;
}

/** The place of a design below the data folder. */
export function prefixPlace(
  design: { readonly name: string; readonly board: Board; readonly path: string },
  home: string,
): PrefixPlace {
  return placeOf(design, deriveNames(design, home, home));
}

/** A place whose directories were chosen by hand; `stagingDir` and `finalDir` end in a slash. */
export function placeOf(
  { name, board, path }: { readonly name: string; readonly board: Board; readonly path: string },
  names: DerivedNames,
): PrefixPlace {
  return {
    ...names,
    name,
    board,
    path,
    staging: { root: names.stagingRoot, eprefix: path },
    final: { root: names.finalRoot, eprefix: path },
  };
}

export const chostOf = (place: PrefixPlace): string => boards[place.board].chost;
export const archOf = (place: PrefixPlace): string => boards[place.board].keyword;

/** A program of the board's tool chain on this machine: plain on the same architecture, else the cross one. */
export function toolOf(board: Board, tool: string): string {
  const native = { x64: 'amd64-usr', arm64: 'arm64-usr' }[process.arch as 'x64' | 'arm64'];
  if (native === board) return tool;
  return `${boards[board].chost.split('-')[0]}-linux-gnu-${tool}`;
}

/** Beside the staging directory, so that it outlives setting the prefix up anew. */
export const lockPathOf = (stagingDir: string): string => `${stagingDir.replace(/(?<!\/)\/+$/, '')}.lock`;
export const lockPath = ({ stagingDir }: PrefixPlace): string => lockPathOf(stagingDir);

/** Takes the prefix for one run. Throws PREFIX_BUSY when another has it. */
export async function lockPrefix(place: PrefixPlace, purpose: string): Promise<FileLock> {
  const attempt = await tryLockFile(lockPath(place), purpose);
  if (attempt.kind === 'locked') return attempt.lock;
  throw new EngineError(
    'PREFIX_BUSY',
    `the prefix \`${place.name}\` is in use: ${attempt.holder.purpose} (process ${attempt.holder.pid} on ${attempt.holder.host})`,
    {
      hint: `Wait until that run has ended, or cancel it. On a network disk without locks, delete \`${lockPath(place)}\` when that machine is gone.`,
      details: { pid: attempt.holder.pid, purpose: attempt.holder.purpose },
    },
  );
}

/** Work folder of a package below the `tmp` of staging or final. */
export const workFolder = (directory: string): string => join(directory, 'tmp', 'portage');
