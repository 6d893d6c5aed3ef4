import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { attributeHeader, padding, type TarMember, tarEnd, tarHeader } from '../host/tar';
import type { FileMarks } from '../inspect/file-marks';
import { capabilityAttribute, encodeFileCapabilities, parseFileCapabilities } from '../layout/file-capabilities';

/** Everything below a folder, parents before children, names in byte-wise order; paths start with `/`. */
function* pathsBelow(folder: string, path = ''): Generator<string> {
  for (const entry of readdirSync(folder + path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const here = `${path}/${entry.name}`;
    yield here;
    if (entry.isDirectory()) yield* pathsBelow(folder, here);
  }
}

/** Files up to this size are read at once. */
const smallBytes = 1 << 20;

/** Extended attributes by path. */
export type Attributes = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/**
 * The tree that is packed as a tar archive in which files belong to root, or to whom `marks` say, and have the capabilities
 * and attributes that they cannot be given on the build machine. All times are 0. `directoryModes`: where they are not those
 * of the tree.
 */
export async function* packingArchive(
  tree: string,
  marks: FileMarks,
  attributes: Attributes,
  directoryModes: ReadonlyMap<string, number> = new Map(),
): AsyncGenerator<Buffer> {
  const first = new Map<string, string>();
  for (const path of pathsBelow(tree)) {
    const onDisk = join(tree, path);
    const info = lstatSync(onDisk);
    const { uid = 0, gid = 0, capabilities = '' } = marks.get(path) ?? {};
    const name = path.slice(1);
    const base: TarMember = {
      name,
      kind: 'file',
      mode: info.mode & 0o7777,
      uid,
      gid,
      sizeBytes: 0,
      mtime: 0,
      target: '',
    };
    if (info.isDirectory()) yield tarHeader({ ...base, kind: 'dir', mode: directoryModes.get(path) ?? base.mode });
    else if (info.isSymbolicLink())
      yield tarHeader({ ...base, kind: 'symlink', mode: 0o777, target: readlinkSync(onDisk) });
    if (!info.isFile()) continue;
    const inode = `${info.dev}:${info.ino}`;
    const linkedTo = first.get(inode);
    if (linkedTo !== undefined) {
      yield tarHeader({ ...base, kind: 'hardlink', target: linkedTo });
      continue;
    }
    first.set(inode, name);
    const parsed = parseFileCapabilities(capabilities);
    const given = new Map(attributes.get(path));
    if (parsed) given.set(capabilityAttribute, encodeFileCapabilities(parsed));
    if (given.size > 0) yield attributeHeader(given);
    yield tarHeader({ ...base, sizeBytes: info.size });
    if (info.size <= smallBytes) yield readFileSync(onDisk);
    else for await (const chunk of createReadStream(onDisk, { highWaterMark: 1 << 18 })) yield chunk as Buffer;
    yield padding(info.size);
  }
  yield tarEnd;
}
