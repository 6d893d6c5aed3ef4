import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { planOf, TinyPrefix } from './__fixtures__/tiny-prefix';
import { type PrefixPlace, prefixPlace } from './prefix-place';
import { treeOf } from './relocate/kept-roots';
import { placeholderPath } from './relocate/placeholder';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let prefix: TinyPrefix;
let sharedDir: string;
let prefixes = 0;

const wanted = 'dev-libs/wanted-1';
const readsIt = (more = ':'): string =>
  `src_install() { ${more}; cat "$ESYSROOT/usr/include/wanted.h" > seen; insinto /usr/share; doins seen; }`;

beforeEach(() => {
  prefix = new TinyPrefix();
  sharedDir = join(prefix.home, 'shared');
  prefix.ebuild(wanted, 'src_install() { insinto /usr/include; newins - wanted.h <<< honest; }');
});
afterEach(() => prefix.remove());

/** Builds a package with the header in a prefix of its own; answers what it saw of it. */
async function build(cpv: string, needs: readonly string[] = [wanted]): Promise<string> {
  prefixes += 1;
  const name = `p${prefixes}`;
  const place: PrefixPlace = prefixPlace({ name, board: 'amd64-usr', path: `/opt/${name}` }, prefix.home);
  for (const root of [place.stagingEroot, place.finalEroot]) mkdirSync(root, { recursive: true });
  const plan = planOf(
    [...needs, cpv],
    needs.map((need) => [cpv, need] as const),
    place.path,
  );
  expect(await prefix.execute(plan, { place, sharedDir })).toEqual({ kind: 'succeeded' });
  return readFileSync(join(place.finalEroot, 'usr/share/seen'), 'utf8');
}

const roots = (): readonly string[] => readdirSync(join(sharedDir, 'roots'));

/** Where the header stands in the roots that are kept. */
const headers = (): readonly string[] =>
  roots()
    .map((name) => join(treeOf(join(sharedDir, 'roots', name)), placeholderPath, 'usr/include/wanted.h'))
    .filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);

describe.skipIf(sandbox.kind === 'unusable')(`the root that packages are built in${skipped}`, () => {
  it('waits for the next run', async () => {
    for (const name of ['one', 'two']) prefix.ebuild(`app-misc/${name}-1`, readsIt(`: ${name}`));
    expect(await build('app-misc/one-1')).toBe('honest\n');
    const [header = ''] = headers();
    const { ino } = statSync(header);
    expect(await build('app-misc/two-1')).toBe('honest\n');
    expect(headers()).toEqual([header]);
    expect(statSync(header).ino).toBe(ino);
  });

  it('becomes one with more packages, of the same files', async () => {
    prefix.ebuild('dev-libs/more-1', 'src_install() { insinto /usr/include; newins - more.h <<< more; }');
    prefix.ebuild('app-misc/one-1', readsIt());
    prefix.ebuild('app-misc/two-1', readsIt('[[ $(< "$ESYSROOT/usr/include/more.h") == more ]] || die'));
    prefix.ebuild('app-misc/three-1', readsIt('[[ ! -e $ESYSROOT/usr/include/more.h ]] || die'));
    await build('app-misc/one-1');
    expect(await build('app-misc/two-1', [wanted, 'dev-libs/more-1'])).toBe('honest\n');
    expect(headers()).toHaveLength(2);
    expect(new Set(headers().map((path) => statSync(path).ino)).size).toBe(1);
    expect(await build('app-misc/three-1')).toBe('honest\n');
  });

  it('cannot be changed by what is built in it', async () => {
    prefix.ebuild(
      'app-misc/evil-1',
      readsIt(`
        header=$ESYSROOT/usr/include/wanted.h
        echo evil > "$header"; echo evil >> "$header"; rm -f "$header"; chmod 666 "$header"; touch -d 2001-01-01 "$header"
        ln "$header" "$T/header" && echo evil > "$T/header"
        mv "$ESYSROOT/usr/include" "$ESYSROOT/usr/other"; echo evil > "$ESYSROOT/usr/include/evil.h"
        mount -o remount,bind,rw "$EPREFIX"; unshare -Ur mount -o remount,bind,rw "$EPREFIX" && echo evil > "$header"
        true`),
    );
    prefix.ebuild('app-misc/one-1', readsIt('[[ ! -e $ESYSROOT/usr/include/evil.h ]] || die'));
    expect(await build('app-misc/evil-1')).toBe('honest\n');
    const [header = ''] = headers();
    const { ino } = statSync(header);
    expect(await build('app-misc/one-1')).toBe('honest\n');
    expect(statSync(header).ino).toBe(ino);
  });

  it('is made anew when somebody changed a file of it', async () => {
    for (const name of ['one', 'two']) prefix.ebuild(`app-misc/${name}-1`, readsIt(`: ${name}`));
    await build('app-misc/one-1');
    writeFileSync(headers()[0] as string, 'tamper\n');
    expect(await build('app-misc/two-1')).toBe('honest\n');
  });

  it('is made anew when a file was added', async () => {
    for (const name of ['one', 'two'])
      prefix.ebuild(`app-misc/${name}-1`, readsIt(`[[ ! -e $ESYSROOT/usr/include/x ]] || die ${name}`));
    await build('app-misc/one-1');
    writeFileSync(join(headers()[0] as string, '../x'), '');
    expect(await build('app-misc/two-1')).toBe('honest\n');
  });

  it('goes when a phase of a package ran in it', async () => {
    prefix.ebuild(
      'dev-libs/writer-1',
      'src_install() { insinto /usr/share; newins - writer <<< 1; }\npkg_postinst() { echo changed > "$EROOT/usr/include/wanted.h"; }',
    );
    for (const name of ['one', 'two']) prefix.ebuild(`app-misc/${name}-1`, readsIt(`: ${name}`));
    expect(await build('app-misc/one-1')).toBe('honest\n');
    const kept = roots();
    expect(await build('app-misc/two-1', [wanted, 'dev-libs/writer-1'])).toBe('changed\n');
    expect(roots()).toEqual(kept);
    expect(readFileSync(headers()[0] as string, 'utf8')).toBe('honest\n');
  });
});
