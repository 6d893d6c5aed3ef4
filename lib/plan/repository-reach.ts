import { localSourceHosts, localSourcesVariable } from '../engine/source-reach';
import { checkHost, LocalAddressError, lookupPublic } from '../host/public-address';
import { PlanError } from './errors';

/** Where a repository of a design is cloned from. */
interface Remote {
  readonly host: string;
  /** null: git's own way to it cannot be held to an address */
  readonly port: number | null;
}

/** Host of a git address; null: it is no host's (`file:`). */
function remoteOf(location: string): Remote | null {
  if (!location.includes('://')) return { host: /@([^:]+):/.exec(location)?.[1] ?? '', port: null };
  if (!URL.canParse(location)) return { host: '', port: null };
  const { protocol, hostname, port } = new URL(location);
  if (protocol === 'file:') return null;
  const web = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : null;
  return { host: hostname, port: web === null ? null : Number(port || web) };
}

const addressOf = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    lookupPublic(host, {}, (error, address) => (error ? reject(error) : resolve(String(address))));
  });

/**
 * A design may come from anybody, so its repositories are fetched from the internet only, or from hosts that the user allows.
 * Returns settings that hold git to the address that was judged. Throws CLONE_FAILED.
 */
export async function reachOfRepository(location: string): Promise<readonly string[]> {
  const remote = remoteOf(location);
  if (remote === null || localSourceHosts().includes(remote.host.toLowerCase())) return [];
  try {
    checkHost(remote.host);
    const address = await addressOf(remote.host.replace(/^\[|\]$/g, ''));
    return remote.port === null ? [] : [`http.curloptResolve=${remote.host}:${remote.port}:${address}`];
  } catch (error) {
    // without a name service git says it better, or goes through a proxy
    if (!(error instanceof LocalAddressError)) return [];
    throw new PlanError('CLONE_FAILED', `\`${location}\` is not cloned for a design: ${error.message}`, {
      hint: `If it is yours, name its host in ${localSourcesVariable}, or clone it by hand and give the folder.`,
      details: { url: location },
    });
  }
}
