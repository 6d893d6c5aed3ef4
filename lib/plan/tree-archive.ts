import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { padding, type TarMember, tarEnd, tarHeader } from '../host/tar';

/** Every file has this time, so that equal trees make equal archives: 1980-01-01, which all tar programs take. */
const fixedTime = 315_532_800;

/**
 * The bytes of a tar archive of a folder, under one top directory. Names are sorted, owners, times and modes fixed: the
 * same files give the same bytes. Links are kept as links.
 */
export async function* archiveFolder(folder: string, top: string): AsyncGenerator<Buffer> {
  yield* archiveEntry(folder, top);
  yield tarEnd;
}

async function* archiveEntry(path: string, name: string): AsyncGenerator<Buffer> {
  const stat = await lstat(path);
  const common = { name, uid: 0, gid: 0, mtime: fixedTime, sizeBytes: 0, target: '' } as const;
  if (stat.isDirectory()) {
    yield tarHeader({ ...common, kind: 'dir', mode: 0o755 });
    const names = (await readdir(path)).sort();
    for (const inner of names) yield* archiveEntry(join(path, inner), `${name}/${inner}`);
  } else if (stat.isSymbolicLink()) {
    yield tarHeader({ ...common, kind: 'symlink', mode: 0o777, target: await readlink(path) });
  } else if (stat.isFile()) {
    const mode = stat.mode & 0o100 ? 0o755 : 0o644;
    const member: TarMember = { ...common, kind: 'file', mode, sizeBytes: stat.size };
    yield tarHeader(member);
    if (stat.size > 0) for await (const piece of createReadStream(path)) yield piece as Buffer;
    yield padding(stat.size);
  }
}
