import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

/** Writes records by itself, as the runtime of ebuilds does. */
const record = (...fields: readonly string[]): string =>
  `printf '${fields.map((field) => `${field}\\x1f`).join('')}\\x1e'`;

describe.skipIf(sandbox.kind === 'unusable')('an ebuild that writes records by itself', () => {
  let prefix: TinyPrefix;

  beforeEach(() => {
    prefix = new TinyPrefix();
  });
  afterEach(() => {
    delete process.env[limitsVariable];
    return prefix.remove();
  });

  async function build(body: string) {
    prefix.ebuild('app-evil/evil-1', `src_install() { mkdir -p "\${ED}/usr"; echo x > "\${ED}/usr/x"; ${body} }`);
    return prefix.build(['app-evil/evil-1']);
  }

  it('begins no phase that was not asked for, and none twice', async () => {
    const loop = `for i in {1..500}; do ${record('phase', 'compile')}; ${record('phase', 'no-such')}; done >&"\${__EVENT_FD}";`;
    expect(await build(loop)).toEqual({ kind: 'succeeded' });
    const phases = prefix.events.flatMap((event) =>
      event.kind === 'package_phase' && event.id.startsWith('staging') ? [event.phase] : [],
    );
    expect(phases).toEqual(['unpack', 'prepare', 'configure', 'compile', 'install', 'package', 'merge']);
  });

  it.each(['__proto__', 'constructor', 'provided', ''])(
    'asks about the root %j: it harms itself at most',
    async (root) => {
      expect(
        await build(
          `${record('query', root, 'app-evil/evil')} >&"\${__EVENT_FD}"; read -r -t 5 answer <&"\${__ANSWER_FD}" || :;`,
        ),
      ).toEqual({
        kind: 'succeeded',
      });
    },
  );

  it('asks for ever and reads no answer: it waits for itself, and its limit ends it', async () => {
    process.env[limitsVariable] = 'build.log=4M build.wall=3s';
    const flood = `yes "$(${record('query', 'root', 'app-evil/evil')})" | tr -d '\\n' >&"\${__EVENT_FD}";`;
    expect((await build(flood)).kind).toBe('failed');
    const message = prefix.events.flatMap((event) => (event.kind === 'package_failed' ? [event.message] : [])).join();
    expect(message).toMatch(/limit `build\.(log|wall)`/);
  });

  it('tells for ever: the limit of its output ends it', async () => {
    process.env[limitsVariable] = 'build.log=4M';
    expect((await build(`yes "$(${record('message', 'info', 'x')})" | tr -d '\\n' >&"\${__EVENT_FD}";`)).kind).toBe(
      'failed',
    );
    const message = prefix.events.flatMap((event) => (event.kind === 'package_failed' ? [event.message] : [])).join();
    expect(message).toContain('limit `build.log`');
  });
});
