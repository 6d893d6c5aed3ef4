import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { EbuildPhase, PhaseMessage, PhaseRequest, PhaseResult } from '../phase-contract';
import { runEbuildPhases } from '../phases';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../../..');

export interface PhaseRun {
  readonly result: PhaseResult;
  readonly output: string;
  readonly messages: readonly PhaseMessage[];
  readonly buildDir: string;
}

/** Ebuilds written by a test, and their phases run in the real sandbox. Everything stands in a folder that `remove` takes away. */
export class PhaseRunner {
  readonly base = mkdtempSync(join(tmpdir(), 'runtime-'));
  readonly repository = join(this.base, 'repository');
  readonly stage = join(this.base, 'stage');
  readonly eprefix = '/opt/demo';
  readonly eroot = join(this.stage, this.eprefix);

  constructor() {
    mkdirSync(join(this.eroot, 'etc/portage'), { recursive: true });
    mkdirSync(join(this.base, 'dist'));
    mkdirSync(join(this.repository, 'eclass'), { recursive: true });
  }

  /** Writes a file below the base folder. */
  write(path: string, text: string, mode?: number): string {
    const full = join(this.base, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text, { mode });
    return full;
  }

  /** Writes an ebuild; `text` is what stands behind EAPI, SLOT and the like. */
  ebuild(cpv: string, text: string, eapi = '8'): void {
    const [category = '', pf = ''] = cpv.split('/');
    const pn = pf.replace(/-\d.*$/, '');
    const head = `EAPI=${eapi}\nDESCRIPTION="test"\nHOMEPAGE="https://example.org/"\nSLOT=0\nS=\${WORKDIR}\n`;
    this.write(`repository/${category}/${pn}/${pf}.ebuild`, head + text);
  }

  async run(cpv: string, phases: readonly EbuildPhase[], change: Partial<PhaseRequest> = {}): Promise<PhaseRun> {
    const [category = '', pf = ''] = cpv.split('/');
    const buildDir = join(this.base, 'tmp', category, pf);
    const messages: PhaseMessage[] = [];
    let output = '';
    const result = await runEbuildPhases({
      cpv,
      eapi: '8',
      slot: '0',
      ebuild: join(this.repository, category, pf.replace(/-\d.*$/, ''), `${pf}.ebuild`),
      repository: 'test',
      eclassDirs: [join(this.repository, 'eclass')],
      roots: { broot: '/', root: this.stage, sysroot: this.stage, eprefix: this.eprefix },
      chost: 'x86_64-cros-linux-gnu',
      arch: 'amd64',
      use: ['amd64'],
      distfiles: [],
      distDir: join(this.base, 'dist'),
      variables: {},
      restrict: [],
      buildDir,
      phases,
      environmentFile: null,
      replacingVersions: [],
      replacedByVersion: null,
      onPhase: () => undefined,
      onMessage: (message) => messages.push(message),
      onOutput: (text) => {
        output += text;
      },
      ...change,
    });
    return { result, output, messages, buildDir };
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
