import { describe, expect, it } from 'vitest';
import { parseDesign } from '@/lib/design/design';
import { freeName, newDesignText, plannableText, readLoose, renameInText, setInText, valueAt } from './design-text';

const text = `# my tools
name: demo
board: amd64-usr
path: /opt/demo
packages:
  - app-editors/nano # the editor
  - sys-apps/less
use: [ssl, -nls]
`;

describe('setInText', () => {
  it('changes one value and leaves every comment where it was', () => {
    const next = setInText(text, ['board'], 'arm64-usr');
    expect(next).toContain('# my tools\nname: demo\nboard: arm64-usr');
    expect(next).toContain('nano # the editor');
  });

  it('keeps the comment of a list entry that stays', () => {
    const next = setInText(text, ['packages'], ['app-misc/jq', 'app-editors/nano']);
    expect(next).toContain('- app-misc/jq\n  - app-editors/nano # the editor');
    expect(next).not.toContain('less');
  });

  it('removes a key with its last entry, upwards', () => {
    expect(setInText(text, ['use'], [])).not.toContain('use');
    const withFlags = setInText(text, ['package_use', 'app-misc/jq'], ['oniguruma']);
    expect(withFlags).toContain('package_use:\n  app-misc/jq:\n    - oniguruma');
    expect(setInText(withFlags, ['package_use', 'app-misc/jq'], undefined)).toBe(
      setInText(text, ['board'], 'amd64-usr'),
    );
  });

  it('never removes the list of packages itself', () => {
    expect(setInText(text, ['packages'], [])).toContain('packages: []');
  });

  it('turns the image off and on again', () => {
    const off = setInText(text, ['sysext'], false);
    expect(off).toContain('sysext: false');
    expect(setInText(off, ['sysext', 'format'], 'erofs')).toContain('sysext:\n  format: erofs');
  });

  it('does not touch text that is not YAML', () => {
    expect(setInText('name: [demo', ['name'], 'x')).toBe('name: [demo');
  });

  it('writes what the parser reads back', () => {
    const result = parseDesign(setInText(newDesignText({ name: 'demo', path: '/opt/demo' }), ['packages'], ['a/b']));
    expect(result).toMatchObject({ ok: true, design: { name: 'demo', packages: ['a/b'] } });
  });
});

describe('renameInText', () => {
  it('moves a path that ends in the name', () => {
    expect(renameInText(text, 'tools')).toContain('name: tools\nboard: amd64-usr\npath: /opt/tools');
  });
  it('leaves a path of its own alone', () => {
    expect(renameInText(text.replace('/opt/demo', '/opt/acme'), 'tools')).toContain('path: /opt/acme');
  });
  it('gives the first name a path', () => {
    expect(renameInText(newDesignText(), 'tools')).toContain('path: /opt/tools');
  });
});

it('finds a free name', () => {
  expect(freeName('lua', ['lua', 'lua-2'])).toBe('lua-3');
  expect(freeName('lua', [])).toBe('lua');
});

it('reads broken and odd texts without failing', () => {
  expect(readLoose('a: [').writable).toBe(false);
  expect(readLoose('- a').writable).toBe(false);
  expect(valueAt(readLoose('packages: x'), ['packages'], [] as string[])).toEqual([]);
  expect(valueAt(readLoose('name: 3'), ['name'], '')).toBe('3');
});

it('lets a design be planned before it has a name, line by line as it is', () => {
  const text = newDesignText({ packages: ['=sys-apps/less-999'] });
  const planned = plannableText(text, ['unnamed']);
  expect(readLoose(planned).value).toMatchObject({ name: 'unnamed-2', path: '/opt/unnamed-2' });
  expect(planned.split('\n')).toHaveLength(text.split('\n').length);
  expect(plannableText(planned, [])).toBe(planned);
  expect(plannableText('name: [', [])).toBe('name: [');
});
