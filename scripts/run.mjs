// Runs a TypeScript entry: node scripts/run.mjs scripts/vectors.ts [arguments...]
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, project } from './bundle.mjs';

const [entry, ...rest] = process.argv.slice(2);
if (!entry) {
  process.stderr.write('usage: node scripts/run.mjs ENTRY.ts [arguments...]\n');
  process.exit(2);
}
process.env.PREFIX_STUDIO_ROOT ??= project;
process.setSourceMapsEnabled(true);
// by its whole path: two entries may both be called main.ts
const name = relative(project, resolve(entry))
  .replace(/\.tsx?$/, '')
  .replaceAll('/', '-');
const path = await bundle(entry, `run-${name}`);
process.argv = [process.argv[0], path, ...rest];
await import(pathToFileURL(path).href);
