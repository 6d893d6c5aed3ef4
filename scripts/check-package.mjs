// npm run check-package [-- --build]: packs, installs into an empty folder, and uses what is there as a user would.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from './bundle.mjs';
import { serveOnce } from './served.mjs';
import { say } from './set-up.mjs';

const work = mkdtempSync(join(tmpdir(), 'prefix-studio-package-'));
const environment = {
  ...process.env,
  PREFIX_STUDIO_HOME: join(work, 'home'),
  XDG_CACHE_HOME: join(work, 'cache'),
  NODE_ENV: '',
};
delete environment.PREFIX_STUDIO_ROOT;

function run(program, args, { cwd = project, status = 0, says = /(?:)/ } = {}) {
  const startedMs = performance.now();
  const result = spawnSync(program, args, { cwd, env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const output = `${result.stdout}${result.stderr}`;
  if (result.status !== status || !says.test(output)) {
    throw new Error(`\`${[program, ...args].join(' ')}\` ended with status ${result.status}:\n${output.slice(-4000)}`);
  }
  return { ...result, seconds: (performance.now() - startedMs) / 1000 };
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const sizeOf = (files) => files.reduce((sum, file) => sum + statSync(file).size, 0);
const tell = (title, text) => say(`${title.padEnd(28)} ${text}`);

function pack() {
  const { stdout } = run('npm', ['pack', '--json', '--pack-destination', work]);
  const [{ filename, size, files }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  const unwanted = files.filter(({ path }) =>
    /^(?!dist\/app\/).*\.tsx?$|\.test\.|\.spec\.|\.map$|__fixtures__|^(bench|e2e|tests|docs|components|app)\//.test(
      path,
    ),
  );
  if (unwanted.length > 0) throw new Error(`The package holds ${unwanted.map(({ path }) => path).join(', ')}`);
  tell('package', `${megabytes(size)}, ${files.length} files`);
  return join(work, filename);
}

function install(tarball) {
  const cwd = join(work, 'empty');
  mkdirSync(cwd);
  const { seconds } = run('npm', ['install', '--prefix', cwd, '--no-fund', '--no-audit', '--prefer-offline', tarball], {
    cwd,
  });
  const modules = join(cwd, 'node_modules');
  tell('installed', `${megabytes(sizeOf(filesBelow(modules)))} in ${seconds.toFixed(1)} s`);
  return join(modules, 'prefix-studio');
}

/** A place of the machine that packed it would be wrong on every other. */
function refuseOwnPaths(root) {
  const found = filesBelow(root).filter((file) => readFileSync(file).includes(project));
  if (found.length > 0) throw new Error(`The package names ${project} in ${found.join(', ')}`);
}

const snapshot = (root) => filesBelow(root).map((file) => `${file} ${statSync(file).mtimeMs}`);

function useCommands(root) {
  const program = join(root, 'bin', 'prefix-studio.mjs');
  const starter = join(root, 'public', 'starters', 'tree.yaml');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const cwd = join(work, 'empty');
  const started = run('npx', ['prefix-studio', '--version'], { cwd, says: new RegExp(`^${version}$`, 'm') });
  tell('npx prefix-studio --version', `${started.seconds.toFixed(1)} s`);
  const node = process.execPath;
  run(node, [program], { cwd, status: 2, says: /^Usage: / });
  run(node, [program, 'doctor'], { cwd, says: /This machine can build/ });
  run(node, [program, 'completion', 'bash'], { cwd, says: /complete -F/ });
  run(node, [program, 'check', starter], { cwd });
  const planned = run(node, [program, 'plan', starter], { cwd, says: /app-text\/tree/ });
  tell('plan of a starter', `${planned.seconds.toFixed(1)} s`);
  if (!process.argv.includes('--build')) return;
  const built = run(node, [program, 'build', starter], { cwd });
  run(node, [program, 'image', 'tree', '-o', '.'], { cwd });
  tell('build of a starter', `${built.seconds.toFixed(1)} s`);
}

try {
  const root = install(pack());
  refuseOwnPaths(root);
  const before = snapshot(root);
  useCommands(root);
  const { seconds, errors } = await serveOnce(process.execPath, join(root, 'bin', 'prefix-studio.mjs'), {
    cwd: join(work, 'empty'),
    env: environment,
  });
  if (errors !== '') throw new Error(`The server complained:\n${errors}`);
  tell('start to first page', `${seconds.toFixed(1)} s`);
  const written = snapshot(root).filter((line) => !before.includes(line));
  if (written.length > 0) throw new Error(`Written beside the program:\n${written.join('\n')}`);
  say('The package can be used.');
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
