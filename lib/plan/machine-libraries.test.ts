import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelHeaders, treeTools } from '../host/host-tools';
import { listSource, makeCandidate } from '../repo';
import { packagesOfTool, thisMachine } from './machine-host';
import { machineLibraries } from './machine-libraries';
import { machineSdk, notHere, realVersion } from './machine-sdk';

const header = '/usr/include/linux/version.h';

it.skipIf(!existsSync(header))('the headers of this machine meet what an ebuild asks of the build machine', () => {
  const text = readFileSync(header, 'utf8');
  const part = (name: string): string => new RegExp(`LINUX_VERSION_${name} (\\d+)`).exec(text)?.[1] ?? '';
  const version = `${part('MAJOR')}.${part('PATCHLEVEL')}`;
  const name = 'sys-kernel/linux-headers';
  const machine = machineLibraries(null);
  expect(machine.packages(name).map(({ cpv, repository }) => `${cpv} ${repository}`)).toEqual([
    `${name}-${version} ${thisMachine}`,
  ]);
  const sdk = listSource([makeCandidate(`${name}-99`, 'sdk', 'installed', { EAPI: '8', SLOT: '6' })]);
  const [found, ...more] = machineSdk(sdk, machine, listSource([])).packages(name);
  expect(more).toEqual([]);
  expect(found?.repository).not.toBe(notHere);
  expect(found?.metadata[realVersion]).toBe(version);
});

it('says of no machine that it has what its compiler does not bring', () => {
  expect(machineLibraries(null).packages('dev-libs/openssl')).toEqual([]);
});

it('knows the old and the new name of what moved', () => {
  const names = treeTools.flatMap(packagesOfTool);
  expect(names).toEqual(expect.arrayContaining(['dev-build/gtk-doc-am', 'dev-util/gtk-doc-am']));
  expect(kernelHeaders.apt).toBe('linux-libc-dev');
});
