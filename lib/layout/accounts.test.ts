import { describe, expect, it } from 'vitest';
import { accountNames, formatSysusers, parseSysusers, withAccounts } from './accounts';

const base = { passwd: 'root:x:0:0:root:/root:/bin/bash\n', group: 'root:x:0:\naudio:x:18:\n' };

describe('lines of sysusers.d', () => {
  it('as acct-user.eclass writes them', () => {
    expect(parseSysusers('u\tntp\t123:ntp\tuser\\ for\\ ntp\t/dev/null\t-\nm\tntp\taudio\ng\tntp\t123\n')).toEqual([
      {
        kind: 'user',
        name: 'ntp',
        id: 123,
        group: 'ntp',
        comment: 'user for ntp',
        home: '/dev/null',
        shell: '/sbin/nologin',
      },
      { kind: 'member', user: 'ntp', group: 'audio' },
      { kind: 'group', name: 'ntp', id: 123 },
    ]);
  });

  it('with quotes, comments, open numbers and nothing but a name', () => {
    expect(parseSysusers('# g x 1\nu svc - "A: service" /var/lib/svc\ng any -\nu bare\n')).toMatchObject([
      { name: 'svc', id: null, group: null, comment: 'A  service', home: '/var/lib/svc' },
      { kind: 'group', name: 'any', id: null },
      { name: 'bare', id: null, home: '/', shell: '/sbin/nologin' },
    ]);
  });

  it.each(['u a:b 1', 'u ../x 1', 'r - 500-900', 'm ntp', 'u', ''])('leave out %j', (line) => {
    expect(parseSysusers(line)).toEqual([]);
  });
});

describe('accounts for a system', () => {
  it('are a file of sysusers.d that says the same, and names for people', () => {
    const lines = parseSysusers(
      'u svc 300:svc "A \\"good\\" service" /var/lib/svc -\ng svc 301\nu any -\nm svc audio\n',
    );
    const text = formatSysusers(lines);
    expect(text).toBe(
      'g svc 301\nu any - - / /sbin/nologin\nu svc 300:svc "A \\"good\\" service" /var/lib/svc /sbin/nologin\nm svc audio\n',
    );
    expect(formatSysusers(parseSysusers(text))).toBe(text);
    expect(accountNames(lines)).toBe('user svc (300), group svc (301), user any (any number)');
  });
});

describe('passwd and group', () => {
  it('get users, groups and members; open numbers go from 999 down in the order of names', () => {
    const lines = parseSysusers('u zed -\nu svc 300:svc Service /srv\ng svc 301\ng any -\nm svc audio\nm zed audio\n');
    const made = withAccounts(base, lines);
    expect(made.passwd).toBe(
      'root:x:0:0:root:/root:/bin/bash\nsvc:x:300:301:Service:/srv:/sbin/nologin\nzed:x:998:998::/:/sbin/nologin\n',
    );
    expect(made.group).toBe('root:x:0:\naudio:x:18:svc,zed\nsvc:x:301:\nany:x:999:\nzed:x:998:\n');
    expect(withAccounts(base, [...lines].reverse())).toEqual(made);
  });

  it('keep what is there, but for the number that a package asks for', () => {
    expect(withAccounts(base, parseSysusers('g root 0\ng audio 63\n')).group).toBe('root:x:0:\naudio:x:63:\n');
  });
});
