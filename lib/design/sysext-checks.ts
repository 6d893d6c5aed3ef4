import type { Design } from './schema';

export interface SysextCheck {
  readonly code:
    | 'hierarchy'
    | 'hides-local'
    | 'own-folder'
    | 'read-only'
    | 'state-folders'
    | 'release-file'
    | 'image-name'
    | 'match'
    | 'no-image';
  /** `act`: it will not work; `look`: it works and may surprise; `good`: nothing to do */
  readonly level: 'act' | 'look' | 'good';
  readonly title: string;
  /** plain words with the user's own values */
  readonly text: string;
  readonly edit?: { readonly title: string; readonly path: readonly string[]; readonly value: unknown };
}

/** What merging this prefix with systemd-sysext means for its path. Source: systemd-sysext(8). */
export function checkSysextPath(design: Pick<Design, 'name' | 'path' | 'sysext' | 'make_conf'>): SysextCheck[] {
  const { name, path, sysext } = design;
  if (sysext === false) {
    return [
      {
        code: 'no-image',
        level: 'look',
        title: 'This design packs no image',
        text: `The prefix ends as a folder tree. It can live anywhere; copy the final root to ${path} on the target.`,
        edit: { title: 'Pack an image', path: ['sysext'], value: undefined },
      },
    ];
  }
  const top = path.split('/')[1] ?? '';
  const inside = top === 'usr' || top === 'opt';
  const last = path.slice(path.lastIndexOf('/') + 1) || name;
  const checks: SysextCheck[] = [
    inside
      ? {
          code: 'hierarchy',
          level: 'good',
          title: `${path} lies below /${top}`,
          text: 'systemd-sysext merges /usr and /opt and nothing else.',
        }
      : {
          code: 'hierarchy',
          level: 'act',
          title: `${path} would never be merged`,
          text: 'systemd-sysext merges /usr and /opt and nothing else; everything outside is silently left out.',
          edit: { title: `Use /opt/${last}`, path: ['path'], value: `/opt/${last}` },
        },
  ];
  if (!inside) return checks;
  const depth = path.split('/').filter((step) => step !== '').length;
  checks.push({
    code: 'own-folder',
    level: depth > 1 ? 'good' : 'act',
    title: depth > 1 ? 'It has a folder of its own' : `${path} itself belongs to the system`,
    text:
      depth > 1
        ? `Nothing of the target’s own ${path} can be hidden, unless the target has that folder already.`
        : 'Files of the prefix would lie over files of the system.',
    ...(depth > 1 ? {} : { edit: { title: `Use ${path}/${name}`, path: ['path'], value: `${path}/${name}` } }),
  });
  // where /usr/local is a link, a folder in its place hides what the link leads to
  const hidesLocal = sysext.target === 'any' && path.startsWith('/usr/local/');
  const offersLocal = top === 'opt' && sysext.target === 'flatcar';
  if (hidesLocal) {
    checks.push({
      code: 'hides-local',
      level: 'look',
      title: 'It hides /usr/local where that is a link',
      text: 'On Fedora CoreOS and Fedora Atomic /usr/local leads to /var/usrlocal; while the image is merged, a folder stands in its place and what the host has there cannot be seen.',
      edit: { title: `Use /opt/${last}`, path: ['path'], value: `/opt/${last}` },
    });
  }
  checks.push({
    code: 'read-only',
    level: top === 'opt' ? 'look' : 'good',
    title:
      top === 'opt'
        ? 'While it is merged, all of /opt is read-only on the target'
        : '/usr is read-only on Flatcar anyway',
    text:
      top === 'opt'
        ? `What lies in /opt there stays visible, but nothing can be written to it; systemd before 257 hides mounts below /opt, later ones may fail to merge over a mount within a mount.${
            offersLocal ? ' If other software writes to /opt, choose a path below /usr/local.' : ''
          }`
        : 'Merging changes nothing about that.',
    ...(offersLocal ? { edit: { title: `Use /usr/local/${last}`, path: ['path'], value: `/usr/local/${last}` } } : {}),
  });
  checks.push({
    code: 'state-folders',
    level: 'look',
    title: `Nothing can be written below ${path}`,
    text: `Programs that keep state in ${path}/var, ${path}/run or ${path}/etc must be given another folder, for instance /var/lib/${name}; a tmpfiles.d line can make it at boot.`,
  });
  checks.push({
    code: 'release-file',
    level: 'good',
    title: 'The image carries its extension-release file',
    text: `/usr/lib/extension-release.d/extension-release.${name}, also for a prefix below /opt: without it the image is refused.`,
  });
  checks.push({
    code: 'image-name',
    level: 'good',
    title: sysext.format === 'erofs' ? `The image must stay called ${name}.raw` : 'The image may be renamed',
    text:
      sysext.format === 'erofs'
        ? 'A renamed copy does not match its extension-release file and is not merged. A squashfs image carries the attribute that allows it.'
        : 'Its extension-release file carries the attribute user.extension-release.strict=0, so systemd merges it under any file name.',
  });
  checks.push(
    sysext.target === 'any'
      ? {
          code: 'match',
          level: 'look',
          title: 'Merges on any system of this processor',
          text: 'ID=_any: it brings its own libraries, so it needs nothing else. It also merges on a system whose kernel or processor is too old for it. The Image page lists the systems.',
        }
      : {
          code: 'match',
          level: 'good',
          title: 'Merges on Flatcar Container Linux only',
          text:
            sysext.match === 'version-id'
              ? `Only on release ${sysext.level}: it has to be built again for each one.`
              : `ID=flatcar and SYSEXT_LEVEL=${sysext.level}: it survives updates of the system, because it brings its own libraries.`,
        },
  );
  return checks;
}
