import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from './command';
import { command } from './commands/import';

let folder = '';
let out = '';
let err = '';
const terminal = { out: (line: string) => (out += `${line}\n`), err: (line: string) => (err += `${line}\n`) };
const run = (values: object, file = 'world') =>
  command.run({ values, positionals: [join(folder, file)], isJson: false, terminal } as never);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-command-'));
  out = '';
  err = '';
  writeFileSync(join(folder, 'world'), 'app-misc/jq\n');
  writeFileSync(join(folder, 'make.conf'), 'MAKEOPTS="-j2"\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('prefix-studio import', () => {
  it('prints a design, or writes it', async () => {
    expect(await run({})).toBe(0);
    expect(out).toContain('app-misc/jq');
    expect(await run({ output: join(folder, 'x.yaml') })).toBe(0);
    expect(existsSync(join(folder, 'x.yaml'))).toBe(true);
  });

  it('leaves one of several that cannot be read', async () => {
    writeFileSync(join(folder, 'bad.tar.gz'), 'no archive');
    const positionals = ['world', 'bad.tar.gz'].map((name) => join(folder, name));
    expect(await command.run({ values: {}, positionals, isJson: false, terminal } as never)).toBe(0);
    expect(out).toContain('app-misc/jq');
    expect(err).toMatch(/Not taken:\n {2}\S*bad\.tar\.gz: not read - /);
    await expect(run({}, 'bad.tar.gz')).rejects.toMatchObject({ code: expect.stringContaining('ARCHIVE') });
  });

  it.each([
    [{ path: '/etc' }, 'path: '],
    [{ name: '../x' }, 'name: '],
  ])('says why %j makes no design', async (values, words) => {
    expect(await run({ ...values, output: join(folder, 'x.yaml') })).toBe(1);
    expect([out, err]).toEqual(['', expect.stringContaining(`This is not a valid design: ${words}`)]);
    expect(existsSync(join(folder, 'x.yaml'))).toBe(false);
  });

  it('is called wrongly with a board that is none', async () => {
    await expect(run({ board: 'foo' })).rejects.toThrow(UsageError);
  });

  it('says how large an archive may be', async () => {
    writeFileSync(join(folder, 'portage.tar'), '');
    truncateSync(join(folder, 'portage.tar'), 2 ** 25 + 1);
    await expect(run({}, 'portage.tar')).rejects.toThrow(/portage\.tar` is larger than 32 MiB/);
  });

  it('has no design where nothing was taken', async () => {
    expect(await run({}, 'make.conf')).toBe(1);
    expect([out, err]).toEqual(['', expect.stringContaining('Nothing was taken')]);
  });
});
