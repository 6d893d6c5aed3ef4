import type { SysextOptions } from '../design/schema';

/** bash is part of every Flatcar image. Source: coreos-base/coreos of the Flatcar tree */
const shellsOfFlatcar = ['/bin/bash', '/usr/bin/bash', '/usr/bin/sh'];

/** Shells that the systems have which an image is made for, besides `/bin/sh`; absolute paths. */
export const hostShells = (sysext: SysextOptions | false): readonly string[] =>
  sysext !== false && sysext.target === 'flatcar' ? shellsOfFlatcar : [];
