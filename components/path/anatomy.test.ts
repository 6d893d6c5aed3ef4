import { describe, expect, it } from 'vitest';
import { headAndTail, splitPath } from './anatomy';

const staging = '/build/prefix-amd64-usr/demo/root';

describe('splitPath', () => {
  it.each([
    [`${staging}/opt/demo/usr/bin/lua`, staging, '/opt/demo', [staging, '/opt/demo', '/usr/bin/lua']],
    [`${staging}/opt/demo`, staging, '/opt/demo', [staging, '/opt/demo', '']],
    [`${staging}/opt/demolition/x`, staging, '/opt/demo', [staging, '', '/opt/demolition/x']],
    [`${staging}/usr/lib`, staging, '/opt/demo', [staging, '', '/usr/lib']],
    ['/opt/demo/usr/bin/lua', '/', '/opt/demo', ['', '/opt/demo', '/usr/bin/lua']],
    ['/opt/demo/usr/bin/lua', '', '/opt/demo', ['', '/opt/demo', '/usr/bin/lua']],
    ['/usr/bin/make', '/', '', ['', '', '/usr/bin/make']],
    [`${staging}-2/opt/demo`, staging, '/opt/demo', ['', '', `${staging}-2/opt/demo`]],
    ['/', '/', '', ['', '', '/']],
  ])('draws %s', (path, root, prefix, parts) => {
    const split = splitPath(path, root, prefix);
    expect([split.root, split.prefix, split.rest]).toEqual(parts);
    expect(split.root + split.prefix + split.rest).toBe(path);
  });
});

it('shows what cannot be seen in a path', () => {
  expect(splitPath('/opt/demo/x\u202egnp.sh', '', '/opt/demo').rest).toBe('/x\\u{202e}gnp.sh');
});

describe('headAndTail', () => {
  it('keeps the last segments whole', () => {
    expect(headAndTail(staging, 2)).toEqual(['/build/prefix-amd64-usr', '/demo/root']);
    expect(headAndTail('/usr/bin/lua', 1)).toEqual(['/usr/bin', '/lua']);
  });
  it('has no head when everything is kept', () => {
    expect(headAndTail('/usr', 1)).toEqual(['', '/usr']);
    expect(headAndTail('', 1)).toEqual(['', '']);
  });
});
