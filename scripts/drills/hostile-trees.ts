import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveBomb, escapingArchive, manifestLine, placeDistfile } from './hostile-archives';
import type { HostileCase, Trial } from './hostile-case';

/** Trees that are hostile by what they are made of: links, FIFOs, giants and lies, which a git could not hold. */

const terabyte = 2 ** 40;

const plain = 'EAPI=8\ninherit hostile\n';

function tree(
  name: string,
  title: string,
  outcome: HostileCase['outcome'],
  prepare: (trial: Trial) => void,
  ebuild = plain,
): HostileCase {
  return {
    category: 'hostile-tree',
    name,
    title,
    outcome,
    says: null,
    smoke: [],
    isCancelled: false,
    hasTerminal: false,
    sequel: null,
    hasShell: false,
    isNetworkAllowed: false,
    others: [],
    makeConf: {},
    ebuild,
    prepare,
  };
}

const fifo = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
  execFileSync('mkfifo', [path]);
};

const link = (target: string, path: string): void => {
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
};

function giant(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, '# starts harmless\n');
  truncateSync(path, terabyte);
}

const ebuildOf = ({ folder }: Trial, name: string): string => join(folder, `${name}-1.ebuild`);

/** An entry of the metadata cache that fits the ebuild's checksum, so that it counts. */
function cacheEntry(trial: Trial, name: string, lines: string): void {
  const folder = join(trial.overlay, 'metadata/md5-cache/hostile-tree');
  mkdirSync(folder, { recursive: true });
  const sum = execFileSync('md5sum', [ebuildOf(trial, name)], { encoding: 'utf8' }).slice(0, 32);
  writeFileSync(join(folder, `${name}-1`), `EAPI=8\nSLOT=0\nKEYWORDS=amd64 arm64\n${lines}_md5_=${sum}\n`);
}

const withSecretSource = `${plain}SRC_URI="https://example.org/stolen.tar"\nsrc_unpack() { peek "\${DISTDIR}"/*; }\n`;

const readsFiles = `${plain}src_compile() { peek "\${FILESDIR}"/* "\${FILESDIR}"/*/* "\${EBUILD%/*}"/*; }\n`;

export const treeCases: readonly HostileCase[] = [
  tree('ebuild-link', 'the ebuild is a link to a secret of the host', 'fails', (trial) =>
    link(join(trial.canaries.folder, 'secret'), ebuildOf(trial, 'ebuild-link')),
  ),
  tree('ebuild-fifo', 'the ebuild is a FIFO', 'fails', (trial) => fifo(ebuildOf(trial, 'ebuild-fifo'))),
  tree('ebuild-device', 'the ebuild is a link to a device without end', 'fails', (trial) =>
    link('/dev/zero', ebuildOf(trial, 'ebuild-device')),
  ),
  tree('ebuild-giant', 'the ebuild is a terabyte long', 'fails', (trial) => giant(ebuildOf(trial, 'ebuild-giant'))),
  tree(
    'package-link',
    'the folder of the package is a link out of the tree',
    'fails',
    ({ folder, canaries }) => {
      const text = readFileSync(join(folder, 'package-link-1.ebuild'), 'utf8');
      const elsewhere = `${canaries.folder}.elsewhere`;
      mkdirSync(elsewhere, { recursive: true });
      writeFileSync(join(elsewhere, 'package-link-1.ebuild'), text);
      writeFileSync(join(elsewhere, 'beside'), canaries.secrets[0] ?? '');
      link(elsewhere, folder);
    },
    readsFiles,
  ),
  tree(
    'files-link',
    'the folder with its files is a link to a folder of the host',
    'any',
    ({ folder, canaries }) => link(canaries.folder, join(folder, 'files')),
    readsFiles,
  ),
  tree(
    'file-links',
    'its files are links to secrets of the host',
    'any',
    ({ folder, canaries }) => {
      mkdirSync(join(folder, 'files'));
      link(join(canaries.folder, 'secret'), join(folder, 'files/secret'));
      link('/etc/shadow', join(folder, 'files/shadow'));
    },
    readsFiles,
  ),
  tree('eclass-fifo', 'an eclass is a FIFO', 'fails', ({ overlay }) => fifo(join(overlay, 'eclass/hostile.eclass'))),
  tree('eclass-link', 'an eclass is a link to a secret of the host', 'fails', ({ overlay, canaries }) =>
    link(join(canaries.folder, 'secret'), join(overlay, 'eclass/hostile.eclass')),
  ),
  tree('eclasses-link', 'the folder of eclasses is a link out of the tree', 'fails', ({ overlay, canaries }) => {
    const elsewhere = `${canaries.folder}.eclasses`;
    rmSync(elsewhere, { recursive: true, force: true });
    renameSync(join(overlay, 'eclass'), elsewhere);
    link(elsewhere, join(overlay, 'eclass'));
  }),
  tree(
    'manifest-fifo',
    'the Manifest is a FIFO',
    'fails',
    ({ folder }) => fifo(join(folder, 'Manifest')),
    withSecretSource,
  ),
  tree(
    'manifest-giant',
    'the Manifest is a terabyte long',
    'fails',
    ({ folder }) => giant(join(folder, 'Manifest')),
    withSecretSource,
  ),
  tree(
    'manifest-paths',
    'the Manifest names files elsewhere',
    'fails',
    ({ folder, canaries }) => {
      const secret = readFileSync(join(canaries.folder, 'secret'));
      const names = ['stolen.tar', '../../stolen.tar', `${canaries.folder}/secret`];
      writeFileSync(join(folder, 'Manifest'), names.map((name) => manifestLine(name, secret)).join(''));
    },
    `${plain}SRC_URI="https://example.org/x -> ../../stolen.tar"\n`,
  ),
  tree(
    'source-file',
    'the source is a secret of the host, by file:',
    'fails',
    ({ folder, canaries }) => {
      const secret = readFileSync(join(canaries.folder, 'secret'));
      writeFileSync(join(folder, 'Manifest'), manifestLine('stolen.tar', secret));
    },
    `${plain}SRC_URI="file://@CANARY@/secret -> stolen.tar"\nsrc_unpack() { peek "\${DISTDIR}"/*; }\n`,
  ),
  tree(
    'source-loopback',
    'the source is a service of this machine',
    'fails',
    ({ folder }) => writeFileSync(join(folder, 'Manifest'), manifestLine('stolen.tar', Buffer.from('x'))),
    `${plain}SRC_URI="http://127.0.0.1:@PORT@/stolen.tar http://[::ffff:127.0.0.1]:@PORT@/stolen.tar http://2130706433:@PORT@/stolen.tar"\n`,
  ),
  tree(
    'archive-escapes',
    'the source archive has paths upwards, absolute paths, links and devices',
    'any',
    (trial) => placeDistfile(trial, 'hostile-escapes.tar.gz', escapingArchive(trial.canaries.folder)),
    `${plain}SRC_URI="https://example.org/hostile-escapes.tar.gz"\n`,
  ),
  tree(
    'archive-bomb',
    'the source archive is small and becomes 20 GB',
    'fails',
    (trial) => placeDistfile(trial, 'hostile-bomb.tar.gz', archiveBomb()),
    `${plain}SRC_URI="https://example.org/hostile-bomb.tar.gz"\n`,
  ),
  tree('cache-giant', 'the cached metadata are a terabyte long', 'any', (trial) => {
    cacheEntry(trial, 'cache-giant', '');
    giant(join(trial.overlay, 'metadata/md5-cache/hostile-tree/cache-giant-1'));
  }),
  tree('cache-fifo', 'the cached metadata are a FIFO', 'any', (trial) => {
    cacheEntry(trial, 'cache-fifo', '');
    fifo(join(trial.overlay, 'metadata/md5-cache/hostile-tree/cache-fifo-1'));
  }),
  tree('cache-deep', 'the cached dependencies are nested a hundred thousand deep', 'any', (trial) =>
    cacheEntry(trial, 'cache-deep', `RDEPEND=${'( '.repeat(100_000)}${') '.repeat(100_000)}\n`),
  ),
  tree('cache-lies', 'the cached metadata claim what the ebuild does not say', 'any', (trial) =>
    cacheEntry(
      trial,
      'cache-lies',
      'RDEPEND=app-text/tree\nDEFINED_PHASES=__proto__\nSRC_URI=file:///etc/shadow\n_eclasses_=../../../etc/shadow\t0\n__proto__=x\n',
    ),
  ),
  tree('layout-giant', 'layout.conf is a terabyte long', 'any', ({ overlay }) =>
    giant(join(overlay, 'metadata/layout.conf')),
  ),
  tree('layout-fifo', 'layout.conf is a FIFO', 'any', ({ overlay }) => fifo(join(overlay, 'metadata/layout.conf'))),
  tree('layout-masters', 'the overlay is its own master', 'any', ({ overlay }) =>
    writeFileSync(
      join(overlay, 'metadata/layout.conf'),
      `repo-name = hostile\nmasters = ${'hostile starter '.repeat(50_000)}\n`,
    ),
  ),
  tree('name-link', 'the name of the repository is a link to a secret', 'any', ({ overlay, canaries }) =>
    link(join(canaries.folder, 'secret'), join(overlay, 'profiles/repo_name')),
  ),
  tree('mask-fifo', 'package.mask is a FIFO', 'any', ({ overlay }) => fifo(join(overlay, 'profiles/package.mask'))),
  tree('mask-link', 'package.mask is a link to a secret of the host', 'any', ({ overlay, canaries }) =>
    link(join(canaries.folder, 'secret'), join(overlay, 'profiles/package.mask')),
  ),
  tree('mask-loop', 'package.mask is a folder of links to itself', 'any', ({ overlay }) => {
    mkdirSync(join(overlay, 'profiles/package.mask'));
    for (const name of ['a', 'b', 'c', 'd']) symlinkSync('.', join(overlay, 'profiles/package.mask', name));
  }),
  tree('moves-giant', 'the list of moved packages is a terabyte long', 'any', ({ overlay }) => {
    mkdirSync(join(overlay, 'profiles/updates'));
    giant(join(overlay, 'profiles/updates/1Q-2026'));
  }),
  tree(
    'profile-bash',
    'its profiles bring bash, links to secrets beside it and a configuration of their own',
    'any',
    (trial) => {
      const bash = `peek() { cat "$@" 2> /dev/null; }; peek ${trial.canaries.folder}/secret /etc/shadow /proc/1/environ
      touch ${trial.canaries.folder}/made /prefix-studio-breach 2> /dev/null\n`;
      for (const place of ['profiles', 'profiles/base', 'profiles/default', 'etc/portage', 'metadata']) {
        const folder = join(trial.overlay, place);
        mkdirSync(folder, { recursive: true });
        for (const name of ['profile.bashrc', 'package.bashrc', 'bashrc', 'make.defaults', 'parent']) {
          writeFileSync(
            join(folder, name),
            name === 'parent' ? '../../../..\n/etc\n' : name === 'make.defaults' ? 'CFLAGS="$(touch /x)"\n' : bash,
          );
        }
        link(join(trial.canaries.folder, 'secret'), join(folder, 'profile.bashrc.more'));
      }
      writeFileSync(
        join(trial.overlay, 'metadata/layout.conf'),
        'repo-name = hostile\nmasters = starter\nthin-manifests = true\nprofile-formats = portage-2 profile-bashrcs\n',
      );
    },
  ),
  tree('many-packages', 'twenty thousand packages in one category', 'any', ({ overlay }) => {
    for (let number = 0; number < 20_000; number += 1) {
      const folder = join(overlay, 'hostile-tree', `p${number}`);
      mkdirSync(folder);
      if (number < 50) writeFileSync(join(folder, `p${number}-1.ebuild`), 'EAPI=8\n');
    }
  }),
  tree('category-loop', 'categories and packages that are links to each other', 'any', ({ overlay }) => {
    for (const name of ['a', 'b', 'c']) symlinkSync('..', join(overlay, 'hostile-tree', name));
    symlinkSync('hostile-tree', join(overlay, 'sys-kernel'));
    writeFileSync(join(overlay, 'profiles/categories'), 'hostile-tree\nsys-devel\nsys-libs\nsys-kernel\n../..\n/etc\n');
  }),
];
