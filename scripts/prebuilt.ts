// Builds starters from source and writes their packages to `prebuilt/`, which `npm pack` then carries and every start takes from.
// npm run -s prebuilt -- [STARTER…]     default: those whose packages are small
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const project = resolve(process.env.PREFIX_STUDIO_ROOT ?? '.');
const small = ['tree', 'toolbox', 'editor', 'lua', 'data', 'shell'];
const chosen = process.argv.slice(2);
const home = join(project, 'dist', 'prebuilt-home');

function run(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [join(project, 'bin', 'prefix-studio.mjs'), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PREFIX_STUDIO_HOME: process.env.PREFIX_STUDIO_HOME ?? home },
  });
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(home, { recursive: true });
for (const name of chosen.length > 0 ? chosen : small) {
  const file = join(project, 'public', 'starters', `${name}.yaml`);
  if (!existsSync(file)) {
    console.error(`There is no starter \`${name}\`.`);
    process.exit(2);
  }
  run('build', file, '--from-source');
  run('prebuilt', 'export', join(project, 'prebuilt'), file, '--sources');
}
