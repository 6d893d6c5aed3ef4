import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boards } from '../../layout/names';
import { readSubject } from '../subject';
import { scanTree } from '../tree';

const loader = 'ld-linux-x86-64.so.2';
const ownPaths = resolve(import.meta.dirname, '../../../overlays/toolchain/sys-libs/c-runtime/files/own-paths.pl');

/** A prefix with this machine's own C library, and programs which link only against it. */
export class HandMadePrefix {
  readonly root = mkdtempSync(join(tmpdir(), 'hand-made-'));

  constructor(readonly eprefix: string) {
    for (const folder of ['lib64', 'usr/bin', 'usr/lib64', 'etc']) mkdirSync(this.inside(folder), { recursive: true });
    for (const name of [loader, 'libc.so.6']) {
      const found = execFileSync('gcc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim();
      cpSync(realpathSync(found), this.inside(`lib64/${name}`));
      chmodSync(this.inside(`lib64/${name}`), 0o755);
    }
  }

  inside(path: string): string {
    return join(this.root, this.eprefix, path);
  }

  /** What the package of the C library does to its files. Answers what it said. */
  ownPaths(): string {
    const files = [this.inside(`lib64/${loader}`), this.inside('lib64/libc.so.6')];
    return execFileSync('perl', [ownPaths, this.eprefix, ...files], { encoding: 'utf8' });
  }

  compile(name: string, source: string, extra: readonly string[] = []): void {
    const input = join(this.root, 'input.c');
    writeFileSync(input, source);
    const link = [
      `-Wl,--dynamic-linker=${this.eprefix}/lib64/${loader}`,
      '-Wl,--disable-new-dtags',
      `-Wl,-rpath,${this.eprefix}/usr/lib64:${this.eprefix}/lib64`,
    ];
    execFileSync('gcc', ['-o', this.inside(`usr/bin/${name}`), input, ...link, ...extra]);
    rmSync(input);
  }

  async subject() {
    return readSubject(await scanTree(this.root, new Map()), this.eprefix, boards['amd64-usr'], []);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
