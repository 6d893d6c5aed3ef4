import { checkHost, lookupPublic } from '../host/public-address';

/** Where a download may lead. */
export interface SourceReach {
  /** hosts that may be this machine or of its network; lower case, an IPv6 address in brackets */
  readonly localHosts: ReadonlySet<string>;
  /** may it be a file of this machine? */
  readonly isFileAllowed: boolean;
}

/** Environment variable with hosts, separated by spaces or commas, that SRC_URI may name although they are local. */
export const localSourcesVariable = 'PREFIX_STUDIO_LOCAL_SOURCES';

/** The hosts of `PREFIX_STUDIO_LOCAL_SOURCES`. */
export function localSourceHosts(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  return (environment[localSourcesVariable] ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((host) => host !== '');
}

/** What a tree names (SRC_URI, thirdpartymirrors, mirrors of a profile): the internet, and the hosts that the user allows. */
export function treeReach(localHosts: readonly string[]): SourceReach {
  return { localHosts: new Set(localHosts), isFileAllowed: false };
}

/**
 * A mirror: a folder, a host of the internet, or one of `localHosts`. Only one that whoever runs the machine named may be
 * anywhere: a design may be a stranger's, and must not ask the machine or its network for anything.
 */
export function mirrorReach(
  mirror: string,
  known: { readonly localHosts: readonly string[]; readonly machineMirrors: readonly string[] },
): SourceReach {
  const isOfMachine = known.machineMirrors.includes(mirror) && URL.canParse(mirror);
  const own = isOfMachine ? [new URL(mirror).hostname.toLowerCase()] : [];
  return { localHosts: new Set([...known.localHosts, ...own]), isFileAllowed: true };
}

/**
 * Options of a request that keep it within reach. Throws `LocalAddressError` for an address; names are judged when the
 * socket is made, by the addresses that it then uses.
 */
export function requestOptions(url: URL, reach: SourceReach): { readonly lookup?: typeof lookupPublic } {
  if (reach.localHosts.has(url.hostname.toLowerCase())) return {};
  checkHost(url.hostname);
  return { lookup: lookupPublic };
}
