import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { checkHost, LocalAddressError, publicOnly } from '../../host/public-address';

/** Where a phase with a network may go. */
export interface Outward {
  readonly ports: ReadonlySet<number>;
  /** Throws `LocalAddressError` for a host that is written as an address and may not be reached. */
  readonly check: (host: string) => void;
  /** gives only addresses that may be reached; a socket connects to what it is given here */
  readonly lookup: LookupFunction;
}

/** http, https and git. */
const ports: ReadonlySet<number> = new Set([80, 443, 9418]);

/** The networks that this machine is in, those with public addresses too. */
function ownNetworks(interfaces: ReturnType<typeof networkInterfaces>): BlockList {
  const list = new BlockList();
  for (const { cidr, family } of Object.values(interfaces).flatMap((addresses) => addresses ?? [])) {
    const [address = '', prefix] = cidr?.split('/') ?? [];
    if (isIP(address) !== 0) list.addSubnet(address, Number(prefix), family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * The internet: no address of this machine, of its networks or of a private one, and no service but http, https and git.
 * Names are judged by the addresses that are then connected to.
 */
export function publicOutward(interfaces = networkInterfaces()): Outward {
  const own = ownNetworks(interfaces);
  const isOwn = (address: string): boolean => own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return {
    ports,
    check: (host) => {
      checkHost(host);
      const bare = host.replace(/^\[|\]$/g, '');
      if (isIP(bare) !== 0 && isOwn(bare)) throw new LocalAddressError(bare, bare);
    },
    lookup: publicOnly((host, options, answer) => {
      lookup(host, options, (error, addresses) => {
        if (error) return answer(error, []);
        const others = addresses.filter(({ address }) => !isOwn(address));
        if (others.length > 0) return answer(null, others);
        answer(new LocalAddressError(host, addresses[0]?.address ?? 'nowhere'), []);
      });
    }),
  };
}
