import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDesign, validateDesign } from '../design';
import { idleLineWarnings } from './idle-lines';
import { openDesign } from './open-design';

const home = mkdtempSync(join(tmpdir(), 'idle-lines-'));
afterAll(() => rmSync(home, { recursive: true }));

async function told(lines: object): Promise<readonly string[]> {
  const minimal = { name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['app-misc/jq'] };
  const checked = validateDesign({ ...minimal, ...lines });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const opened = await openDesign(checked.design, { home });
  return idleLineWarnings(opened).map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
}

describe('lines of a design that change nothing', () => {
  it.each([
    [
      { accept_keywords: ['~amd65'] },
      [
        '`~amd65` in `accept_keywords` accepts nothing: no tree of this design has a keyword of that name. Did you mean `~amd64`?',
      ],
    ],
    [
      { package_accept_keywords: { 'app-misc/jq': ['arn64'] } },
      [
        '`arn64` in `package_accept_keywords.app-misc/jq` accepts nothing: no tree of this design has a keyword of that name. Did you mean `arm64`?',
      ],
    ],
    [
      { package_use: { 'app-misc/jqq': ['ssl'] } },
      [
        'No tree of this design has a package for `app-misc/jqq` in `package_use`, so this line changes nothing. Did you mean `app-misc/jq`?',
      ],
    ],
    [
      { package_mask: ['>=app-misc/none-2'], package_license: { 'app-misc/none': ['*'] } },
      [
        'No tree of this design has a package for `app-misc/none` in `package_license` and `>=app-misc/none-2` in `package_mask`, so these lines change nothing.',
      ],
    ],
    [
      { package_use: { 'app-misc/jq': ['onigurumaa', '-nope'] } },
      [
        'No version of the package has the USE flag: `onigurumaa` of `app-misc/jq` and `nope` of `app-misc/jq` in `package_use`.',
      ],
    ],
  ])('%j', async (lines, words) => {
    expect(await told(lines)).toEqual(words);
  });

  it('are told in one line when they are many', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `app-misc/none${at}`);
    const [only, ...others] = await told({ package_mask: names });
    expect(others).toEqual([]);
    expect(only).toContain('`app-misc/none5` in `package_mask` and 34 more, so these lines change nothing.');
  });

  it('are none of those that configurations really have', async () => {
    const lines = {
      accept_keywords: ['~amd64', '-~arm64', '**', '*', '~*', '-*'],
      package_accept_keywords: { '*/*': ['~amd64'], '<app-misc/jq-9': [] },
      package_use: {
        '*/*': ['-*', 'nope'],
        'app-misc/*': ['nope'],
        'app-misc/jq': ['-*', 'python_targets_*', 'amd64'],
      },
      package_mask: ['app-misc/jq:0', '>app-misc/jq-99', '=app-misc/jq-1*'],
    };
    expect(await told(lines)).toEqual([]);
  });

  const folder = resolve(import.meta.dirname, '../../public/starters');
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('are none of those of %s', async (name) => {
    const parsed = parseDesign(readFileSync(join(folder, name), 'utf8'));
    if (!parsed.ok) throw new Error(name);
    expect(idleLineWarnings(await openDesign(parsed.design, { home }))).toEqual([]);
  });
});
