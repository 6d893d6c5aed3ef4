/**
 * What a package costs in the engine and in a real Portage, side by side in one run, in CPU seconds of all processes:
 *
 *   node scripts/run.mjs bench/beside-portage.ts PORTAGE-CHECKOUT [packages]
 *
 * 1. packages that install one file, built, packed and merged; 2. binary packages merged into another root;
 * 3. starters' libraries in the engine and by hand (configure, make, make install with the same compiler and flags).
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { designSchema } from '../lib/design';
import { dataHome, homeLayout } from '../lib/home';
import { plainEnvironment } from '../lib/host/plain-environment';
import { openDesign } from '../lib/plan/open-design';
import { planOpened } from '../lib/plan/plan-design';
import { executeOpened, placeOfOpened, setUpOpened } from '../lib/runner/embedded-engine';

const [checkout, countText = '8'] = process.argv.slice(2);
if (checkout === undefined || !existsSync(join(checkout, 'bin/emerge'))) {
  process.stderr.write('usage: node scripts/run.mjs bench/beside-portage.ts PORTAGE-CHECKOUT [packages]\n');
  process.exit(2);
}
const count = Number(countText);
const work = mkdtempSync(join(tmpdir(), 'beside-portage-'));
const home = join(work, 'home');
const overlay = join(work, 'overlay');
const names = Array.from({ length: count }, (_, at) => `app-misc/empty${at}`);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** CPU seconds of this process and of all children that ended. Source: proc_pid_stat(5) */
function cpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / 100;
}

async function cost(what: () => unknown): Promise<number> {
  const before = cpuSeconds();
  await what();
  return cpuSeconds() - before;
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

async function prepare(name: string, packages: readonly string[]) {
  const design = designSchema.parse({
    name,
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
  if (result.kind !== 'planned') throw new Error('there is no plan');
  const outcome = await executeOpened(opened, result.plan, { home, stages, emit: () => undefined });
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const each = (seconds: number, packages: number): string => (seconds / packages).toFixed(3);

/** The commands that the starter's ebuild runs, typed by a person. */
const byHand: Readonly<Record<string, { readonly archive: RegExp; readonly commands: string }>> = {
  'sys-libs/zlib': {
    archive: /^zlib_.*\.tar/,
    commands: './configure --prefix="$P/usr" && make $J && make DESTDIR="$D" install',
  },
  'app-arch/bzip2': {
    archive: /^bzip2-.*\.tar/,
    commands:
      'make $J -f Makefile-libbz2_so CC="$CC" CFLAGS="$CFLAGS -fPIC -D_FILE_OFFSET_BITS=64" && make $J CC="$CC" CFLAGS="$CFLAGS -D_FILE_OFFSET_BITS=64" bzip2 bzip2recover && make PREFIX="$D$P/usr" install',
  },
  'dev-libs/libyaml': {
    archive: /^yaml-.*\.tar/,
    commands: './configure --prefix="$P/usr" --disable-static && make $J && make DESTDIR="$D" install',
  },
};

async function besideHand(name: string): Promise<void> {
  const distfiles = homeLayout(home).distfiles;
  const known = homeLayout(dataHome()).distfiles;
  const short = name.split('/')[1] as string;
  if (existsSync(known)) spawnSync('cp', ['-an', `${known}/.`, distfiles]);
  // the base of the same prefix first: what another one built is shared, and cheaper
  await execute(await prepare(short, ['app-misc/empty0']), 'staging');
  const opened = await prepare(short, ['app-misc/empty0', name]);
  const engine = await cost(() => execute(opened, 'staging'));
  const { archive, commands } = byHand[name] as (typeof byHand)[string];
  const file = readdirSync(distfiles).find((entry) => archive.test(entry));
  if (file === undefined) return say(`${name}: its source cannot be had here`);
  const folder = join(work, 'hand', short);
  mkdirSync(folder, { recursive: true });
  const { path, stagingEroot } = placeOfOpened(opened);
  const env: NodeJS.ProcessEnv = {
    ...plainEnvironment,
    PATH: process.env.PATH ?? '',
    CC: 'gcc',
    CFLAGS: opened.staging.variable('CFLAGS'),
    J: `-j${availableParallelism()}`,
    P: path,
    D: join(folder, 'image'),
    LC_ALL: 'C',
  };
  const hand = await cost(() => {
    const script = `set -e; tar -xf "$1" --strip-components=1; ${commands}; strip --strip-unneeded $(find "$D" -type f -name "*.so*") 2>/dev/null || true`;
    const result = spawnSync('bash', ['-c', script, 'by-hand', join(distfiles, file)], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`${name} by hand: ${result.stderr.slice(-1000)}`);
  });
  say(
    `${name.padEnd(33)} engine ${engine.toFixed(1)}   by hand ${hand.toFixed(1)} CPU s, ratio ${(engine / hand).toFixed(2)}${existsSync(stagingEroot) ? '' : ' (nothing was merged)'}`,
  );
}

try {
  writeOverlay();
  // the base of a prefix is not what is measured
  await execute(await prepare('empty', names.slice(0, 1)), 'both');
  const ours = await cost(async () => execute(await prepare('empty', names), 'staging'));
  const oursFinal = await cost(async () => execute(await prepare('empty', names), 'final'));
  const rest = count - 1;
  const one = await cost(() => emerge(join(work, 'warm'), '-1q', names[0] as string));
  const theirs = await cost(() => emerge(join(work, 'staging'), '-1q', ...names));
  const binary = await cost(() => emerge(join(work, 'final'), '-1qK', ...names));
  say(
    `one file, built, packed, merged   engine ${each(ours, rest)}   Portage ${each(theirs, count)} (one alone ${one.toFixed(1)}) CPU s a package, ratio ${(theirs / count / (ours / rest)).toFixed(0)}`,
  );
  say(
    `binary packages into final, 4     engine ${((oursFinal / rest) * 4).toFixed(2)}   Portage ${((binary / count) * 4).toFixed(2)} CPU s, ratio ${(binary / count / (oursFinal / rest)).toFixed(0)}`,
  );

  for (const name of ['sys-libs/zlib', 'app-arch/bzip2', 'dev-libs/libyaml']) await besideHand(name);
} finally {
  rmSync(work, { recursive: true, force: true });
}
