import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../host/find-program';
import { HandMadePrefix } from './__fixtures__/hand-made-prefix';
import { checkHostData } from './host-data';

const canRun = process.arch === 'x64' && findProgram('gcc') !== null && findProgram('perl') !== null;

describe.skipIf(!canRun)('data that programs share', () => {
  let prefix: HandMadePrefix;
  beforeEach(() => {
    prefix = new HandMadePrefix('/opt/data');
  });
  afterEach(() => prefix.remove());

  const check = async () => checkHostData(await prefix.subject());
  const naming = (name: string, ...paths: string[]) =>
    prefix.compile(
      name,
      `#include <stdio.h>\nint main(void) { ${paths.map((path) => `puts("${path}");`).join(' ')} return 0; }`,
    );
  const of = async (name: string) =>
    (await check()).findings.filter(({ path }) => path.endsWith(`/${name}`)).map(({ detail }) => detail);

  it('comes from the host where a C library of the host says so', async () => {
    const { ok, summary } = await check();
    expect(ok).toBe(true);
    expect(summary).toBe('From the host: time zones, names of ports, libraries to preload, libraries by name.');
  });

  it('is closed to libraries of the host in the C library of a prefix', async () => {
    prefix.ownPaths();
    const { summary, findings } = await check();
    expect(summary).toBe('From the host: time zones, names of ports.');
    expect(findings.map(({ detail }) => detail)).toContain(
      'takes time zones from `/usr/share/zoneinfo` of the host. Without: time is UTC; `TZDIR` names another folder.',
    );
  });

  it('comes from the prefix where it is there', async () => {
    naming('screen', '/opt/data/etc/terminfo:/opt/data/usr/share/terminfo');
    expect(await of('screen')).toHaveLength(2);
    expect((await check()).summary).toContain('named and not there: terminals');
    mkdirSync(prefix.inside('usr/share/terminfo'), { recursive: true });
    expect(await of('screen')).toEqual([]);
    expect((await check()).summary).toContain('From the prefix: terminals');
  });

  it('is told with what happens without', async () => {
    naming('secure', '/opt/data//////etc/ssl/cert.pem', '/etc/ssl/certs/ca-certificates.crt');
    expect((await of('secure')).sort()).toEqual([
      expect.stringMatching(
        /^looks for certificates in `\/opt\/data\/etc\/ssl\/cert.pem`, which does not exist: no server/,
      ),
      expect.stringMatching(
        /^takes certificates from `\/etc\/ssl\/certs\/ca-certificates.crt` of the host. Without: no server/,
      ),
    ]);
  });

  it('is what a text says of it only where the text is the path', async () => {
    naming('talking', 'see /usr/share/zoneinfo', '/usr/share/zoneinfo for more');
    expect(await of('talking')).toEqual([]);
  });

  it("tells what Python's find_library asks", async () => {
    const folder = prefix.inside('usr/lib/python3.12/ctypes');
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/util.py`, '');
    expect(await of('util.py')).toEqual([expect.stringContaining('asks `ldconfig`, `gcc` and `ld` of the host')]);
  });
});
