import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** Addresses that no host of the internet has. Source: IANA special-purpose address registries. */
const notPublic = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  notPublic.addSubnet(net, prefix, 'ipv4');
}
/** Within 2000::/3: protocol assignments and Teredo, documentation, 6to4. */
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic.addSubnet(net, prefix, 'ipv6');
}
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');

/** The IPv4 address inside an IPv6 one: mapped (`::ffff:0:0/96`) or behind NAT64 (`64:ff9b::/96`). */
function embedded(address: string): string | null {
  const plain = expand(address);
  const [high, low] = [plain.slice(0, 6).join(':'), plain.slice(6)];
  if (high !== '0:0:0:0:0:ffff' && high !== '64:ff9b:0:0:0:0') return null;
  const [first = 0, second = 0] = low.map((group) => Number.parseInt(group, 16));
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

/** The eight groups of an IPv6 address, without leading zeros. The WHATWG URL parser writes one the shortest way. */
function expand(address: string): string[] {
  const text = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [left = '', right] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  if (right === undefined) return groups(left);
  const [before, after] = [groups(left), groups(right)];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}

/** Can the address be one of the internet, not of this machine or its network? False for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4');
  if (isIP(address) !== 6) return false;
  const inner = embedded(address);
  if (inner !== null) return isPublicAddress(inner);
  return global6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** A host that leads to this machine or its network, where the internet was meant. */
export class LocalAddressError extends Error {
  override readonly name = 'LocalAddressError';

  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(
      host === address
        ? `\`${host}\` is an address of this machine or of its network`
        : `\`${host}\` is ${address}, an address of this machine or of its network`,
    );
  }
}

/** Throws `LocalAddressError` for a host that is written as an address and is not public. Brackets are fine. */
export function checkHost(host: string): void {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isPublicAddress(bare)) throw new LocalAddressError(bare, bare);
}

/** The name service of the machine, or of a test. */
type LookUp = (
  host: string,
  options: LookupAllOptions,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for sockets that gives public addresses only. A socket connects to what it is given here, so that a name
 * that is asked twice and answers differently does not help.
 */
export const publicOnly =
  (ask: LookUp): LookupFunction =>
  (host, options, answer) => {
    ask(host, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, []);
      const reachable = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = reachable;
      if (first === undefined) return answer(new LocalAddressError(host, addresses[0]?.address ?? 'nowhere'), []);
      if (options.all) return answer(null, reachable);
      answer(null, first.address, first.family);
    });
  };

export const lookupPublic: LookupFunction = publicOnly(lookup);
