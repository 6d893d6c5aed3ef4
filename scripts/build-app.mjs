// Makes the production build of the web app unless there is one of exactly these sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPacked, project } from './bundle.mjs';

const folders = ['app', 'components', 'lib'];
const files = ['package-lock.json', 'next.config.js', 'postcss.config.mjs', 'tsconfig.json'];

function sourcesBelow(folder) {
  if (!existsSync(join(project, folder))) return [];
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.(tsx?|css|json|svg|ico|png|woff2)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** SHA-256 over names and contents of everything that goes into the build. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const path of [...files, ...folders.flatMap(sourcesBelow)].sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(project, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

const stamp = join(project, '.next', 'prefix-studio-sources');

/** Returns whether a build was needed. Throws when it fails; its output goes to stderr. */
export function buildApp() {
  if (isPacked) return false;
  const hash = sourceHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  const next = join(project, 'node_modules', 'next', 'dist', 'bin', 'next');
  const built = spawnSync(process.execPath, [next, 'build'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (built.status !== 0) throw new Error('the production build of the web app failed');
  writeFileSync(stamp, hash);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stderr.write(buildApp() ? 'built\n' : 'up to date\n');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
