import { describe, expect, it } from 'vitest';
import type { ProofCheck } from '../api/events';
import { proofLines } from './proof-lines';

const leak = (path: string): ProofCheck['findings'][number] => ({
  path: `/opt/demo${path}`,
  owner: 'dev-libs/openssl-3.5.7',
  detail: 'is run by `/usr/bin/env perl` of the host',
  severity: 'leak',
});
const broken: ProofCheck = { name: 'shebang', ok: false, summary: '1 script would be run.', findings: [leak('/a.pl')] };

describe('a check of the proof', () => {
  it('is one line when it passed or was not run', () => {
    expect(proofLines({ ...broken, ok: true })).toEqual(['ok  1 script would be run.']);
    expect(proofLines({ ...broken, skipped: 'no sandbox' })).toEqual(['-  1 script would be run.']);
  });

  it('names files, and not those that are only worth a look', () => {
    const notice = { ...leak('/b.pl'), severity: 'notice' as const };
    expect(proofLines({ ...broken, findings: [leak('/a.pl'), notice] })).toEqual([
      'NO  1 script would be run.',
      '      /opt/demo/a.pl (dev-libs/openssl-3.5.7) is run by `/usr/bin/env perl` of the host',
    ]);
  });

  it('tells what of the host is used, also when it passed', () => {
    const notice = { ...leak('/b'), owner: null, detail: '`b` reads /etc/hosts', severity: 'notice' as const };
    const findings = Array.from({ length: 9 }, () => notice);
    const lines = proofLines({ name: 'outside-files', ok: true, summary: '1 start.', findings });
    expect(lines.slice(0, 2)).toEqual(['ok  1 start.', '      /opt/demo/b `b` reads /etc/hosts']);
    expect(lines.at(-1)).toBe('      and 1 more');
  });

  it('says what to write into the design to go without them', () => {
    expect(proofLines({ ...broken, leaveOut: ['/a.pl', '/misc/b.pl'] }).slice(2)).toEqual([
      '    Leave a.pl and b.pl out of the image, if nobody needs them, with this in the design (`prefix-studio design`):',
      '      make_conf: {INSTALL_MASK: "/a.pl /misc/b.pl"}',
    ]);
  });

  it('counts what it does not list', () => {
    const findings = Array.from({ length: 20 }, (_, at) => leak(`/${at}.pl`));
    expect(proofLines({ ...broken, findings }).at(-1)).toBe('      and 8 more');
  });
});
