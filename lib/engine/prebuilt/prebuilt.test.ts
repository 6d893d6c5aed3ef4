import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../../host/sandbox-probe';
import { planOf, TinyPrefix } from '../__fixtures__/tiny-prefix';
import { describeOrigins } from '../describe-origins';
import { type PrefixPlace, prefixPlace } from '../prefix-place';
import type { ExecuteRequest } from '../run-request';
import { readEntryFile } from '../vdb';
import { exportPrebuilt } from './export-prebuilt';
import { formatPrebuiltIndex, isAtLeast, type PrebuiltEntry, parsePrebuiltIndex } from './prebuilt-index';
import { PrebuiltPackages } from './prebuilt-packages';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

const tool = `src_install() { printf '#!%s/bin/sh\\n' "\${EPREFIX}" | newbin - tool; }`;
const user = 'src_install() { insinto /usr/share; newins "$ESYSROOT/usr/bin/tool" seen; }';
const needs = [['app-misc/user-1', 'app-misc/tool-1']] as const;

let prefix: TinyPrefix;
let server: Server | null = null;

const folder = (): string => join(prefix.home, 'prebuilt');

/** A prefix of a machine that has built nothing yet. */
function placeOf(name: string): PrefixPlace {
  const place = prefixPlace({ name, board: 'amd64-usr', path: `/opt/${name}` }, join(prefix.home, name));
  for (const root of [place.stagingEroot, place.finalEroot]) mkdirSync(root, { recursive: true });
  return place;
}

const requestOf = (place: PrefixPlace, places: readonly string[], cpvs: readonly string[]): ExecuteRequest => ({
  plan: planOf(cpvs, cpvs.length > 1 ? needs : [], place.path),
  place,
  describe: prefix.describe,
  distDir: join(prefix.home, 'distfiles'),
  cacheDir: join(prefix.home, place.name, 'cache'),
  sharedDir: join(prefix.home, place.name, 'shared'),
  prebuilt: places.length === 0 ? undefined : { places, cacheDir: join(prefix.home, place.name, 'cache') },
  emit: () => {},
});

function build(place: PrefixPlace, places: readonly string[] = [], cpvs: readonly string[] = ['app-misc/tool-1']) {
  const { emit: _, plan, ...more } = requestOf(place, places, cpvs);
  return prefix.execute(plan, more);
}

const reused = (): readonly string[] =>
  prefix.events.flatMap((event) =>
    event.kind === 'package_reused' && event.id.startsWith('staging') ? [event.reason] : [],
  );
const logged = (): string => prefix.events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])).join('');

/** Builds on one machine and writes what it built. */
async function exported(cpvs: readonly string[]): Promise<readonly PrebuiltEntry[]> {
  const place = placeOf('maker');
  expect(await build(place, [], cpvs)).toEqual({ kind: 'succeeded' });
  return (await exportPrebuilt(requestOf(place, [], cpvs), folder(), false)).written;
}

/** What a machine far away wrote of the tool, built once for all. */
let far: string;
const brought = (): void => cpSync(far, folder(), { recursive: true });

const changeIndex = (change: (entry: PrebuiltEntry) => PrebuiltEntry): void => {
  const path = join(folder(), 'index.json');
  writeFileSync(path, formatPrebuiltIndex(parsePrebuiltIndex(readFileSync(path, 'utf8'), '').map(change)));
};

beforeAll(async () => {
  far = mkdtempSync(join(tmpdir(), 'prebuilt-far-'));
  if (sandbox.kind === 'unusable') return;
  prefix = new TinyPrefix();
  prefix.ebuild('app-misc/tool-1', tool);
  expect(await exported(['app-misc/tool-1'])).toHaveLength(1);
  cpSync(folder(), far, { recursive: true });
  await prefix.remove();
});
afterAll(() => rmSync(far, { recursive: true }));
beforeEach(() => {
  prefix = new TinyPrefix();
  prefix.ebuild('app-misc/tool-1', tool);
});
afterEach(async () => {
  server?.close();
  server = null;
  await prefix.remove();
});

describe.skipIf(sandbox.kind === 'unusable')(`packages that were built elsewhere${skipped}`, () => {
  it('are taken by a machine that has built nothing, and stay what they are', async () => {
    brought();
    const place = placeOf('taker');
    expect(await build(place, [folder()])).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual([expect.stringMatching(/^prebuilt with gcc .*; 1 files rewritten for \/opt\/taker$/)]);
    expect(readFileSync(join(place.finalEroot, 'usr/bin/tool'), 'utf8')).toBe('#!/opt/taker/bin/sh\n');
    expect(await readEntryFile(place.final, 'app-misc/tool-1', 'PREFIX_STUDIO_PREBUILT')).toContain('"gcc"');
    expect(await build(place, [folder()])).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual(['already merged, nothing changed']);
  });

  it('are compiled again when everything is to be from source, and not replaced afterwards', async () => {
    brought();
    const place = placeOf('taker');
    await build(place, [folder()]);
    expect(await build(place)).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual([]);
    expect(await readEntryFile(place.final, 'app-misc/tool-1', 'PREFIX_STUDIO_PREBUILT')).toBe('');
    await build(place, [folder()]);
    expect(reused()).toEqual(['already merged, nothing changed']);
  });

  it('are what others are compiled with', async () => {
    brought();
    prefix.ebuild('app-misc/user-1', user);
    const place = placeOf('taker');
    const cpvs = ['app-misc/tool-1', 'app-misc/user-1'];
    expect(await build(place, [folder()], cpvs)).toEqual({ kind: 'succeeded' });
    expect(reused()).toHaveLength(1);
    expect(readFileSync(join(place.finalEroot, 'usr/share/seen'), 'utf8')).toBe('#!/opt/taker/bin/sh\n');
  });

  it('are not taken when they were made of something else', async () => {
    brought();
    prefix.ebuild('app-misc/tool-1', `${tool}\n# changed`);
    await build(placeOf('taker'), [folder()]);
    expect(reused()).toEqual([]);
  });

  it('are not taken when what they are linked with was made of something else', async () => {
    prefix.ebuild('app-misc/user-1', user);
    const cpvs = ['app-misc/tool-1', 'app-misc/user-1'];
    expect(await exported(cpvs)).toHaveLength(2);
    prefix.ebuild('app-misc/tool-1', `${tool}\n# changed`);
    await build(placeOf('taker'), [folder()], cpvs);
    expect(reused()).toEqual([]);
  });

  it.each([
    ['glibc', '99.1'],
    ['gcc', '99.1.0'],
  ])('are not taken by a machine whose %s is older', async (name, version) => {
    brought();
    changeIndex((entry) => ({ ...entry, builtWith: { ...entry.builtWith, [name]: version } }));
    expect(await build(placeOf('taker'), [folder()])).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual([]);
    expect(logged()).toMatch(new RegExp(`not prebuilt: it was built with ${name} ${version}, this machine has`));
  });

  const damage = (): void => {
    const [entry] = parsePrebuiltIndex(readFileSync(join(folder(), 'index.json'), 'utf8'), '');
    const path = join(folder(), 'packages', entry?.file ?? '');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  const damaged = /is not the file that its index describes/;

  it('are not taken when the file is another than the index says', async () => {
    brought();
    damage();
    expect(await build(placeOf('taker'), [folder()])).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual([]);
    expect(logged()).toMatch(/^Warning: .* is not the file that its index describes/m);
  });

  it('are taken from the next place when the file of the first is another or missing, and both are told before a build', async () => {
    brought();
    damage();
    const gone = join(prefix.home, 'gone');
    cpSync(far, gone, { recursive: true });
    rmSync(join(gone, 'packages'), { recursive: true });
    const places = [folder(), gone, far];
    const { packages, troubles } = await describeOrigins(requestOf(placeOf('taker'), places, ['app-misc/tool-1']));
    expect(packages.map(({ origin }) => origin)).toEqual([expect.objectContaining({ kind: 'prebuilt', place: far })]);
    const told = [expect.stringMatching(damaged), expect.stringContaining('is not there')];
    expect(troubles).toEqual(told);
    const listed = new PrebuiltPackages({ places, cacheDir: prefix.home }, prefix.home, () => Promise.resolve(null));
    expect((await listed.list()).map(({ entries }) => entries.length)).toEqual([1, 1, 1]);
    expect(listed.troubles).toEqual(told);
    expect(await build(placeOf('taker'), places)).toEqual({ kind: 'succeeded' });
    expect(reused()).toEqual([expect.stringContaining(`from ${far};`)]);
  });

  it('come from an address whose index has the sum that the user names', async () => {
    brought();
    const index = readFileSync(join(folder(), 'index.json'));
    server = createServer((request, response) => {
      response.end(readFileSync(join(folder(), decodeURIComponent(request.url ?? ''))));
    });
    await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sum = createHash('sha512').update(index).digest('hex');
    await build(placeOf('taker'), [`${address}#sha512=${sum}`]);
    expect(reused()).toEqual([expect.stringMatching(/^prebuilt .*, from http:/)]);

    for (const [name, place, said] of [
      ['other', `${address}#sha512=${'0'.repeat(128)}`, /does not have the SHA-512 that the settings give/],
      ['open', address, /without https needs the checksum/],
      ['away', join(folder(), 'nothing'), /has no `index.json`/],
    ] as const) {
      expect(await build(placeOf(name), [place])).toEqual({ kind: 'succeeded' });
      expect(reused(), name).toEqual([]);
      expect(logged()).toMatch(said);
    }
  });
});

describe('an index of prebuilt packages', () => {
  const entry: PrebuiltEntry = {
    key: 'a'.repeat(64),
    buildKey: 'b'.repeat(64),
    cpv: 'app-misc/tool-1',
    file: 'tool-1.gpkg.tar',
    sizeBytes: 5,
    sha512: 'c'.repeat(128),
    builtWith: { gcc: '12.2.0', glibc: '2.36', system: 'Debian' },
    license: 'MIT',
    sources: [],
  };

  it('is read as it was written', () => {
    expect(parsePrebuiltIndex(formatPrebuiltIndex([entry]), '/x')).toEqual([entry]);
  });

  it.each([
    ['no JSON', '{'],
    ['another format', '{"format":2,"packages":[]}'],
    ['no list', '{"format":1}'],
    ['a file outside', formatPrebuiltIndex([{ ...entry, file: '../x.gpkg.tar' }])],
    ['a short sum', formatPrebuiltIndex([{ ...entry, sha512: 'c' }])],
    ['a version that is none', formatPrebuiltIndex([{ ...entry, builtWith: { ...entry.builtWith, glibc: 'x' } }])],
    ['no size', formatPrebuiltIndex([{ ...entry, sizeBytes: -1 }])],
  ])('is refused with %s', (_, text) => {
    expect(() => parsePrebuiltIndex(text, '/x')).toThrow(/the index of prebuilt packages in `\/x`/);
  });

  it.each([
    ['2.36', '2.36', true],
    ['2.41', '2.9', true],
    ['2.9', '2.36', false],
    ['2.36', '2.36.1', false],
    ['3', '2.36', true],
  ])('has %s for at least %s: %s', (present, wanted, is) => {
    expect(isAtLeast(present, wanted)).toBe(is);
  });
});
