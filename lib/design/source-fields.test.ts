import { describe, expect, it } from 'vitest';
import { parseDesign } from './design';
import { formatDesign } from './format';

const text = (sources: string): string =>
  `name: lua\nboard: amd64-usr\npath: /opt/lua\npackages:\n  - dev-lang/lua\nsources:\n  ${sources}\n`;

describe('sources of a design', () => {
  it.each([
    'folders: [/srv/sources]',
    'mirrors: [https://mirror.invalid/gentoo, http://10.0.0.1, /srv/mirror]',
    'suites: [forky, sid]',
  ])('may be %s', (sources) => {
    const read = parseDesign(text(sources));
    if (!read.ok) throw new Error(read.problems[0]?.message);
    const again = parseDesign(formatDesign(read.design));
    expect(again).toEqual(read);
  });

  it('writes only what is said', () => {
    const read = parseDesign(text('folders: [/srv/sources]'));
    expect(read.ok && formatDesign(read.design)).toContain('sources:\n  folders:\n    - /srv/sources\n');
    expect(read.ok && formatDesign(read.design)).not.toContain('mirrors');
  });

  it.each([
    ['folders: [srv/sources]', 'sources.folders.0'],
    ['folders: [/srv/../etc]', 'sources.folders.0'],
    ['mirrors: [ftp://x.invalid]', 'sources.mirrors.0'],
    ['mirrors: ["https://-x y"]', 'sources.mirrors.0'],
    ['suites: [--option]', 'sources.suites.0'],
  ])('cannot be %s', (sources, field) => {
    expect(parseDesign(text(sources))).toMatchObject({ ok: false, problems: [{ field, code: 'SOURCE_INVALID' }] });
  });
});
