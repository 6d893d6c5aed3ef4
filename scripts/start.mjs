// npm start: installs and builds what a checkout lacks, then does what `prefix-studio start` does. Arguments go there.
import { pathToFileURL } from 'node:url';
import { buildApp } from './build-app.mjs';
import { bundle, project } from './bundle.mjs';
import { checkNode, installDependencies, say } from './set-up.mjs';

checkNode();
process.env.PREFIX_STUDIO_ROOT ??= project;
const wantsHelp = process.argv.slice(2).some((word) => word === '--help' || word === '-h');
try {
  installDependencies();
  // help needs no app
  if (!wantsHelp) buildApp();
} catch (error) {
  say(`Prefix Studio cannot start: ${error.message}`);
  process.exit(1);
}
process.argv = [process.argv[0], 'prefix-studio', 'start', ...process.argv.slice(2)];
await import(pathToFileURL(await bundle('lib/cli/main.ts', 'cli')).href);
