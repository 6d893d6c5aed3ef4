import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readUserVariables, writtenFile } from './user-environment';

let root = '';
const inside = (path: string): string => join(root, 'etc/portage', path);
const variables = () => Object.fromEntries(readUserVariables(join(root, 'etc/portage')));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'user-environment-'));
  mkdirSync(inside(''), { recursive: true });
  writeFileSync(inside(writtenFile), JSON.stringify({ files: {}, makeConf: ['CFLAGS="-O2"\n'] }));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('make.conf of a root', () => {
  it('reads what it sources, and what that sources', () => {
    writeFileSync(join(root, 'etc/flags'), `source portage/more\nCFLAGS="$${'{CFLAGS}'} -g"\n`);
    writeFileSync(inside('more'), 'USE="x"\n');
    writeFileSync(inside('make.conf'), 'CFLAGS="-O2"\nsource ../flags\n');
    expect(variables()).toEqual({ CFLAGS: `$${'{CFLAGS}'} -g`, USE: 'x' });
    writeFileSync(inside('make.conf'), `source ${inside('more')}\n`);
    expect(variables()).toEqual({ USE: 'x' });
  });

  it.each(['/etc/passwd', '../../../../../../../../../../etc/passwd', 'link'])('does not read %s', (path) => {
    symlinkSync('/etc/passwd', inside('link'));
    writeFileSync(inside('make.conf'), `source ${path}\n`);
    expect(variables).toThrow(
      expect.objectContaining({ code: 'CONFIG_SYNTAX', message: expect.stringContaining(inside('make.conf')) }),
    );
  });

  it.each([
    ['source nosuch', 'no such file'],
    ['\nUSE', 'unexpected end'],
  ])('names its true path where it is wrong: %j', (text, words) => {
    writeFileSync(inside('make.conf'), `${text}\n`);
    expect(variables).toThrow(expect.objectContaining({ message: expect.stringContaining(words) }));
    expect(variables).toThrow(expect.objectContaining({ message: expect.stringContaining(inside('make.conf')) }));
  });
});
