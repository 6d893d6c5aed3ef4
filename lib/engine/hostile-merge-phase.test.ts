import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { checkTree } from './tree-check';
import { listInstalled } from './vdb';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

/** A journal that would move a file of the attacker's over one of the machine's, if anybody carried it out. */
const plantedJournal = (victim: string): string =>
  JSON.stringify({
    format: 1,
    cpv: null,
    removed: [],
    obsolete: [],
    steps: [{ do: 'place', path: `/../../../../../../../../../..${victim}`, image: '/evil' }],
  });

describe.skipIf(sandbox.kind === 'unusable')('a pkg_ phase that means harm', () => {
  let prefix: TinyPrefix;
  let victim: string;

  beforeEach(() => {
    prefix = new TinyPrefix();
    victim = join(prefix.home, 'outside/victim');
    mkdirSync(join(prefix.home, 'outside'));
    writeFileSync(victim, 'untouched');
  });
  afterEach(() => {
    delete process.env[limitsVariable];
    prefix.remove();
  });

  const install = `src_install() { mkdir -p "\${ED}/usr"; echo good > "\${ED}/usr/good"; }`;
  const vdb = `"\${EROOT}/var/db/pkg"`;

  async function build(phases: string, signal?: AbortSignal) {
    prefix.ebuild('app-evil/evil-1', `${install}\n${phases.replaceAll('VICTIM', victim)}`);
    return prefix.build(['app-evil/evil-1'], { signal });
  }

  it.each([
    [
      'plants a journal',
      `pkg_postinst() { mkdir -p ${vdb}/.merge/x/image; echo evil > ${vdb}/.merge/x/image/evil; echo '${plantedJournal('VICTIM')}' > ${vdb}/.merge/x/journal.json; }`,
    ],
    [
      'puts a database of its own in the place of ours',
      `pkg_postinst() { mv "\${EROOT}/var" "\${EROOT}/old"; mkdir -p ${vdb}/.merge/x/image; echo evil > ${vdb}/.merge/x/image/evil; echo '${plantedJournal('VICTIM')}' > ${vdb}/.merge/x/journal.json; }`,
    ],
    [
      'does so before anything is merged',
      `pkg_preinst() { mv "\${EROOT}/var/db" "\${EROOT}/old"; ln -s / "\${EROOT}/var/db"; mkdir -p ${vdb}/.merge/x/image; echo '${plantedJournal('VICTIM')}' > ${vdb}/.merge/x/journal.json; }`,
    ],
    ['deletes the database', `pkg_postinst() { rm -rf ${vdb} ${vdb}/*; }`],
    [
      'writes outside the prefix',
      'pkg_postinst() { echo evil > VICTIM; echo evil > /usr/evil; echo evil > /opt/evil; }',
    ],
  ])('%s: nothing comes of it', async (_, phases) => {
    await build(phases);
    // the next build completes what an interrupted one left
    prefix.ebuild('app-good/good-1', `src_install() { mkdir -p "\${ED}/usr"; echo fine > "\${ED}/usr/fine"; }`);
    expect(await prefix.build(['app-good/good-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(await listInstalled(prefix.place.final)).toEqual(['app-evil/evil-1', 'app-good/good-1']);
    expect(existsSync(join(prefix.place.finalEroot, 'var/db/pkg/.merge'))).toBe(false);
    expect((await checkTree(prefix.place.final)).filter(({ detail }) => detail !== 'owned by nobody')).toEqual([]);
  });

  /** A package that owns what the victims are called, and changes the way to it when it is removed. */
  const ownsNames = `src_install() { mkdir -p "\${ED}/usr/x/folder"; echo x > "\${ED}/usr/x/victim"; }`;
  const redirects = `pkg_prerm() { rm -rf "\${EROOT}/usr/x"; ln -s OUTSIDE "\${EROOT}/usr/x"; `;

  it('leads the removal of its files out of the prefix: nothing there is removed', async () => {
    const outside = join(prefix.home, 'outside');
    mkdirSync(join(outside, 'folder'));
    prefix.ebuild('app-evil/evil-1', `${ownsNames}\n${redirects.replace('OUTSIDE', outside)} }`);
    expect(await prefix.build(['app-evil/evil-1'])).toEqual({ kind: 'succeeded' });
    prefix.ebuild('app-evil/evil-2', install);
    expect(await prefix.build(['app-evil/evil-2'])).toEqual({ kind: 'succeeded' });
    expect(readdirSync(outside).sort()).toEqual(['folder', 'victim']);
    expect(await listInstalled(prefix.place.final)).toEqual(['app-evil/evil-2']);
  });

  it('leads a merge that is completed later out of the prefix: no mode there is changed', async () => {
    const outside = join(prefix.home, 'outside');
    const eroots = [prefix.place.stagingEroot, prefix.place.finalEroot];
    chmodSync(outside, 0o700);
    const waits = `[[ -e "\${EROOT}/go-on" ]] || { echo "now it waits"; sleep 1000; }`;
    prefix.ebuild('app-evil/evil-1', `${install}\n${redirects.replace('OUTSIDE', outside)} ${waits}; }`);
    expect(await prefix.build(['app-evil/evil-1'])).toEqual({ kind: 'succeeded' });
    const cancel = new AbortController();
    prefix.ebuild('app-evil/evil-2', ownsNames);
    const ended = prefix.build(['app-evil/evil-2'], { signal: cancel.signal });
    const watch = setInterval(() => {
      if (prefix.events.some((event) => event.kind === 'log' && event.text.includes('now it waits'))) cancel.abort();
    }, 20);
    expect(await ended).toEqual({ kind: 'cancelled' });
    clearInterval(watch);
    for (const eroot of eroots) writeFileSync(join(eroot, 'go-on'), '');
    await prefix.build(['app-evil/evil-2']);
    expect(statSync(outside).mode & 0o777).toBe(0o700);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
  });

  it('that never ends is ended by its limit, and the merge goes on', async () => {
    process.env[limitsVariable] = 'merge.wall=1s';
    expect(await build('pkg_postinst() { while :; do sleep 5; done; }')).toEqual({ kind: 'succeeded' });
    const log = prefix.events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])).join('');
    expect(log).toContain('ran longer than 1 s (limit `merge.wall`)');
  });

  it.each(['preinst', 'postinst'])(
    'that never ends can be cancelled in pkg_%s; the next build completes the merge',
    async (phase) => {
      const cancel = new AbortController();
      const waits = `if [[ ! -e "\${EROOT}/go-on" ]]; then elog waiting; echo "now it waits"; sleep 1000; fi`;
      const ended = build(`pkg_${phase}() { ${waits}; }`, cancel.signal);
      const watch = setInterval(() => {
        if (prefix.events.some((event) => event.kind === 'log' && event.text.includes('now it waits'))) cancel.abort();
      }, 20);
      expect(await ended).toEqual({ kind: 'cancelled' });
      clearInterval(watch);
      for (const eroot of [prefix.place.stagingEroot, prefix.place.finalEroot]) writeFileSync(join(eroot, 'go-on'), '');
      expect(await prefix.build(['app-evil/evil-1'])).toEqual({ kind: 'succeeded' });
      const stages = prefix.events.flatMap((event) => (event.kind === 'stage' ? [event.message] : []));
      const goesOn = 'Going on with pkg_postinst of app-evil/evil-1, which was interrupted';
      expect(stages.includes(goesOn)).toBe(phase === 'postinst');
      expect(readdirSync(join(prefix.place.finalEroot, 'var/db/pkg'))).toEqual(['app-evil']);
    },
  );
});
