import { get } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkHost, isPublicAddress, LocalAddressError, lookupPublic, publicOnly } from './public-address';

describe('an address', () => {
  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.9.9.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
    ...['::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:1::1', '2001:db8::1', '', 'x', '1'],
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::ffff:127.0.0.1]/',
  ])('is found however it is written: %s', (url) =>
    expect(() => checkHost(new URL(url).hostname)).toThrow(LocalAddressError),
  );

  it('is judged when a name is looked up', async () => {
    const error = await new Promise((resolve) => lookupPublic('localhost', {}, resolve));
    expect(error).toBeInstanceOf(LocalAddressError);
    expect(await new Promise((resolve) => lookupPublic('localhost', { all: true }, resolve))).toMatchObject({
      host: 'localhost',
    });
  });
});

describe('a name whose answer changes', () => {
  /** A name service that gives one list after the other; the last one again and again. */
  function answers(...lists: readonly (readonly string[])[]) {
    const asked: string[] = [];
    const lookup = publicOnly((host, _options, answer) => {
      const list = lists[Math.min(asked.length, lists.length - 1)] ?? [];
      asked.push(host);
      answer(
        null,
        list.map((address) => ({ address, family: 4 })),
      );
    });
    return { lookup, asked };
  }

  /** The address that a request's socket is sent to; nothing is sent. */
  function connectedTo(lookup: typeof lookupPublic): Promise<unknown> {
    return new Promise((resolve) => {
      const createConnection = (): Socket => {
        const socket = new Socket();
        socket.once('lookup', (error: Error | null, address: string) => {
          resolve(error ?? address);
          socket.destroy();
        });
        return socket.connect({ host: 'rebind.example', port: 9, lookup, autoSelectFamily: false });
      };
      get('http://rebind.example:9/', { createConnection }).on('error', () => {});
    });
  }

  it('is connected at the address that was judged: nobody asks again', async () => {
    const { lookup, asked } = answers(['192.0.32.7'], ['127.0.0.1']);
    expect(await connectedTo(lookup)).toBe('192.0.32.7');
    expect(asked).toEqual(['rebind.example']);
    expect(await connectedTo(lookup)).toBeInstanceOf(LocalAddressError);
  });

  it('is connected at its public addresses only', async () => {
    const { lookup } = answers(['127.0.0.1', '10.0.0.1', '192.0.32.7']);
    expect(await connectedTo(lookup)).toBe('192.0.32.7');
    expect(await new Promise((resolve) => lookup('x', { all: true }, (_error, found) => resolve(found)))).toEqual([
      { address: '192.0.32.7', family: 4 },
    ]);
  });
});
