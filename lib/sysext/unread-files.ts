import type { SysextOptions } from '../design/schema';
import type { FileTree } from '../inspect/tree';
import { dropReason } from './packing-rules';

/** Folders of a system that its services read, and which nobody reads below a prefix. Source: systemd.unit(5), tmpfiles.d(5) … */
const readBySystem =
  /^\/(?:usr\/)?(?:lib|share)\/(?:systemd\/(?:system|user)|tmpfiles\.d|sysusers\.d(?=\/(?!acct-))|udev\/rules\.d|sysctl\.d|modules-load\.d|binfmt\.d|dbus-1\/system(?:\.d|-services))\/[^/]+$/;

/**
 * Packed files that their service never finds, because they lie below the prefix: units, tmpfiles.d, sysusers.d (but
 * those of acct-* packages, which the image has in its own `/usr`), udev rules, sysctl.d, modules-load.d, binfmt.d, D-Bus policy. Absolute paths, in order.
 */
export function unreadFiles(tree: FileTree, eprefix: string, options: SysextOptions): readonly string[] {
  return tree.entries
    .filter(
      ({ kind, path }) =>
        kind !== 'directory' &&
        path.startsWith(`${eprefix}/`) &&
        readBySystem.test(path.slice(eprefix.length)) &&
        dropReason(path, eprefix, options.keep) === null,
    )
    .map(({ path }) => path);
}
