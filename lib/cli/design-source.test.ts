import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../db/index';
import { storeDesign } from '../runner/prefix-documents';
import { type CommandEntry, type Terminal, UsageError } from './command';
import { commands } from './command-table';
import { readDesignSource } from './design-source';

const design = 'name: fresh\nboard: amd64-usr\npath: /opt/fresh\npackages: [app-text/tree]\n';
const terminal: Terminal = {
  out: () => undefined,
  err: () => undefined,
  isInteractive: false,
  hasColor: false,
  columns: 80,
};

const home = mkdtempSync(join(tmpdir(), 'studio-source-'));
const at = (name: string): string => join(home, name);
const server = createServer();

/** How many descriptors of this process are ends of a pipe. */
const endsOf = (pipe: string): number =>
  readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === pipe;
    } catch {
      return false;
    }
  }).length;

beforeAll(async () => {
  vi.stubEnv('PREFIX_STUDIO_HOME', home);
  const studio = await openDatabase({ home });
  await storeDesign(studio, design, new Date(0));
  await studio.close();
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync('/dev/zero', at('device'));
  symlinkSync('circle', at('circle'));
  symlinkSync('nothing', at('nowhere'));
  writeFileSync(at('bytes'), Buffer.from([0x61, 0x0a, 0xff]));
  writeFileSync(at('large'), 'x'.repeat(2 ** 20 + 1));
  writeFileSync(at('file'), design);
  await new Promise<void>((done) => server.listen(at('socket'), done));
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['folder', /folder` is a folder, not a design\. Name a file in it\.$/],
  ['pipe', /is a named pipe, not a design\. Give `-`/],
  ['socket', /is a socket, not a design\. Name a regular/],
  ['device', /is a device, not a design\. Name a regular/],
  ['circle', /is a link that leads to itself/],
  ['nowhere', /^There is no file/],
  ['file/below', /^There is no file/],
  ['x'.repeat(300), /is too long for the name of a file/],
  ['bytes', /is not UTF-8 at line 2/],
  ['large', /is larger than 512 KiB/],
];

describe('what is given as a design', () => {
  it.each(refused)('is refused in plain words: %s', async (name, words) => {
    const error = await readDesignSource(at(name)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toMatch(/E[A-Z]{4,}/);
  });

  // nothing is unreadable for root
  it.skipIf(process.getuid?.() === 0)('is refused where this user may not read it', async () => {
    writeFileSync(at('secret'), design, { mode: 0 });
    await expect(readDesignSource(at('secret'))).rejects.toThrow(/permission denied\. Name another design/);
  });

  it('is a file, what a shell pipes in, or the name of a prefix', async () => {
    expect(await readDesignSource(at('file'))).toEqual({ text: design, label: at('file') });
    // as a shell does with `<(…)`: a pipe that has a number instead of a name
    const descriptor = openSync(at('pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(at('pipe'), constants.O_WRONLY);
    writeSync(writer, design);
    const reading = readDesignSource(`/dev/fd/${descriptor}`);
    // one with a name, unlike the shell's, is not opened without a writer, who must not be gone before
    await vi.waitFor(() => expect(endsOf(at('pipe'))).toBe(3), { timeout: 300_000 });
    closeSync(writer);
    expect((await reading).text).toBe(design);
    closeSync(descriptor);
  });

  it('is the prefix of that name, although a folder has it too', async () => {
    const before = process.cwd();
    mkdirSync(at('fresh'));
    process.chdir(home);
    try {
      expect((await readDesignSource('fresh')).text).toBe(design);
    } finally {
      process.chdir(before);
    }
  });
});

/** How each command is given a design. */
const takers: Readonly<Record<string, readonly string[]>> = {
  bootstrap: ['FILE'],
  build: ['FILE'],
  check: ['FILE'],
  design: ['fresh', 'FILE'],
  fetch: ['FILE'],
  overlay: ['list', 'FILE'],
  phase: ['FILE', 'app-text/tree', 'compile'],
  plan: ['FILE'],
  prebuilt: ['export', at('export'), 'FILE'],
};

describe('a command that takes a design', () => {
  // loads every command
  it('is in the table of this test', async () => {
    const usages = await Promise.all(
      Object.entries(commands).map(async ([name, entry]) => [name, (await entry.load()).command.usage] as const),
    );
    // what `import` reads is no design; it writes one
    const wanted = usages.filter(([name, usage]) => /\bFILE(?:\|NAME|\])/.test(usage) && name !== 'import');
    expect(Object.keys(takers)).toEqual(wanted.map(([name]) => name).sort());
  });

  it.each(Object.entries(takers))('refuses a folder: %s', async (name, words) => {
    mkdirSync(at('odd.yaml'), { recursive: true });
    const positionals = words.map((word) => (word === 'FILE' ? at('odd.yaml') : word));
    const { command } = await (commands[name] as CommandEntry).load();
    await expect(
      command.run({ values: {}, positionals, rest: null, isJson: false, terminal } as never),
    ).rejects.toThrow(/is a folder, not a design/);
  });
});
