// npm run try-node -- 22 [--unit] [--build]: does this checkout work with another version of Node.js?
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { project } from './bundle.mjs';
import { serveOnce } from './served.mjs';
import { say } from './set-up.mjs';

const [version, ...options] = process.argv.slice(2);
if (!version || version.startsWith('-')) {
  say('usage: npm run try-node -- VERSION [--unit] [--build]');
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), 'prefix-studio-node-'));
const program = join(project, 'bin', 'prefix-studio.mjs');

/** The registry's package of Node.js, whose program comes as a package for each processor. */
function installNode() {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const found = spawnSync('npm', ['view', `node@${version}`, 'version', '--json'], { encoding: 'utf8' });
  const exact = [JSON.parse(found.stdout || '[]')].flat().at(-1);
  if (!exact) throw new Error(`The registry has no Node.js ${version}.`);
  const name = `node-linux-${architecture}`;
  const folder = join(work, 'node');
  mkdirSync(folder);
  const wanted = ['install', '--prefix', folder, '--no-fund', '--no-audit', '--ignore-scripts', `${name}@${exact}`];
  if (spawnSync('npm', wanted, { cwd: folder, stdio: ['ignore', 2, 2] }).status !== 0) throw new Error('npm failed');
  return join(folder, 'node_modules', name, 'bin', 'node');
}

function step(title, node, args, environment) {
  const startedMs = performance.now();
  const { status } = spawnSync(node, args, { cwd: project, env: environment, stdio: ['ignore', 2, 2] });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`${title}: ${status === 0 ? 'passed' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) process.exitCode = 1;
}

try {
  const node = installNode();
  const environment = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    PREFIX_STUDIO_HOME: join(work, 'home'),
    XDG_CACHE_HOME: join(work, 'cache'),
  };
  say(`Node.js ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`);
  // a checkout that was never built would be built by the start, within its time
  step('production build', node, ['scripts/build-app.mjs'], environment);
  const { seconds, errors } = await serveOnce(node, program, { cwd: project, env: environment });
  say(`start to first page: ${seconds.toFixed(1)} s${errors === '' ? '' : `; on standard error:\n${errors}`}`);
  step('plan', node, [program, 'plan', 'public/starters/tree.yaml'], environment);
  if (options.includes('--unit')) step('unit tests', node, ['node_modules/vitest/vitest.mjs', 'run'], environment);
  if (options.includes('--build')) step('build', node, [program, 'build', 'public/starters/tree.yaml'], environment);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
