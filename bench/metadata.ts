import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openMetadataPhase } from '../lib/engine/metadata';
import { programRoot } from '../lib/home';
import { bashVersion } from '../lib/plan/open-design';
import { eapiOfEbuild, generateMetadata, openStarterTree } from '../lib/repo';

/**
 * What does reading ebuilds cost, beside Portage's egencache?
 * `node scripts/run.mjs bench/metadata.ts --repository DIR --portage CHECKOUT [--ebuilds N] [--jobs N] [--rounds N] [--json]`
 *
 * Both read the same N ebuilds (default 300, spread evenly over a repository with ebuilds, eclasses and profiles) into an
 * empty cache, with the same number of jobs (default 2), in turn. What counts is the processor time, user and system, of
 * the whole process tree; the entries are compared byte by byte. The ebuilds are copied to a temporary folder first;
 * nothing is fetched. Ebuilds of an EAPI that this machine's bash is too old for are left out.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repository: { type: 'string' },
    portage: { type: 'string' },
    ebuilds: { type: 'string', default: '300' },
    jobs: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const jobs = Number(values.jobs);

interface Times {
  readonly wallMs: number;
  readonly userMs: number;
  readonly systemMs: number;
}

/** Times of a command with everything that it started. */
function timeCommand(command: readonly string[], env: NodeJS.ProcessEnv): Times {
  const helper = join(programRoot(), 'bench/tree_times.py');
  const { stdout, stderr, status } = spawnSync('python3', [helper, ...command], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`\`${command.join(' ')}\` stopped with ${status}: ${stderr.slice(-3000)}`);
  return JSON.parse(stdout) as Times;
}

/** Ebuild folders of a repository, `category/name`. */
function packagesOf(repository: string): string[] {
  const folders = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const categories = readFileSync(join(repository, 'profiles/categories'), 'utf8').split('\n').filter(Boolean);
  return categories
    .filter((category) => existsSync(join(repository, category)))
    .flatMap((category) => folders(join(repository, category)).map((name) => `${category}/${name}`))
    .sort();
}

/** EAPIs up to 8 are read by every bash that Portage runs on. */
const isReadable = (path: string): boolean => Number(eapiOfEbuild(readFileSync(path, 'utf8'))) <= 8;

/** A repository with some packages of another, as they are. Returns the number of ebuilds. */
function copySome(from: string, to: string, wanted: number): number {
  mkdirSync(to, { recursive: true });
  for (const name of ['eclass', 'profiles', 'licenses']) {
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name), { recursive: true });
  }
  mkdirSync(join(to, 'metadata'));
  cpSync(join(from, 'metadata/layout.conf'), join(to, 'metadata/layout.conf'));
  const all = packagesOf(from).flatMap((name) =>
    readdirSync(join(from, name))
      .filter((file) => file.endsWith('.ebuild') && isReadable(join(from, name, file)))
      .map((file) => `${name}/${file}`),
  );
  const count = Math.min(wanted, all.length);
  for (let index = 0; index < count; index += 1) {
    const path = all[Math.floor((index * all.length) / count)] ?? '';
    mkdirSync(join(to, path, '..'), { recursive: true });
    cpSync(join(from, path), join(to, path));
  }
  return count;
}

/** What the child does: reads every ebuild of a repository into an empty cache. */
async function readAll(repository: string, cacheFolder: string): Promise<void> {
  const tree = openStarterTree(repository, cacheFolder);
  const phase = openMetadataPhase({ repositories: [repository], workers: jobs });
  const pending = tree.indexes.flatMap((index) => index.pending);
  const { failed } = await generateMetadata(pending, tree.repositories, {
    source: (question) => phase.read(question),
    cacheFolder,
    bash: bashVersion(),
    workers: jobs,
  });
  phase.close();
  for (const { cpv, message } of failed) process.stderr.write(`${cpv}: ${message}\n`);
}

function entriesBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.json')) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(folder.length + 1), readFileSync(path, 'utf8'));
  }
  return found;
}

const cpu = ({ userMs, systemMs }: Times): number => userMs + systemMs;

const middle = (times: readonly Times[]): Times => {
  const sorted = [...times].sort((a, b) => cpu(a) - cpu(b));
  return sorted[Math.floor(sorted.length / 2)] ?? { wallMs: 0, userMs: 0, systemMs: 0 };
};

function measure(from: string, portage: string): Record<string, unknown> {
  const base = mkdtempSync(join(tmpdir(), 'prefix-studio-bench-'));
  try {
    const repository = join(base, 'repository');
    const ebuilds = copySome(from, repository, Number(values.ebuilds));
    const name = readFileSync(join(repository, 'profiles/repo_name'), 'utf8').trim();
    const config = join(base, 'config');
    mkdirSync(join(config, 'etc/portage/profile'), { recursive: true });
    mkdirSync(join(base, 'empty'));
    writeFileSync(join(base, 'empty/make.defaults'), 'ARCH="amd64"\n');
    symlinkSync(join(base, 'empty'), join(config, 'etc/portage/make.profile'));
    const repositories = `[DEFAULT]\nmain-repo = ${name}\n[${name}]\nlocation = ${repository}\n`;
    const own: Times[] = [];
    const theirs: Times[] = [];
    const ownCache = join(base, 'own');
    const theirCache = join(repository, 'metadata/md5-cache');
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const folder of [ownCache, theirCache, join(base, 'edb')]) rmSync(folder, { recursive: true, force: true });
      mkdirSync(join(base, 'edb'));
      const self = [process.execPath, process.argv[1] ?? '', 'read', repository, ownCache, '--jobs', String(jobs)];
      own.push(timeCommand(self, process.env));
      const egencache = [
        ...['python3', join(resolve(portage), 'bin/egencache'), '--update', `--repo=${name}`, `--jobs=${jobs}`],
        ...[`--config-root=${config}`, `--repositories-configuration=${repositories}`],
        ...[`--cache-dir=${join(base, 'edb')}`],
      ];
      theirs.push(timeCommand(egencache, { ...process.env, PORTAGE_OVERRIDE_EPREFIX: config }));
    }
    const [generated = ''] = readdirSync(join(ownCache, 'metadata')).map((entry) => join(ownCache, 'metadata', entry));
    const ours = entriesBelow(generated);
    const other = entriesBelow(theirCache);
    const identical = [...ours].filter(([path, text]) => other.get(path) === text).length;
    const [a, b] = [middle(own), middle(theirs)];
    return {
      ebuilds,
      jobs,
      entries: { ours: ours.size, egencache: other.size, identical },
      ours: a,
      egencache: b,
      processorTimeRatio: Math.round((1000 * cpu(a)) / cpu(b)) / 1000,
    };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

const [task, repository, cache] = positionals;
if (task === 'read' && repository !== undefined && cache !== undefined) {
  await readAll(repository, cache);
} else if (!values.repository || !values.portage) {
  process.stderr.write(
    'usage: bench/metadata.ts --repository DIR --portage CHECKOUT [--ebuilds N] [--jobs N] [--json]\n',
  );
  process.exitCode = 2;
} else {
  process.stdout.write(`${JSON.stringify(measure(values.repository, values.portage), null, values.json ? 0 : 1)}\n`);
}
