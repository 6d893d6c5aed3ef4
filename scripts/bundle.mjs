import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const project = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const mtimeMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;

/** True when the bundle exists and no file that went into it changed since. The list of inputs stands beside it. */
export function isFresh(bundle) {
  const inputsFile = `${bundle}.inputs.json`;
  if (!existsSync(bundle) || !existsSync(inputsFile)) return false;
  const built = mtimeMs(bundle);
  return JSON.parse(readFileSync(inputsFile, 'utf8')).every((input) => mtimeMs(join(project, input)) <= built);
}

/**
 * Bundles a TypeScript entry into `dist/<name>.mjs` unless that is fresh, and returns the path.
 * Packages stay outside and are resolved from node_modules; only our own code is bundled.
 */
export async function bundle(entry, name) {
  const output = join(project, 'dist', `${name}.mjs`);
  if (isFresh(output)) return output;
  const { build } = await import('esbuild');
  const written = `${output}.${process.pid}`;
  const started = new Date();
  const result = await build({
    entryPoints: [resolve(project, entry)],
    outfile: written,
    absWorkingDir: project,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    metafile: true,
    logLevel: 'error',
    alias: { '@': project },
  });
  const inputs = [...Object.keys(result.metafile.inputs), relative(project, fileURLToPath(import.meta.url))];
  writeFileSync(`${written}.inputs`, JSON.stringify(inputs));
  const { utimesSync } = await import('node:fs');
  utimesSync(written, started, started);
  renameSync(`${written}.inputs`, `${output}.inputs.json`);
  renameSync(written, output);
  return output;
}
