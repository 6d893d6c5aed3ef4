import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Is this name of a Host header one by which this machine alone is called? */
export const isLoopbackName = (name: string): boolean => name === 'localhost' || isLoopbackAddress(name);

/** The name of a Host header in lower case, without port and brackets; null when it is none. */
export function hostName(host: string): string | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(host.toLowerCase());
  return found?.[1] ?? found?.[2] ?? null;
}

/** Can only this machine reach a server that listens there? Asks the resolver for names. Throws ENOTFOUND. */
export async function isLoopbackHost(host: string): Promise<boolean> {
  const addresses = await lookup(host, { all: true });
  return addresses.length > 0 && addresses.every(({ address }) => isLoopbackAddress(address));
}
