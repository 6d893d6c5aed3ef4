import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../host/find-program';
import { shownCommands } from '../command-table';
import { bashCompletion } from './bash';
import { commandShape } from './command-shape';
import { fishCompletion } from './fish';
import { manualPage } from './manual';
import { zshCompletion } from './zsh';

const loaded = await Promise.all(
  shownCommands.map(async ([name, { summary, load }]) => ({ name, summary, command: (await load()).command })),
);
const shapes = loaded.map(({ name, summary, command }) => commandShape(name, summary, command));
const folder = mkdtempSync(join(tmpdir(), 'prefix-studio-shell-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'designs'));
writeFileSync(join(folder, 'my design.yaml'), '');

/**
 * What bash would offer for the last word of each line; the program itself is one that knows two names of each kind. One
 * shell reads the script and answers each line in a fork.
 */
function offeredFor(lines: readonly (readonly string[])[]): readonly string[][] {
  const script = `prefix-studio() { [[ $1 == completion && $2 == --words ]] && printf '%s\\n' "my-$3" "other-$3"; }
    answer() {
      COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _prefix_studio
      (( \${#COMPREPLY[@]} )) && printf '%s\\n' "\${COMPREPLY[@]}"
    }
    while IFS= read -r -d '' count; do
      words=(); for (( i = 0; i < count; i++ )); do IFS= read -r -d '' word; words+=("$word"); done
      ( answer prefix-studio "\${words[@]}" ); printf '\\0'
    done; exit 0`;
  const input = lines.map((words) => [words.length, ...words].map((word) => `${word}\0`).join('')).join('');
  const { stdout, stderr } = spawnSync('bash', ['-c', `${bashCompletion(shapes)}\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
    input,
  });
  expect(stderr).toBe('');
  return stdout.split('\0').map((answer) => answer.split('\n').filter((line) => line !== ''));
}

const lines: readonly (readonly [words: string[], offered: string[]])[] = [
  [['pl'], ['plan']],
  [['st'], ['start', 'starters']],
  [['setup'], []],
  [['help', 'boo'], ['bootstrap']],
  [['plan', '--ex'], ['--export']],
  [['plan', '--export', ''], ['designs']],
  [
    ['plan', 'my'],
    ['my design.yaml', 'my-prefix'],
  ],
  [['plan', '--fix', 'oth'], ['other-prefix']],
  [
    ['remove', ''],
    ['my-prefix', 'other-prefix'],
  ],
  [['starters', 'my'], ['my-starter']],
  [
    ['files', 'x', '--root', ''],
    ['final', 'image', 'staging'],
  ],
  [['image', 'x', '-o', 'des'], ['designs']],
  [['trees', 'a'], ['add']],
  [['trees', 'add', 'x', 'des'], ['designs']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['phase', 'x', 'app/y', 'co'],
    ['configure', 'compile'],
  ],
  [['phase', 'x', 'my-pa'], ['my-package']],
  [['phase', 'x', '--ebuild', 'my'], ['my design.yaml']],
  [
    ['shell', 'oth'],
    ['other-package', 'other-prefix'],
  ],
  [['overlay', 'ta'], ['take']],
  [
    ['overlay', 'edit', 'my'],
    ['my design.yaml', 'my-package', 'my-prefix'],
  ],
  [
    ['overlay', 'take', 'a/b', '--from', ''],
    ['my-tree', 'other-tree'],
  ],
  [
    ['overlay', 'update', 'a/b', '--keep', ''],
    ['mine', 'theirs'],
  ],
  [['fetch', 'oth'], ['other-prefix']],
  [['fetch', 'x', '--to', ''], ['designs']],
  [['serve', '--port', ''], []],
  [['doctor', ''], []],
  [['no-such-command', ''], []],
];

describe('completion of bash', () => {
  let offered: readonly string[][] = [];
  beforeAll(() => {
    offered = offeredFor(lines.map(([words]) => words));
  });

  it.each(lines.map(([words, expected], at) => ({ line: words.join(' '), expected, at })))(
    '`$line`',
    ({ expected, at }) => {
      expect([...(offered[at] ?? [])].sort()).toEqual([...expected].sort());
    },
  );

  it('offers every option that a command reads', () => {
    const all = offeredFor(loaded.map(({ name }) => [name, '--']));
    for (const [at, { name, command }] of loaded.entries()) {
      const options = Object.keys(command.options).map((option) => `--${option}`);
      expect([...(all[at] ?? [])].sort(), name).toEqual([...options, '--help', '--json'].sort());
    }
  });
});

describe('completion of other shells', () => {
  const scripts = { zsh: zshCompletion(shapes), fish: fishCompletion(shapes) };
  it.each(Object.entries(scripts))('%s knows every command and option', (_shell, script) => {
    for (const { name, options } of shapes) {
      expect(script).toContain(name);
      for (const option of options.flatMap(({ names }) => names)) {
        expect(script).toContain(option.replace(/^--?/, ''));
      }
    }
  });

  // as a person loads it: a shell that only parses it says nothing of options that do not go together
  const loading = {
    zsh: ['-f', '-c', 'autoload -Uz compinit && compinit -u -D && source "$1"', 'zsh'],
    fish: ['--no-config', '-c', 'source $argv[1]'],
  } as const;
  for (const shell of ['zsh', 'fish'] as const) {
    it.skipIf(findProgram(shell) === null)(`${shell} loads it without a complaint`, () => {
      const path = join(folder, shell);
      writeFileSync(path, scripts[shell]);
      const env = { ...process.env, HOME: folder };
      const result = spawnSync(shell, [...loading[shell], path], { encoding: 'utf8', env });
      expect([result.stderr, result.status]).toEqual(['', 0]);
    });
  }
});

describe('the manual page', () => {
  const page = manualPage(loaded, { version: '1.2.3', released: '2026-01-02' });

  it('has every command with its options', () => {
    for (const { name, command } of loaded) {
      expect(page).toContain(`.SS ${name}\n`);
      for (const option of Object.keys(command.help)) expect(page).toContain(`.B ${option.replaceAll('-', '\\-')}\n`);
    }
  });

  it.skipIf(findProgram('groff') === null)('is set by groff without a warning', () => {
    const result = spawnSync('groff', ['-ww', '-man', '-Tutf8'], { input: page, encoding: 'utf8' });
    expect([result.stderr, result.status]).toEqual(['', 0]);
    expect(result.stdout).toContain('incorrect use');
    expect(result.stdout).toContain('2026-01-02');
  });
});
