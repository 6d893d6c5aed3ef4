import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const project = resolve(fileURLToPath(import.meta.url), '..', '..');

/** Is this the published package? It has no sources; what `prepack` made of them is complete. */
export const isPacked = !existsSync(join(project, 'lib', 'cli', 'main.ts'));

/** What the published package runs: entry, name and shape of each bundle. */
export const programs = [
  ['lib/cli/main.ts', 'cli', 'parts'],
  ['lib/cli/main.ts', 'command', 'whole'],
  ['lib/runner/worker-main.ts', 'worker', 'parts'],
  ['lib/runner/planning-main.ts', 'planning', 'parts'],
];

const mtimeMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;

/** True when the bundle exists and no file that went into it changed since. The list of inputs stands beside it. */
function isFresh(folder, main) {
  const entry = join(folder, main);
  const list = join(folder, 'inputs.json');
  if (!existsSync(entry) || !existsSync(list)) return false;
  const built = mtimeMs(entry);
  return JSON.parse(readFileSync(list, 'utf8')).every((input) => mtimeMs(join(project, input)) <= built);
}

/** Packages with more than code, or loaded by others too. All others are bundled, because hundreds of small files load slowly. */
const external = ['libsql', 'pg', 'pg-boss', 'next', 'esbuild', 'typescript', 'playwright', '@playwright/*', 'vitest'];

const requireForBundledPackages =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

const staleAfterMs = 24 * 3600 * 1000;

/**
 * `parts`: ECMAScript modules. What is imported lazily stays in files of its own, whose names follow their content, so a
 * process that still runs an older bundle finds its parts. `whole`: one CommonJS file, for `run-whole.mjs`.
 */
const shapes = {
  parts: {
    main: 'main.mjs',
    options: {
      format: 'esm',
      splitting: true,
      chunkNames: 'part-[hash]',
      outExtension: { '.js': '.mjs' },
      banner: { js: requireForBundledPackages },
    },
  },
  whole: {
    main: 'main.cjs',
    // code that was compiled before cannot import lazily; it can require
    options: { format: 'cjs', outExtension: { '.js': '.cjs' }, supported: { 'dynamic-import': false } },
  },
};

/** Bundles a TypeScript entry into `dist/<name>` unless what is there is fresh, and returns the path of the file to run. */
export async function bundle(entry, name, shape = 'parts') {
  const { main, options } = shapes[shape];
  const folder = join(project, 'dist', name);
  const output = join(folder, main);
  if (isPacked || isFresh(folder, main)) return output;
  const { build } = await import('esbuild');
  const started = new Date();
  const result = await build({
    entryPoints: { main: resolve(project, entry) },
    outdir: folder,
    ...options,
    absWorkingDir: project,
    write: false,
    bundle: true,
    platform: 'node',
    // less to read at every start; names stay, so that traces can be read
    minifyWhitespace: true,
    minifySyntax: true,
    target: 'node20.19',
    external,
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'error',
    alias: { '@': project },
  });
  const own = relative(project, fileURLToPath(import.meta.url));
  const sources = Object.keys(result.metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  const files = [...result.outputFiles].sort((a, b) => Number(a.path === output) - Number(b.path === output));
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(join(folder, 'inputs.json'), JSON.stringify([...sources, own, 'package-lock.json']));
    for (const file of files) writeWhole(file.path, file.contents);
    utimesSync(output, started, started);
    removeStale(folder, new Set(files.map((file) => basename(file.path))));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    throw new Error(
      `\`${folder}\` cannot be written, and what is in it is older than the sources. Run \`npm start\` once as the owner of \`${project}\`, or use a copy of your own.`,
    );
  }
  return output;
}

/** Readers see the old file or the new one. */
function writeWhole(path, content) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

function removeStale(folder, current) {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('part-') || current.has(name)) continue;
    if (Date.now() - mtimeMs(join(folder, name)) > staleAfterMs) rmSync(join(folder, name), { force: true });
  }
}
