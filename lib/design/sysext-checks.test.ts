import { describe, expect, it } from 'vitest';
import { checkPath } from './fields';
import { designSchema } from './schema';
import { checkSysextPath } from './sysext-checks';

const design = (path: string, extra: object = {}) =>
  designSchema.parse({ name: 'demo', board: 'amd64-usr', path, packages: ['a/b'], ...extra });
const levels = (path: string) =>
  Object.fromEntries(checkSysextPath(design(path)).map((check) => [check.code, check.level]));

describe('sysext path checks', () => {
  it('stop a path that would never be merged, and offer one that is', () => {
    const [first] = checkSysextPath(design('/srv/app'));
    expect(first).toMatchObject({ level: 'act', edit: { value: '/opt/app' } });
  });
  it('warn that /opt turns read-only and offer a place below /usr', () => {
    expect(levels('/opt/demo')).toMatchObject({ hierarchy: 'good', 'own-folder': 'good', 'read-only': 'look' });
    expect(levels('/usr/local/demo')['read-only']).toBe('good');
  });
  it('offer only paths that the design accepts', () => {
    for (const path of ['/srv/app', '/opt/demo', '/opt', '/home/x/y']) {
      for (const { edit } of checkSysextPath(design(path))) {
        if (edit?.path[0] === 'path')
          expect(checkPath(String(edit.value), { sysext: true }), String(edit.value)).toBeNull();
      }
    }
  });
  it('have nothing to say about a prefix without image', () => {
    expect(checkSysextPath(design('/srv/app', { sysext: false }))).toMatchObject([{ code: 'no-image' }]);
  });
});
