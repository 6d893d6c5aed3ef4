import { describe, expect, it } from 'vitest';
import { arm64Library, arm64Tools, hostTools, type PackageNames, treeData, treeTools } from './host-tools';
import {
  howToGet,
  howToGetArm64,
  howToGetCommand,
  howToGetData,
  howToGetPerlModule,
  howToGetPythonModule,
  installLine,
  packagesFor,
} from './install-advice';
import { detectSystem, packageSystems, systemIds } from './package-systems';
import { sandboxAdvice } from './sandbox-advice';

const all = [...hostTools, ...treeTools, ...arm64Tools];
const system = (id: string) => packageSystems.find((candidate) => candidate.id === id)!;
const tool = (command: string) => all.find((candidate) => candidate.command === command)!;
const only =
  (...programs: string[]) =>
  (program: string) =>
    programs.includes(program);

describe('the table of packages', () => {
  it('has a row for every tool and system: a name of that system, or why there is none', () => {
    const rows: PackageNames[] = [...[...all, ...treeData].map(({ packages }) => packages), arm64Library];
    for (const row of rows) {
      expect(Object.keys(row).sort()).toEqual([...systemIds].sort());
      for (const id of systemIds) {
        const entry = row[id];
        if (typeof entry !== 'string') expect(entry.lacks).toMatch(/\w \w/);
        else if (id === 'emerge') expect(entry).toMatch(/^[a-z-]+\/[a-z0-9+-]+$/);
        else
          expect(entry).toMatch(id === 'dnf' || id === 'zypper' ? /^(\/usr\/bin\/)?[a-z0-9.+_-]+$/ : /^[a-z0-9.+-]+$/);
      }
    }
  });

  it('lists each command once', () => {
    expect(new Set(all.map(({ command }) => command)).size).toBe(all.length);
  });

  it('has every required tool on every system with a glibc', () => {
    for (const { command, packages } of hostTools.filter(({ required }) => required)) {
      for (const id of systemIds.filter((name) => name !== 'apk')) expect(packages[id], command).toBeTypeOf('string');
    }
  });
});

describe('advice', () => {
  const apt = system('apt');
  it.each([
    [howToGetCommand('go', apt), 'golang-go'],
    [howToGetCommand('go-md2man', system('dnf')), '/usr/bin/go-md2man'],
    [howToGetCommand('xmlto', apt), 'xmlto'],
    [howToGetData('app-text/docbook-xml-dtd', apt), 'docbook-xml'],
    [howToGetPythonModule('docutils', apt), 'python3-docutils'],
    [howToGetPythonModule('docutils', system('apk')), 'py3-docutils'],
    [howToGetPerlModule('XML-Parser', apt), 'libxml-parser-perl'],
    [howToGetPerlModule('XML-Parser', system('dnf')), 'perl-XML-Parser'],
  ])('names the package: %s', (advice, name) => {
    expect(advice).toMatch(new RegExp(`\\b(install|add) ${name.replaceAll('/', '\\/')}\``));
  });
});

describe('whose packages fit', () => {
  const everything = packageSystems.map(({ program }) => program);
  const cases: [string, string, string[], string | null][] = [
    ['Debian', 'ID=debian\nVERSION_ID="12"', ['apt-get'], 'apt'],
    ['Ubuntu', 'ID=ubuntu\nID_LIKE=debian', ['apt-get'], 'apt'],
    ['Linux Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"', ['apt-get'], 'apt'],
    ['Fedora with apt installed', 'ID=fedora', ['apt-get', 'dnf'], 'dnf'],
    ['Rocky', 'ID="rocky"\nID_LIKE="rhel centos fedora"', ['dnf'], 'dnf'],
    ['Manjaro', 'ID=manjaro\nID_LIKE=arch', ['pacman'], 'pacman'],
    ['Tumbleweed', 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', ['zypper'], 'zypper'],
    ['Leap', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"', ['zypper'], 'zypper'],
    ['Alpine', "ID=alpine\nNAME='Alpine Linux'", ['apk'], 'apk'],
    ['Gentoo with everything', 'NAME=Gentoo\nID=gentoo', everything, 'emerge'],
    ['an unknown one with dnf', 'ID=unheard-of', ['dnf'], 'dnf'],
    ['no os-release', '', ['zypper'], 'zypper'],
    ['NixOS', 'ID=nixos', [], null],
    ['Flatcar', 'ID=flatcar\nID_LIKE=coreos', [], null],
  ];
  it.each(cases)('%s', (_title, osRelease, programs, expected) => {
    expect(detectSystem(osRelease, only(...programs))?.id ?? null).toBe(expected);
  });
});

describe('what a person is told', () => {
  it.each([
    ['apt', 'sudo apt-get install bubblewrap g++'],
    ['dnf', 'sudo dnf install bubblewrap gcc-c++'],
    ['pacman', 'sudo pacman -S --needed bubblewrap gcc'],
    ['zypper', 'sudo zypper install bubblewrap gcc-c++'],
    ['apk', 'sudo apk add bubblewrap'],
    ['emerge', 'sudo emerge --ask --noreplace sys-apps/bubblewrap sys-devel/gcc'],
  ])('names the packages of %s', (id, line) => {
    const { names } = packagesFor([tool('bwrap').packages, tool('g++').packages], system(id));
    expect(installLine(system(id), names, false)).toBe(line);
    expect(installLine(system(id), names, true)).toBe(line.replace('sudo ', ''));
  });

  it('gives the reason and the container where a system has no package', () => {
    expect(howToGet(tool('gcc'), system('apk'))).toMatch(
      /has no package for `gcc`: its C library is musl.*Containerfile/,
    );
    expect(howToGet(tool('systemd-sysext'), system('apk'))).toContain('it has no systemd');
    expect(howToGet(tool('gcc'), null)).toContain('Containerfile');
    expect(howToGetArm64(system('dnf'))).toContain('Containerfile');
    expect(howToGetArm64(system('apt'))).toMatch(/g\+\+-aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross/);
  });

  const free = { container: null, userns: 1, most: 1000, restricted: 0 } as const;
  it.each([
    [{ ...free, container: 'docker' }, /^This container .*systempaths=unconfined/],
    [{ ...free, container: 'podman' }, /^This container .*unmask=ALL/],
    [{ ...free, userns: 0 }, /^Run `sysctl -w kernel.unprivileged_userns_clone=1`\.$/],
    [{ ...free, most: 0 }, /^Run `sysctl -w user.max_user_namespaces/],
    [{ ...free, restricted: 1 }, /AppArmor profile with `userns,`/],
    [{ ...free, container: 'docker', restricted: 1 }, /^On the host of this container: Give bwrap.* Start it with/],
    [free, /user_namespaces\(7\)/],
  ] as const)('names the switch that forbids the sandbox: %j', (facts, words) => {
    expect(sandboxAdvice(facts)).toMatch(words);
  });
});
