/**
 * What a package costs in the engine and in a real Portage, side by side in one run, in CPU seconds of all processes, those of
 * the sandboxes too; lowest of some rounds, the middle in parentheses:
 *
 *   node scripts/run.mjs bench/beside-portage.ts PORTAGE-CHECKOUT [--packages 24] [--rounds 3] [--tree FOLDER] [--only empty|hand|zlib|…]
 *
 * 1. packages that install one file, built, packed and merged; 2. binary packages merged into another root;
 * 3. libraries in the engine and by hand (configure, make, make install with the same compiler and flags): zlib of the starters,
 *    and with the folder of a checkout of flatcar/scripts its unmodified bzip2 and libyaml. Both sides unpack, apply the same
 *    patches, compile the same with the same CFLAGS, LDFLAGS and jobs, install the same files, and strip; the engine checks,
 *    compresses manual pages, packs, hashes and merges, and plans once more. All of that counts for the engine, and the
 *    commands have nothing like it. bzip2 has two rows: the commands of its ebuild, and those of its own README, which make
 *    a second program (bzip2-shared) that the ebuild's patches leave out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { designSchema } from '../lib/design';
import { executeOpened, placeOfOpened, setUpOpened } from '../lib/drivers/embedded/embedded-engine';
import { dataHome, homeLayout } from '../lib/home';
import { plainEnvironment } from '../lib/host/plain-environment';
import { openDesign } from '../lib/plan/open-design';
import { planOpened } from '../lib/plan/plan-design';
import { adoptOrphans, cpuCost, lowAndMiddle } from './cpu-seconds';

adoptOrphans();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    packages: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '3' },
    tree: { type: 'string' },
    only: { type: 'string' },
  },
});
const [checkout] = positionals;
if (checkout === undefined || !existsSync(join(checkout, 'bin/emerge'))) {
  process.stderr.write(
    'usage: node scripts/run.mjs bench/beside-portage.ts PORTAGE-CHECKOUT [--packages N] [--rounds N] [--tree FOLDER] [--only empty|hand|zlib|bzip2|libyaml]\n',
  );
  process.exit(2);
}
const count = Number(values.packages);
const roundCount = Number(values.rounds);
const portageCount = Math.min(count, 8);
const work = mkdtempSync(join(tmpdir(), 'beside-portage-'));
const home = join(work, 'home');
const overlay = join(work, 'overlay');
/** One for the base, then those of each round: what an earlier one built is shared, and cheaper. */
const base = 'app-misc/empty0';
const namesOf = (round: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `app-misc/empty${round * count + at + 1}`);
const names = [base, ...Array.from({ length: roundCount }, (_, round) => namesOf(round)).flat()];

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function writeOverlay(): void {
  write(join(overlay, 'profiles/repo_name'), 'bench\n');
  write(join(overlay, 'profiles/categories'), 'app-misc\n');
  write(join(overlay, 'profiles/arch.list'), 'amd64\narm64\n');
  write(join(overlay, 'metadata/layout.conf'), 'masters =\nthin-manifests = true\n');
  for (const name of names) {
    const pn = name.split('/')[1] as string;
    const install = `src_install() { insinto /usr/share/${pn}; newins - one <<< one; }`;
    const head = 'EAPI=8\nDESCRIPTION="one file"\nSLOT=0\nKEYWORDS="amd64 arm64"\nLICENSE="MIT"\nS="$WORKDIR"\n';
    write(join(overlay, name, `${pn}-1.ebuild`), `${head}${install}\n`);
  }
}

/** A root with nothing but the configuration that Portage needs. */
function portageRoot(root: string): NodeJS.ProcessEnv {
  const profile = join(work, 'profile');
  write(
    join(profile, 'make.defaults'),
    'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nUSERLAND="GNU"\nKERNEL="linux"\nELIBC="glibc"\nCHOST="x86_64-pc-linux-gnu"\n',
  );
  write(join(profile, 'eapi'), '8\n');
  const etc = join(root, 'etc/portage');
  mkdirSync(etc, { recursive: true });
  if (!existsSync(join(etc, 'make.profile'))) symlinkSync(profile, join(etc, 'make.profile'));
  write(join(etc, 'repos.conf'), `[DEFAULT]\nmain-repo = bench\n\n[bench]\nlocation = ${overlay}\n`);
  write(
    join(etc, 'make.conf'),
    `ACCEPT_LICENSE="*"\nFEATURES="buildpkg -news"\nBINPKG_FORMAT="gpkg"\nPKGDIR="${work}/pkgs"\nDISTDIR="${work}/distfiles"\nPORTAGE_TMPDIR="${work}/tmp"\n`,
  );
  mkdirSync(join(work, 'tmp'), { recursive: true });
  mkdirSync(join(work, 'distfiles'), { recursive: true });
  // as Portage's own tests do: one root that is host and target, so that nothing of this machine's Portage is read
  return {
    ...plainEnvironment,
    PORTAGE_OVERRIDE_EPREFIX: root,
    PATH: process.env.PATH ?? '',
    HOME: work,
    TERM: 'dumb',
  };
}

function emerge(root: string, ...args: readonly string[]): void {
  const result = spawnSync('python3', ['-b', join(checkout as string, 'bin/emerge'), ...args], {
    env: portageRoot(root),
    encoding: 'utf8',
  });
  if (result.status !== 0)
    throw new Error(`emerge ${args.join(' ')}: ${result.stdout.slice(-2000)}${result.stderr.slice(-2000)}`);
}

async function prepare(name: string, packages: readonly string[], ofTree = false) {
  const design = designSchema.parse({
    name,
    ...(ofTree ? { tree: 'flatcar', toolchain: 'host' } : {}),
    board: process.arch === 'arm64' ? 'arm64-usr' : 'amd64-usr',
    path: `/opt/${name}`,
    packages,
    sysext: false,
    repositories: packages.some((each) => each.includes('/empty')) ? [{ name: 'bench', location: overlay }] : [],
  });
  const opened = await openDesign(design, { home });
  await setUpOpened(opened, { home });
  return opened;
}

async function execute(
  opened: Awaited<ReturnType<typeof prepare>>,
  stages: 'staging' | 'final' | 'both',
): Promise<void> {
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
  const outcome = await executeOpened(opened, result.plan, { home, stages, emit: () => undefined });
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface ByHand {
  readonly archive: RegExp;
  /** what a person would type for the same files; in the order of the rows */
  readonly ways: Readonly<Record<string, string>>;
  /** is it an unmodified ebuild of the tree? */
  readonly ofTree: boolean;
}

/** The steps of its ebuild: `$F` is its folder of patches. */
const bzip2AsEbuild = `
for patch in 1.0.4-makefile-CFLAGS 1.0.8-saneso 1.0.4-man-links 1.0.6-progress 1.0.3-no-test 1.0.8-mingw 1.0.8-out-of-tree-build; do
  patch -p1 -f < "$F/bzip2-$patch.patch"
done
sed -i -e 's:$(PREFIX)/man:$(PREFIX)/share/man:g' -e 's:ln -s -f $(PREFIX)/bin/:ln -s -f :' Makefile
export CFLAGS LDFLAGS
make $J CC="$CC" -f Makefile-libbz2_so all
ln -s libbz2.so.1.0.8 libbz2.so
make $J CC="$CC" all
make PREFIX="$D$P/usr" install
cp -a libbz2.so* "$D$P/usr/lib"
mkdir -p "$D$P/usr/share/doc/bzip2/html"
cp CHANGES README* manual.pdf "$D$P/usr/share/doc/bzip2"
cp manual.html "$D$P/usr/share/doc/bzip2/html"`;

const bzip2AsReadme = `
make $J -f Makefile-libbz2_so CC="$CC" CFLAGS="$CFLAGS -fpic -fPIC -Wall -Winline -D_FILE_OFFSET_BITS=64"
make $J CC="$CC" CFLAGS="$CFLAGS -Wall -Winline -D_FILE_OFFSET_BITS=64" bzip2 bzip2recover
make PREFIX="$D$P/usr" install
cp -a libbz2.so* "$D$P/usr/lib"`;

const byHand: Readonly<Record<string, ByHand>> = {
  'sys-libs/zlib': {
    archive: /^zlib_.*\.tar/,
    ways: { '': './configure --prefix="$P/usr" && make $J && make DESTDIR="$D" install' },
    ofTree: false,
  },
  'app-arch/bzip2': {
    archive: /^bzip2-.*\.tar/,
    ways: { 'as its ebuild': bzip2AsEbuild, 'as its README': bzip2AsReadme },
    ofTree: true,
  },
  'dev-libs/libyaml': {
    archive: /^libyaml-.*\.tar/,
    // the archive has no configure, and the ebuild makes it in the same way
    ways: {
      '': 'autoreconf -fi && ./configure --prefix="$P/usr" --disable-static && make $J && make DESTDIR="$D" install',
    },
    ofTree: true,
  },
};

/** The ebuild's patches, below a checkout of flatcar/scripts. */
const patchFolder = 'sdk_container/src/third_party/portage-stable/app-arch/bzip2/files';

interface HandSettings {
  readonly archive: string;
  readonly path: string;
  readonly cflags: string;
  readonly ldflags: string;
}

function buildByHand(folder: string, commands: string, { archive, path, cflags, ldflags }: HandSettings): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    ...plainEnvironment,
    PATH: process.env.PATH ?? '',
    CC: 'gcc',
    CFLAGS: cflags,
    LDFLAGS: ldflags,
    J: `-j${availableParallelism()}`,
    P: path,
    D: join(folder, 'image'),
    F: join(resolve(values.tree ?? '.'), patchFolder),
    LC_ALL: 'C',
  };
  const strip = 'find "$D" -type f -perm /111 -exec strip --strip-unneeded -- {} + 2>/dev/null || true';
  const script = `set -e; tar -xf "$1" --strip-components=1\n${commands}\n${strip}`;
  const result = spawnSync('bash', ['-c', script, 'by-hand', archive], { cwd: folder, env, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`by hand: ${result.stderr.slice(-1000)}`);
}

async function besideHand(name: string): Promise<void> {
  const { archive, ways, ofTree } = byHand[name] as ByHand;
  if (ofTree && values.tree === undefined) return say(`${name}: needs --tree`);
  const distfiles = homeLayout(home).distfiles;
  const known = homeLayout(dataHome()).distfiles;
  mkdirSync(distfiles, { recursive: true });
  if (existsSync(known)) spawnSync('cp', ['-an', `${known}/.`, distfiles], { env: plainEnvironment });
  const short = name.split('/')[1] as string;
  const engine: number[] = [];
  const hand = new Map<string, number[]>(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round < roundCount; round += 1) {
    // built anew each time, beside a base that is there
    rmSync(join(homeLayout(home).shared, 'pkgs', name), { recursive: true, force: true });
    const prefix = `${short}${round}`;
    await execute(await prepare(prefix, [base], ofTree), 'staging');
    const opened = await prepare(prefix, [base, name], ofTree);
    planOpened(opened);
    engine.push(await cpuCost(() => execute(opened, 'staging')));
    const file = readdirSync(distfiles).find((entry) => archive.test(entry));
    if (file === undefined) return say(`${name}: its source cannot be had here`);
    const settings: HandSettings = {
      archive: join(distfiles, file),
      path: placeOfOpened(opened).path,
      cflags: opened.staging.variable('CFLAGS'),
      ldflags: opened.staging.variable('LDFLAGS'),
    };
    const folder = join(work, 'hand', short);
    for (const [way, commands] of Object.entries(ways)) {
      hand.get(way)?.push(await cpuCost(() => buildByHand(folder, commands, settings)));
    }
  }
  for (const [way, seconds] of hand) {
    const ratio = Math.min(...engine) / Math.min(...seconds);
    const whose = [ofTree ? 'unmodified' : 'starter', way].filter((word) => word !== '').join(', ');
    say(
      `${`${name} (${whose})`.padEnd(42)} engine ${lowAndMiddle(engine, 2)}   by hand ${lowAndMiddle(seconds, 2)} CPU s, ratio ${ratio.toFixed(2)}`,
    );
  }
}

async function besidePortage(): Promise<void> {
  const [ours, oursFinal]: [number[], number[]] = [[], []];
  for (let round = 0; round < roundCount; round += 1) {
    const prefix = `empty${round}`;
    // the base of a prefix is not what is measured
    await execute(await prepare(prefix, [base]), 'both');
    const packages = [base, ...namesOf(round)];
    ours.push((await cpuCost(async () => execute(await prepare(prefix, packages), 'staging'))) / count);
    oursFinal.push((await cpuCost(async () => execute(await prepare(prefix, packages), 'final'))) / count);
  }
  const some = namesOf(0).slice(0, portageCount);
  const one = await cpuCost(() => emerge(join(work, 'warm'), '-1q', base));
  const theirs = (await cpuCost(() => emerge(join(work, 'staging'), '-1q', ...some))) / portageCount;
  const binary = (await cpuCost(() => emerge(join(work, 'final'), '-1qK', ...some))) / portageCount;
  const [low, lowFinal] = [Math.min(...ours), Math.min(...oursFinal)];
  const final4 = oursFinal.map((seconds) => seconds * 4);
  say(
    `one file, built, packed, merged   engine ${lowAndMiddle(ours, 3)}   Portage ${theirs.toFixed(2)} (one alone ${one.toFixed(1)}) CPU s a package, ratio ${(theirs / low).toFixed(0)}`,
  );
  say(
    `binary packages into final, 4     engine ${lowAndMiddle(final4, 2)}   Portage ${(binary * 4).toFixed(2)} CPU s, ratio ${(binary / lowFinal).toFixed(0)}`,
  );
}

try {
  writeOverlay();
  if (values.tree !== undefined) {
    write(join(home, 'trees.json'), JSON.stringify([{ name: 'flatcar', folder: resolve(values.tree), url: null }]));
  }
  const wanted = (part: string): boolean => values.only === undefined || values.only === part;
  if (wanted('empty')) await besidePortage();
  for (const name of Object.keys(byHand)) {
    if (wanted('hand') || wanted(name.split('/')[1] as string)) await besideHand(name);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
