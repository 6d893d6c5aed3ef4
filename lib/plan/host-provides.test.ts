import { describe, expect, it } from 'vitest';
import { listSource, makeCandidate } from '../repo';
import { believeDeclared } from './host-provides';
import { machineSdk, notHere, ourRuntime, standsIn } from './machine-sdk';

const installed = (cpv: string) => makeCandidate(cpv, 'sdk', 'installed', { EAPI: '8', SLOT: '0' });

describe('host_provides', () => {
  const sdk = listSource([installed('dev-util/unheard-of-2'), installed('dev-util/unseen-3')]);
  const found = machineSdk(sdk, listSource([]), listSource([]));

  it('is believed where the machine would be said to lack a package', () => {
    expect(found.packages('dev-util/unheard-of').map(({ repository }) => repository)).toEqual([notHere]);
    expect(believeDeclared(found, new Set(['dev-util/unheard-of'])).packages('dev-util/unheard-of')).toEqual([]);
  });

  it('is not needed for what the ebuild runtime does itself', () => {
    const caps = machineSdk(listSource([installed('sys-libs/libcap-2.77')]), listSource([]), listSource([]));
    expect(caps.packages('sys-libs/libcap').map(({ repository }) => repository)).toEqual([ourRuntime]);
  });

  it('leaves other packages as they are', () => {
    const others = believeDeclared(found, new Set(['dev-util/unheard-of']));
    expect(others.packages('dev-util/unseen').map(({ repository }) => repository)).toEqual([notHere]);
  });

  it('keeps a tool that stands in for another version', () => {
    const machine = listSource([installed('dev-util/unseen-1')]);
    const here = believeDeclared(machineSdk(sdk, machine, listSource([])), new Set(['dev-util/unseen']));
    expect(here.packages('dev-util/unseen').map(({ repository }) => repository)).toEqual([standsIn]);
  });
});
