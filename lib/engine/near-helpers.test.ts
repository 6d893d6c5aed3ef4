import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { PhaseRunner } from './__fixtures__/phase-runner';
import type { PhaseRequest } from './phase-contract';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';
const runtime = join(import.meta.dirname, 'runtime');
const functions = readFileSync(join(runtime, 'lib/near-helpers.bash'), 'utf8');

/** Words of an array of the file. */
const wordsOf = (name: string): readonly string[] =>
  (new RegExp(`^${name}=\\(([^)]*)\\)`, 'm').exec(functions)?.[1] ?? '').split(/\s+/);

/** What an install phase may call; each goes to its own folder, so that both ways of calling can be compared. */
const calls = `
	rm -rf tree; diropts -m0755; echo text > file; echo text > page.de.1; mkdir -p tree/inner; echo text > tree/inner/one; ln -s one tree/inner/link
	into /usr; \${1} dobin file; \${1} dosbin file; \${1} dolib.so file; \${1} dolib.a file; \${1} newbin file other
	insinto /etc/x; insopts -m0600; \${1} doins -r tree; \${1} newins - typed <<< typed; exeinto /opt/x; \${1} doexe file
	\${1} doman page.de.1; \${1} newman page.de.1 two.2; \${1} dodoc -r tree; \${1} newdoc file README; \${1} doheader file
	\${1} dosym -r /etc/x/typed /usr/lib/link; \${1} dosym a /b; \${1} keepdir /var/kept; diropts -m0700; \${1} dodir /var/own
	\${1} doinitd file; \${1} doconfd file; \${1} doenvd file; \${1} doinfo file; \${1} fperms -x /usr/bin/file
`;
const listed = '( cd "$ED"; find . -printf "%P %y %m %l %s\\n" | sort )';

describe('helpers as functions', () => {
  it('keep what the ebuild calls so from every variable and program that they use', () => {
    const helpers = readdirSync(join(runtime, 'helpers')).filter((name) => functions.includes(`${name} `));
    expect(helpers.length).toBeGreaterThan(5);
    const files = [...helpers, 'new'].map((name) => readFileSync(join(runtime, 'helpers', name), 'utf8'));
    const used = files
      .flatMap((text) => [...text.matchAll(/(?:^|\t|[a-z]= )([a-z_]+)\+?=|for ([a-z_]+)/gm)])
      .map(([, set, each]) => set ?? each ?? '')
      .filter((name) => !name.startsWith('__') && name !== 'the');
    const known = wordsOf('__near_variables');
    expect([...new Set(used)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`helpers of the calling shell${skipped}`, () => {
  let runner: PhaseRunner;
  beforeAll(() => {
    runner = new PhaseRunner();
  });
  afterAll(() => runner.remove());

  const install = async (name: string, text: string, change: Partial<PhaseRequest> = {}) => {
    runner.ebuild(`app-test/${name}-1`, `all() {${calls}}\nsrc_install() {\n${text}\n}\n`);
    const { result, output } = await runner.run(`app-test/${name}-1`, ['install'], change);
    return { result, output };
  };

  it('install what the programs of their names install', async () => {
    const both = `all; ${listed} > "\${T}/near"; rm -r "\${ED}"; mkdir "\${ED}"; all command; ${listed} > "\${T}/far"
      diff "\${T}/near" "\${T}/far" && wc -l < "\${T}/near"`;
    const { result, output } = await install('both', both);
    expect(result, output).toMatchObject({ kind: 'ok' });
    // 30 entries and more
    expect(Number(/^ *(\d+)$/m.exec(output)?.[1]), output).toBeGreaterThan(30);
  });

  it('are not led astray by what the ebuild set, and change nothing of it', async () => {
    const { result, output } = await install(
      'odd',
      `declare -gA directory=([a]=b) options=([x]=y); declare -gi target=5; cp() { echo mine; }; ln() { false; }
      name=kept; IFS=/; set -f; export GLOBIGNORE='*'; shopt -s nullglob
      ( all ) || die; set +f; unset GLOBIGNORE; shopt -u nullglob; ( all ) || die
      readonly link=fixed; dosym x /usr/y || die; dosym /z /usr/z || die
      echo "left \${directory[a]} \${options[x]} \${target} \${name} \${link} $(type -t ln) \${IFS}"; ls -1 "\${ED}/usr"`,
    );
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('left b y 5 kept fixed function /');
    expect(output).not.toContain('mine');
    expect(output).toMatch(/^y$/m);
    expect(output).toMatch(/^z$/m);
  });

  it.each([
    ['plain', 'doins nothing'],
    ['below xargs', 'echo nothing | xargs doins'],
    ['in a subshell', '( doins nothing )'],
    ['behind a pipe', 'echo nothing | while read -r each; do doins "$each"; done'],
    ['with set -e', 'set -e; doins nothing'],
  ])('end the build when they fail: %s', async (name, text) => {
    const { result, output } = await install(`fails-${name.replaceAll(' ', '-')}`, `insinto /x; ${text}; echo went on`);
    expect(result, output).toMatchObject({ kind: 'failed', message: 'doins: `nothing` does not exist' });
    expect(output).not.toContain('went on');
  });

  it('give a file a new name from wherever it is', async () => {
    const { result, output } = await install(
      'renamed',
      `echo one > file; ln -s file link; mkdir folder; echo two > folder/-odd
      insinto /x; newins file plain; newins link followed; (cd folder && newins ./-odd -name); newins "\${ED}/x/plain" plain
      insopts -m 0600 -p; newins file kept; insopts -m0640; newins file closed; (cd "\${ED}/x" && newins plain plain)
      ln -s / "\${ED}/x/aside"; newins file aside; dodir /x/taken; nonfatal newins file taken && die; nonfatal newins file a/b && die
      ${listed}`,
    );
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output.match(/^x\/\S+ [fld] \d+.*$/gm)?.map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      'x/-name f 644 4',
      'x/aside f 640 4',
      'x/closed f 640 4',
      'x/followed f 644 4',
      'x/kept f 600 4',
      'x/plain f 640 4',
      expect.stringMatching(/^x\/taken d 755 /),
    ]);
  });

  it('answer their status below nonfatal', async () => {
    const { result, output } = await install(
      'nonfatal',
      `insinto /x; nonfatal doins nothing; echo "first $?"; nonfatal newbin nothing other; echo "second $?"
      dodir /x || die; nonfatal dodir /x; echo "third $?"; echo nothing | nonfatal xargs doins; echo "fourth $?"`,
    );
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect([...output.matchAll(/^(first|second|third|fourth) (\d+)$/gm)].map(([, , status]) => status)).toEqual([
      '1',
      '1',
      '0',
      '123',
    ]);
  });

  it('give way to a program that the ebuild puts in front of PATH, and to its functions', async () => {
    const { result, output } = await install(
      'front',
      `mkdir own; printf '#!/bin/sh\\necho "own program $1"\\n' > own/dosym; chmod +x own/dosym
      ( PATH=\${PWD}/own:\${PATH}; dosym a /b ); dobin() { echo "own function \${1}"; }; dobin x`,
    );
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('own program a');
    expect(output).toContain('own function x');
  });
});
