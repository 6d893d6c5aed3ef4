import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readUserEnvironment } from '../repo/user-environment';
import { bundleProgram } from './__fixtures__/bundled-program';
import { lockPrefix, type PrefixPlace, prefixPlace } from './prefix-place';
import { designFile, type SetupRequest, setupPrefix, uninstallPrefix, wrapperPaths } from './setup-prefix';
import { wrapperScript } from './wrapper-script';

let home: string;
let place: PrefixPlace;

const request = (mode: SetupRequest['mode'], files: Readonly<Record<string, string>> = {}): SetupRequest => {
  const configuration = {
    profile: '/profiles/amd64-usr',
    files: new Map([['make.conf', 'CHOST="x"\n'], ...Object.entries(files)]),
  };
  return {
    place,
    configuration: { staging: configuration, final: configuration },
    design: 'name: demo\n',
    distDir: join(home, 'distfiles'),
    home,
    mode,
  };
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'setup-'));
  place = prefixPlace({ name: 'demo', board: 'amd64-usr', path: '/opt/demo' }, home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('makes directories, configuration and wrapper where the SDK has them', async () => {
  await setupPrefix(request('new'));
  for (const path of [
    'build/prefix-amd64-usr/demo/pkgs',
    'build/prefix-amd64-usr/demo/tmp',
    '__prefix__/amd64-usr/demo/logs',
  ]) {
    expect(existsSync(join(home, path)), path).toBe(true);
  }
  const staging = readFileSync(join(place.stagingEroot, 'etc/portage/make.conf'), 'utf8');
  expect(staging).toContain(`CHOST="x"\nDISTDIR="${home}/distfiles"\nPKGDIR="${place.pkgDir}"\n`);
  expect(staging).toContain('EMERGE_DEFAULT_OPTS="--buildpkg"');
  expect(readFileSync(join(place.finalEroot, 'etc/portage/make.conf'), 'utf8')).toContain('--usepkgonly');
  expect(readlinkSync(join(place.finalEroot, 'etc/portage/make.profile'))).toBe('/profiles/amd64-usr');
  expect(readFileSync(designFile(place), 'utf8')).toBe('name: demo\n');
  for (const path of wrapperPaths(place, home)) expect(statSync(path).mode & 0o111).toBe(0o111);
});

it('refuses an existing prefix, removes it when forced, and keeps its packages on a refresh', async () => {
  await setupPrefix(request('new'));
  const file = join(place.stagingEroot, 'usr/bin/tool');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  await expect(setupPrefix(request('new'))).rejects.toMatchObject({ code: 'PREFIX_EXISTS' });
  await setupPrefix(request('refresh'));
  expect(existsSync(file)).toBe(true);
  await setupPrefix(request('force'));
  expect(existsSync(file)).toBe(false);
});

it('takes settings away that the design no longer has, and leaves those of the user', async () => {
  const folder = join(place.stagingEroot, 'etc/portage/package.use');
  await setupPrefix(request('new', { 'package.use/design': 'a/b c\n' }));
  writeFileSync(join(folder, 'mine'), 'a/b d\n');
  await setupPrefix(request('refresh'));
  expect(existsSync(join(folder, 'design'))).toBe(false);
  expect(existsSync(join(folder, 'mine'))).toBe(true);
});

it('does not override what the design says about the machine', async () => {
  await setupPrefix(request('new', { 'make.conf': 'MAKEOPTS="-j1"\n' }));
  const text = readFileSync(join(place.stagingEroot, 'etc/portage/make.conf'), 'utf8');
  expect(text.match(/^MAKEOPTS=/gm)).toHaveLength(1);
});

it('uninstalls both directories and the wrapper, nothing else', async () => {
  await setupPrefix(request('new'));
  mkdirSync(join(home, 'distfiles'));
  await uninstallPrefix(place, home);
  for (const path of [place.stagingDir, place.finalDir, ...wrapperPaths(place, home)])
    expect(existsSync(path)).toBe(false);
  expect(existsSync(join(home, 'distfiles'))).toBe(true);
  await expect(uninstallPrefix(place, home)).rejects.toMatchObject({ code: 'PREFIX_MISSING' });
});

it('keeps away from a prefix that is in use', async () => {
  await setupPrefix(request('new'));
  const lock = await lockPrefix(place, 'build of demo');
  await expect(setupPrefix(request('force'))).rejects.toMatchObject({
    code: 'PREFIX_BUSY',
    message: expect.stringContaining('build of demo'),
  });
  await expect(uninstallPrefix(place, home)).rejects.toMatchObject({ code: 'PREFIX_BUSY' });
  await lock.release();
});

it('writes a wrapper that passes every word on as it is', () => {
  mkdirSync(join(home, "it's/bin"), { recursive: true });
  writeFileSync(
    join(home, "it's/bin/prefix-studio.mjs"),
    'console.log(JSON.stringify(process.argv.slice(2)), process.env.PREFIX_STUDIO_HOME);\n',
  );
  const script = join(home, 'wrapper');
  writeFileSync(script, wrapperScript(place, '/data home', join(home, "it's")), { mode: 0o755 });
  const printed = execFileSync(script, ['--stage', "a 'b' $c", '*']).toString();
  expect(printed).toContain(JSON.stringify(['--', '--stage', "a 'b' $c", '*']).slice(1));
  expect(printed.trim().endsWith('/data home')).toBe(true);
});

it('has every file of the user in its place again after a kill at any moment of making way', async () => {
  const preload = join(home, 'preload.mjs');
  // ends the process after the n-th thing that it does to make way
  writeFileSync(
    preload,
    `import fs from 'node:fs/promises';
     import { syncBuiltinESMExports } from 'node:module';
     let left = Number(process.env.STEP);
     for (const name of ['rename', 'mkdir', 'rm', 'rmdir']) {
       const real = fs[name];
       fs[name] = async (...words) => {
         const answer = await real(...words);
         if (words.join(' ').includes('.way') && left-- === 0) process.kill(process.pid, 'SIGKILL');
         return answer;
       };
     }
     syncBuiltinESMExports();`,
  );
  const script = join(home, 'set-up.mjs');
  await bundleProgram(
    script,
    `import { setupPrefix } from './setup-prefix';
      const request = JSON.parse(process.argv[2]);
      for (const each of Object.values(request.configuration)) each.files = new Map(each.files);
      await setupPrefix(request);`,
  );
  const wanted = request('refresh', { 'package.use/design': 'a/b c\n', 'profile/package.provided/design': 'a/c-1\n' });
  const configuration = { profile: '/p', files: [...wanted.configuration.staging.files] };
  const words = JSON.stringify({ ...wanted, configuration: { staging: configuration, final: configuration } });
  const folder = join(place.stagingEroot, 'etc/portage');
  const kills = new Set<string>();
  for (let step = 0, isOver = false; !isOver; step++) {
    rmSync(place.stagingDir, { recursive: true, force: true });
    mkdirSync(join(folder, 'profile'), { recursive: true });
    writeFileSync(join(folder, 'package.use'), 'mine/one d\n');
    writeFileSync(join(folder, 'profile/package.provided'), 'mine/two-1\n');
    const { signal, status, stderr } = spawnSync(process.execPath, ['--import', preload, script, words], {
      env: { ...process.env, STEP: `${step}`, PREFIX_STUDIO_ROOT: home },
    });
    isOver = status === 0;
    if (!isOver) expect(signal, stderr.toString()).toBe('SIGKILL');
    // what a plan reads before the next set-up
    const texts = [...readUserEnvironment(folder)].map(([path, text]) => [path.replace('/by-hand', ''), text]);
    expect(texts, `killed after step ${step}`).toEqual([
      ['package.use', 'mine/one d\n'],
      ['profile/package.provided', 'mine/two-1\n'],
    ]);
    for (const name of readdirSync(folder)) if (name.endsWith('.way')) kills.add(name);
    await setupPrefix(wanted);
    expect(readFileSync(join(folder, 'package.use/by-hand'), 'utf8')).toBe('mine/one d\n');
    expect(readFileSync(join(folder, 'profile/package.provided/by-hand'), 'utf8')).toBe('mine/two-1\n');
    expect(readdirSync(folder).filter((name) => name.endsWith('.way'))).toEqual([]);
  }
  expect([...kills]).toEqual(['.package.use.way']);
});

it('keeps what was put away beside what the user wrote since', async () => {
  const folder = join(place.stagingEroot, 'etc/portage');
  mkdirSync(join(folder, '.package.use.way'), { recursive: true });
  writeFileSync(join(folder, '.package.use.way/by-hand'), 'mine/old d\n');
  writeFileSync(join(folder, 'package.use'), 'mine/new d\n');
  await setupPrefix(request('refresh', { 'package.use/design': 'a/b c\n' }));
  const read = (name: string): string => readFileSync(join(folder, 'package.use', name), 'utf8');
  expect([read('by-hand'), read('by-hand-before')]).toEqual(['mine/new d\n', 'mine/old d\n']);
});
