import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from './find-program';
import { hostTools } from './host-tools';

const project = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');

describe('the container', () => {
  it('has the package of every tool of a build', () => {
    const installed = /apt-get install[^&]*/.exec(read('packaging/Containerfile'))?.[0].split(/[\s\\]+/) ?? [];
    const wanted = hostTools.map(({ packages }) => packages.apt);
    expect(wanted.filter((name) => typeof name !== 'string' || !installed.includes(name))).toEqual([]);
  });

  it('leaves secrets out of what is built, committed and packed', () => {
    for (const path of ['.dockerignore', '.gitignore', 'package.json'])
      expect(read(path)).toContain('packaging/secrets');
  });
});

describe('the unit', () => {
  it.skipIf(findProgram('systemd-analyze') === null)('is one that systemd understands', () => {
    const unit = join(project, 'packaging/systemd/prefix-studio.service');
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('prefix-studio'))).toEqual([]);
  });
});

describe('the npm package', () => {
  const description = JSON.parse(read('package.json')) as Record<string, unknown>;
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: project,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: readonly { path: string }[] }];
  const paths = files.map(({ path }) => path);

  it('says what it is', () => {
    for (const field of ['name', 'version', 'description', 'license', 'keywords', 'engines', 'bin']) {
      expect(description[field], field).toBeTruthy();
    }
    expect(description).not.toHaveProperty('private');
    // npm links the manual of a list only
    expect(description.man).toEqual(['dist/man/prefix-studio.1']);
  });

  it('holds what is read at run time', () => {
    const wanted = [
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin/prefix-studio.mjs',
      'bin/setup_prefix',
      'lib/engine/runtime/ebuild.bash',
      'overlays/starter/profiles/repo_name',
      'public/prefix.schema.json',
      'public/starters/catalogue.json',
      'packaging/systemd/prefix-studio.service',
    ];
    expect(wanted.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    expect(wanted.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('needs no link, because npm leaves links out', () => {
    const folders = ['lib/engine/runtime', 'overlays/starter', 'public', 'packaging', 'bin'];
    const links = folders.flatMap((folder) =>
      readdirSync(join(project, folder), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isSymbolicLink(),
      ),
    );
    expect(links.map(({ name }) => name)).toEqual([]);
  });

  it('holds every script that its programs import', () => {
    const scripts = ['bin/prefix-studio.mjs', ...paths.filter((path) => path.startsWith('scripts/'))];
    for (const script of scripts) {
      for (const [, name] of read(script).matchAll(/(?:from|import\()\s*'\.{1,2}\/(?:scripts\/)?([\w-]+\.mjs)'/g)) {
        expect(paths, script).toContain(`scripts/${name}`);
      }
    }
  });

  it('holds no sources, tests or measurements', () => {
    const unwanted =
      /^(?!dist\/app\/).*\.tsx?$|\.test\.|\.spec\.|\.map$|__fixtures__|^(bench|e2e|tests|docs|components|app)\/|packaging\/secrets/;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  });
});
