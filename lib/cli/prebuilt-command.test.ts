import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { removeTree } from '../host/remove-tree';
import { command as fetchCommand } from './commands/fetch';
import { command } from './commands/prebuilt';

let home = '';
let out: string[] = [];
let err: string[] = [];
const terminal = {
  out: (line: string) => void out.push(line),
  err: (line: string) => void err.push(line),
  isInteractive: false,
  columns: 80,
};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prefix-studio-prebuilt-'));
  vi.stubEnv('PREFIX_STUDIO_HOME', home);
  writeFileSync(
    join(home, 'fresh.yaml'),
    'name: fresh\nboard: amd64-usr\npath: /opt/fresh\npackages: [app-text/tree]\n',
  );
  out = [];
  err = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await removeTree(home);
});

it('prebuilt export is no success when it writes nothing, and says what to do', async () => {
  const positionals = ['export', join(home, 'out'), join(home, 'fresh.yaml')];
  expect(await command.run({ values: {}, positionals, isJson: false, terminal } as never)).toBe(1);
  expect(err.join('\n')).toMatch(/Nothing of fresh was written.*prefix-studio build .*--from-source/);
  expect(existsSync(join(home, 'out'))).toBe(false);
  expect(await command.run({ values: {}, positionals, isJson: true, terminal } as never)).toBe(1);
});

it('fetch --list says so when there is nothing to fetch', async () => {
  const folder = join(home, 'own');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('profiles/repo_name', 'own\n');
  write('profiles/categories', 'app-test\n');
  write('metadata/layout.conf', 'masters = starter\n');
  const text = 'EAPI=8\nDESCRIPTION="x"\nHOMEPAGE="https://example.org"\nLICENSE="MIT"\nSLOT=0\nKEYWORDS="amd64"\n';
  write('app-test/plain/plain-1.ebuild', text);
  const head = 'name: fresh\nboard: amd64-usr\npath: /opt/fresh\npackages: [app-test/plain]\n';
  writeFileSync(join(home, 'fresh.yaml'), `${head}repositories:\n  - {name: own, location: ${folder}}\n`);
  const positionals = [join(home, 'fresh.yaml')];
  expect(await fetchCommand.run({ values: { list: true }, positionals, isJson: false, terminal } as never)).toBe(0);
  expect(out[0]).toMatch(
    /^There is nothing to fetch: none are needed: of what is compiled here, .*app-test\/plain-1.* no source files/,
  );
});
