// npm start: sets everything up, then serves the web app. Arguments go to `prefix-studio serve`.
import { pathToFileURL } from 'node:url';
import { buildApp } from './build-app.mjs';
import { bundle, project } from './bundle.mjs';
import { checkNode, installDependencies, installSystemPackages, missingPackages, say } from './set-up.mjs';

checkNode();
process.env.PREFIX_STUDIO_ROOT ??= project;
try {
  installDependencies();
  installSystemPackages(await missingPackages());
  buildApp();
} catch (error) {
  say(`Prefix Studio cannot start: ${error.message}`);
  process.exit(1);
}
process.argv = [process.argv[0], 'prefix-studio', 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(await bundle('lib/cli/main.ts', 'cli')).href);
