import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../host/find-program';
import { probeSandbox } from '../../host/sandbox-probe';
import type { EbuildPhase, PhaseResult } from '../phase-contract';
import { runEbuildPhases } from '../phases';
import type { Outward } from './outward';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

/** Where a phase tries to get to, and how: `PLACES` by the proxy, and past it. */
const seeker = `EAPI=8
SLOT=0
try() {
	local host=\${1%:*} port=\${1##*:}
	(exec {way}<> "/dev/tcp/\${host}/\${port}") 2> /dev/null && echo "straight to \${1}"
	[[ -n \${http_proxy} ]] && "\${GIT_PROXY_COMMAND}" "\${host}" "\${port}" < /dev/null > /dev/null 2>&1 && echo "by proxy to \${1}"
}
look() {
	local place
	echo "\${EBUILD_PHASE}: proxy \${http_proxy:-none}"
	[[ -e /run/prefix-studio/network ]] && echo "\${EBUILD_PHASE}: socket"
	for place in \${PLACES}; do try "\${place}"; done
	(exec {way}<> /dev/tcp/127.0.0.1/19418) 2> /dev/null && echo "\${EBUILD_PHASE}: forwarder"
}
S=\${WORKDIR}
src_unpack() { look; KEPT=from-unpack; }
src_compile() { look; echo "compile: kept \${KEPT}"; }
src_install() { :; }
`;

/** Clones a repository by http, and keeps something for the next time. */
const live = `EAPI=8
PROPERTIES=live
SLOT=0
S=\${WORKDIR}/\${P}
src_unpack() {
	git clone --quiet "\${REPOSITORY}" "\${S}" || die
	cp "\${S}"/file "\${PORTAGE_ACTUAL_DISTDIR}"/kept || die
}
src_compile() {
	cat "\${PORTAGE_ACTUAL_DISTDIR}"/kept || die
	touch "\${PORTAGE_ACTUAL_DISTDIR}"/other 2> /dev/null && die "the store can be written"
	git ls-remote "\${REPOSITORY}" > /dev/null 2>&1 && die "compile has a network"
	:
}
src_install() { insinto /usr/share; doins file; }
`;

describe.skipIf(sandbox.kind === 'unusable')(`the network of phases${skipped}`, () => {
  let base: string;
  let web: Server;
  let webPort: number;
  let connections = 0;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'way-out-'));
    for (const [name, text] of Object.entries({ seeker, live })) {
      mkdirSync(join(base, 'tree/app-test', name), { recursive: true });
      writeFileSync(join(base, 'tree/app-test', name, `${name}-1.ebuild`), text);
    }
    for (const folder of ['stage/opt/demo', 'dist', 'www']) mkdirSync(join(base, folder), { recursive: true });
    web = createServer((request, response) => {
      try {
        response.end(readFileSync(join(base, 'www', new URL(request.url ?? '/', 'http://x').pathname)));
      } catch {
        response.writeHead(404).end();
      }
    });
    web.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((done) => web.listen(0, '0.0.0.0', done));
    webPort = (web.address() as AddressInfo).port;
  });
  afterAll(() => {
    web.close();
    rmSync(base, { recursive: true, force: true });
  });

  async function run(
    name: string,
    network: readonly EbuildPhase[],
    variables: Readonly<Record<string, string>>,
    outward?: Outward,
  ): Promise<{ readonly result: PhaseResult; readonly output: string }> {
    let output = '';
    const stage = join(base, 'stage');
    const buildDir = join(base, 'tmp/portage/app-test', `${name}-1`);
    rmSync(buildDir, { recursive: true, force: true });
    const result = await runEbuildPhases(
      {
        cpv: `app-test/${name}-1`,
        eapi: '8',
        slot: '0',
        ebuild: join(base, 'tree/app-test', name, `${name}-1.ebuild`),
        repository: 'test',
        eclassDirs: [],
        roots: { broot: '/', root: stage, sysroot: stage, eprefix: '/opt/demo' },
        chost: 'x86_64-cros-linux-gnu',
        arch: 'amd64',
        use: [],
        distfiles: [],
        distDir: join(base, 'dist'),
        variables,
        restrict: [],
        buildDir,
        phases: ['unpack', 'prepare', 'configure', 'compile', 'install'],
        environmentFile: null,
        replacingVersions: [],
        replacedByVersion: null,
        ...(network.length > 0 && { network: { phases: network, store: join(base, 'live', name) } }),
        onOutput: (text) => {
          output += text;
        },
        onPhase: () => undefined,
      },
      outward,
    );
    return { result, output };
  }

  const places = (): string =>
    [
      `127.0.0.1:${webPort}`,
      '127.0.0.1:80',
      'localhost:443',
      '10.0.0.1:80',
      '169.254.169.254:80',
      '192.168.0.1:443',
    ].join(' ');

  it('is none at all without a permission', async () => {
    const before = connections;
    const { result, output } = await run('seeker', [], { PLACES: places() });
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('unpack: proxy none');
    expect(output).toContain('compile: kept from-unpack');
    expect(output).not.toMatch(/straight|by proxy|forwarder|socket/);
    expect(connections).toBe(before);
  });

  it('is there in the phases that declared it, and leads to nothing of this machine or its network', async () => {
    const before = connections;
    const { result, output } = await run('seeker', ['unpack'], { PLACES: places() });
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain('unpack: proxy http://127.0.0.1:19418');
    expect(output).toContain('unpack: forwarder');
    expect(output).toContain('compile: proxy none');
    expect(output).not.toMatch(/straight|by proxy|compile: forwarder|compile: socket/);
    expect(output).toContain('kept from-unpack');
    // it was the proxy that said no, and the log tells
    for (const place of places().split(' ')) expect(output).toContain(`>>> network: ${place} was refused`);
    expect(connections).toBe(before);
  });

  it.skipIf(findProgram('git') === null)('lets a live ebuild clone, and keeps what it fetched', async () => {
    const git = (...args: readonly string[]): void => {
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: base,
        stdio: 'ignore',
      });
    };
    git('init', '-b', 'main', 'source');
    writeFileSync(join(base, 'source/file'), 'from the network\n');
    git('-C', 'source', 'add', 'file');
    git('-C', 'source', 'commit', '-m', 'one');
    git('clone', '--bare', 'source', 'www/repo.git');
    git('-C', 'www/repo.git', 'update-server-info');
    const outward: Outward = {
      ports: new Set([webPort]),
      check: () => undefined,
      lookup: (_, options, answer) => {
        if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
        else answer(null, '127.0.0.1', 4);
      },
    };
    const variables = { REPOSITORY: `http://good.example:${webPort}/repo.git` };
    const { result, output } = await run('live', ['unpack'], variables, outward);
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(output).toContain(`>>> network: good.example:${webPort}, `);
    expect(output).toContain('from the network');
    const image = join(base, 'tmp/portage/app-test/live-1/image/opt/demo/usr/share/file');
    expect(readFileSync(image, 'utf8')).toBe('from the network\n');
    expect(readFileSync(join(base, 'live/live/kept'), 'utf8')).toBe('from the network\n');
  });

  it('passes other services that may be reached on to programs that know git proxies', async () => {
    const greeter = createNetServer((socket) => socket.end('hello\n'));
    await new Promise<void>((done) => greeter.listen(0, '127.0.0.1', done));
    const port = (greeter.address() as AddressInfo).port;
    const outward: Outward = {
      ports: new Set([port]),
      check: () => undefined,
      lookup: (_, options, answer) => {
        if (options.all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
        else answer(null, '127.0.0.1', 4);
      },
    };
    try {
      const { output } = await run('seeker', ['unpack'], { PLACES: `good.example:${port}` }, outward);
      expect(output).toContain(`by proxy to good.example:${port}`);
    } finally {
      greeter.close();
    }
  });
});
