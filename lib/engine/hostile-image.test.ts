import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { pictureOf } from './__fixtures__/picture';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { checkTree } from './tree-check';
import { listInstalled } from './vdb';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

describe.skipIf(sandbox.kind === 'unusable')(`an ebuild that means harm${skipped}`, () => {
  let prefix: TinyPrefix;
  let outside: string;
  let picture: string;

  beforeEach(() => {
    prefix = new TinyPrefix();
    outside = join(prefix.home, 'outside');
    mkdirSync(join(outside, 'opt/demo/deep'), { recursive: true });
    writeFileSync(join(outside, 'opt/demo/secret'), 'nobody else may read or move this\n', { mode: 0o600 });
    writeFileSync(join(outside, 'opt/demo/deep/key'), 'key\n');
    picture = pictureOf(outside);
  });
  afterEach(() => prefix.remove());

  /** `OUTSIDE` in a body is the folder of the host that has to stay as it is. */
  async function build(body: string): Promise<{ readonly messages: string; readonly merged: boolean }> {
    prefix.ebuild('app-evil/evil-1', body.replaceAll('OUTSIDE', outside));
    const outcome = await prefix.build(['app-evil/evil-1']);
    const messages = outcome.kind === 'failed' ? outcome.failures.map(({ message }) => message).join('\n') : '';
    return { messages, merged: (await listInstalled(prefix.place.final)).length > 0 };
  }

  const D = `"\${D%/}"`;
  const info = `"\${D%/}/../build-info"`;

  const deep = `cd "\${ED}"; python3 -c 'import os
for i in range(2500): os.mkdir("d"); os.chdir("d")' || die`;

  it.each([
    ['D is a link to a folder of the host', `rm -rf ${D}; ln -s OUTSIDE ${D}`, 'is a symbolic link, not a directory'],
    ['D is a file', `rm -rf ${D}; echo > ${D}`, 'is a regular file, not a directory'],
    ['D is a FIFO', `rm -rf ${D}; mkfifo ${D}`, 'is a FIFO, not a directory'],
    ['D is gone', `rm -rf ${D}`, '(D) is gone'],
    ['D was moved away', `mv ${D} ${D}/../other`, '(D) is gone'],
    ['build-info is a link', `mv ${info} ${info}2; ln -s OUTSIDE/opt/demo ${info}`, 'build-info'],
    ['dostrip is a FIFO', `mkfifo ${info}/dostrip`, 'is not a regular file'],
    ['dostrip is a link', `ln -s OUTSIDE/opt/demo/secret ${info}/dostrip`, 'leads out of'],
    ['owners is a device', `ln -s /dev/zero ${info}/owners`, 'is not a regular file'],
    ['dostrip is huge', `truncate -s 40G ${info}/dostrip`, 'is too large: 40 GiB'],
    ['a key of the entry is a link', `ln -s OUTSIDE/opt/demo/secret ${info}/NOTE`, 'leads out of'],
    ['a key of the entry has a strange name', `echo > ${info}/$'a\\nb'`, '"a\\nb"'],
    ['build-info holds thousands of files', `touch ${info}/F{1..2000}`, 'holds more than 1000 files'],
    ['a name that is not UTF-8', `touch "\${ED}"/$'a\\xff\\n'`, 'that is not UTF-8: `a\\xff\\n`'],
    ['deep directories', deep, '(limit `'],
    [
      'a file outside the prefix',
      `mkdir -p ${D}/usr/bin; touch ${D}/usr/bin/x`,
      '1 path outside the prefix `/opt/demo`: `/usr/bin/x`',
    ],
  ])('is refused by name: %s', async (_, body, problem) => {
    const { messages, merged } = await build(`src_install() { ${body}; }`);
    expect(messages).toContain(problem);
    expect(messages).toContain('app-evil/evil-1');
    expect(merged).toBe(false);
    expect(pictureOf(outside)).toBe(picture);
  });

  const installsFile = 'insinto /usr/share; newins - x <<< x';

  it.each([
    ['a folder of the image is a link', `dodir /usr; ln -s OUTSIDE/opt/demo "\${ED}/usr/out"`],
    ['the settings of the next phases are a link', `${installsFile}; ln -s OUTSIDE/opt/demo/secret ${D}/../.settings`],
    [
      'the place of the package information is a link',
      `${installsFile}; ln -s OUTSIDE/opt/demo/deep ${D}/../merge-info`,
    ],
    [
      'WORKDIR and T are links',
      `${installsFile}; rm -rf "\${T}" "\${HOME}"; ln -s OUTSIDE "\${T}"; ln -s OUTSIDE "\${HOME}"`,
    ],
    [
      'an owner of something else',
      `${installsFile}; printf '0\\t0\\t/etc/passwd\\nx\\n-1\\t99999999\\t%s\\n' ${D}/x >> ${info}/owners`,
    ],
  ])('does no harm: %s', async (_, body) => {
    const { messages, merged } = await build(`src_install() { ${body}; }\npkg_preinst() { :; }\npkg_postinst() { :; }`);
    expect(messages).toBe('');
    expect(merged).toBe(true);
    expect(pictureOf(outside)).toBe(picture);
  });

  // nobody but root can read it
  it.skipIf(process.getuid?.() === 0).each([
    ['a folder', `dodir /usr/share/p; chmod 000 "\${ED}/usr/share/p"`],
    ['a file', `mkdir -p "\${ED}/usr"; echo x > "\${ED}/usr/p"; chmod 4111 "\${ED}/usr/p"`],
  ])('refuses %s that its owner may not read, and says what to do', async (_, body) => {
    const { messages, merged } = await build(`src_install() { ${body}; }`);
    expect(messages).toContain('what its owner may not read: `');
    expect(messages).toContain('fperms u+rwX');
    expect(merged).toBe(false);
  });

  it.each(process.getuid?.() === 0 ? ['000', '555'] : ['555'])(
    'strips what lies in a folder of the mode %s, and leaves the folder so',
    async (mode) => {
      const body = `mkdir -p "\${ED}/usr/p"; echo 'int f;' > a.c; gcc -g -shared -o "\${ED}/usr/p/a.so" a.c || die`;
      const { messages } = await build(`src_install() { ${body}; chmod ${mode} "\${ED}/usr/p"; }`);
      expect(messages).toBe('');
      const folder = join(prefix.place.finalEroot, 'usr/p');
      expect(statSync(folder).mode & 0o7777).toBe(Number.parseInt(mode, 8));
      expect(readFileSync(join(folder, 'a.so'), 'latin1')).not.toContain('.debug_info');
    },
  );

  // nobody but root can pack what lies in a closed folder
  it.each(process.getuid?.() === 0 ? ['000', '555', '2070'] : ['555'])(
    'merges folders with the mode %s as they are',
    async (mode) => {
      const body = `dodir /usr/share/p/q; echo x > "\${ED}/usr/share/p/q/f"; chmod ${mode} "\${ED}"/usr/share/{p/q,p}`;
      const { messages, merged } = await build(`src_install() { ${body}; }`);
      expect(messages).toBe('');
      expect(merged).toBe(true);
      const found = `${prefix.place.final.root}${prefix.place.final.eprefix}/usr/share/p`;
      for (const path of [found, join(found, 'q')]) expect(statSync(path).mode & 0o7777).toBe(Number.parseInt(mode, 8));
    },
  );

  it('is refused when pkg_preinst replaces D', async () => {
    const { messages, merged } = await build(
      `src_install() { ${installsFile}; }\npkg_preinst() { rm -rf ${D}; ln -s OUTSIDE ${D}; }`,
    );
    expect(messages).toContain('is a symbolic link, not a directory');
    expect(merged).toBe(false);
    expect(pictureOf(outside)).toBe(picture);
    expect(existsSync(join(prefix.place.stagingEroot, 'secret'))).toBe(false);
    expect(readdirSync(prefix.place.stagingRoot)).toEqual(['opt']);
  });

  it('gives a file that has another name in the work folder a file of its own, and keeps links within', async () => {
    const { messages } = await build(
      `src_install() { echo one > one; chmod 4755 one; mkdir -p "\${ED}"; ln one "\${ED}/a"; ln one "\${ED}/b"; }
       pkg_preinst() { ln "\${ED}/a" "\${T}/again"; }
       pkg_postinst() { echo changed > "\${T}/again"; }`,
    );
    expect(messages).toBe('');
    for (const eroot of [prefix.place.stagingEroot, prefix.place.finalEroot]) {
      const [a, b] = ['a', 'b'].map((name) => statSync(join(eroot, name)));
      expect([a?.nlink, a?.ino, (a?.mode ?? 0) & 0o7777]).toEqual([2, b?.ino, 0o4755]);
      expect(readFileSync(join(eroot, 'a'), 'utf8')).toBe('one\n');
    }
  });

  it.each([
    ['writes an entry of the package database', `mkdir "\${EROOT}/var/db/pkg/x-y" || die "read-only"`],
    ['forges a merge', `mkdir -p "\${EROOT}/var/db/pkg/.merge/a:b-1" || die "read-only"`],
    ['moves the package database', `mv "\${EROOT}/var" "\${EROOT}/other" || die "busy"`],
    ['replaces the folder above', `rm -rf "\${EROOT}/var/db" && ln -s OUTSIDE "\${EROOT}/var/db" || die "no"`],
    ['links the configuration away', `ln -sfn OUTSIDE "\${EROOT}/etc/portage/package.use" || die "read-only"`],
  ])('cannot get at what is trusted in a root when pkg_postinst %s', async (_, body) => {
    await build(`src_install() { ${installsFile}; }\npkg_postinst() { ${body}; }`);
    const log = prefix.events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])).join('');
    expect(log).toContain('pkg_postinst of app-evil/evil-1 failed');
    for (const target of [prefix.place.staging, prefix.place.final]) {
      expect(await listInstalled(target)).toEqual(['app-evil/evil-1']);
      expect(await checkTree(target)).toEqual([]);
    }
    expect(pictureOf(outside)).toBe(picture);
  });

  it('takes thousands of tiny files', async () => {
    const { messages, merged } = await build(`src_install() { dodir /d; cd "\${ED}/d" && touch {1..5000}; }`);
    expect(messages).toBe('');
    expect(merged).toBe(true);
  });
});
