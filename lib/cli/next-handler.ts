import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { programRoot } from '../home';
import { type Handler, ofSameBuild } from './same-build';

interface NextApp {
  prepare(): Promise<void>;
  getRequestHandler(): Handler;
}
type OpenNext = (options: { dev: boolean; dir: string; hostname: string; port: number }) => NextApp;

/** How Next's own server of a standalone build gets its configuration. */
const configurationVariable = '__NEXT_PRIVATE_STANDALONE_CONFIG';

/**
 * The built web app: in a published package with the part of Next that it needs, in a checkout beside the sources. It runs
 * with the configuration that it was built with; Next would read the file anew, and say so on the standard output.
 */
function appFolder(): { readonly folder: string; readonly configuration: string } {
  const packed = join(programRoot(), 'dist', 'app');
  // a checkout has this folder too after `npm pack`, which may be older than its sources
  const isPacked = !existsSync(join(programRoot(), 'app'));
  if (!isPacked) {
    const build = JSON.parse(readFileSync(join(programRoot(), '.next', 'required-server-files.json'), 'utf8'));
    return { folder: programRoot(), configuration: JSON.stringify((build as { config: unknown }).config) };
  }
  return { folder: packed, configuration: readFileSync(join(packed, 'configuration.json'), 'utf8') };
}

/** Opens the production build of the web app. `warn` gets what the operator should know. */
export async function openNext(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  warn: (text: string) => void,
): Promise<Handler> {
  const { folder, configuration } = appFolder();
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NEXT_MANUAL_SIG_HANDLE: 'true' });
  process.env[configurationVariable] = configuration;
  const next = createRequire(join(folder, 'package.json'))('next') as OpenNext;
  const app = next({ dev: false, dir: folder, hostname, port });
  await app.prepare();
  // of no use to the programs that this one starts
  delete process.env[configurationVariable];
  return ofSameBuild(folder, app.getRequestHandler(), warn);
}
