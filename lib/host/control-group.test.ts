import { existsSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { runScript } from './__fixtures__/heard-command';
import { delegation } from './control-group';
import { limitsVariable } from './sandbox-limits';

const groups = delegation();
const without = (controller: 'memory' | 'pids'): boolean => !groups?.controllers.includes(controller);

describe.skipIf(groups === null)(`control groups${groups ? '' : ' (skipped: none was handed to this process)'}`, () => {
  afterEach(() => {
    delete process.env[limitsVariable];
  });

  it.skipIf(without('pids'))('name the limit of processes when the kernel refused one', async () => {
    process.env[limitsVariable] = 'build.processes=30';
    const { exceeded } = await runScript(
      "perl -e 'for (1 .. 60) { my $pid = fork; exit 3 unless defined $pid; sleep 100 unless $pid }'; exit 3",
    );
    expect(exceeded?.limit).toBe('processes');
  });

  it.skipIf(without('memory'))('name the limit of memory when the kernel ended the command', async () => {
    process.env[limitsVariable] = 'build.memory=64M';
    const { exceeded } = await runScript(
      'for i in 1 2 3; do perl -e \'my @a; push @a, "x" x 1e6 for 1 .. 40; sleep 100\' & done; wait',
    );
    expect(exceeded?.limit).toBe('memory');
  });

  it('are gone when the command is', async () => {
    await runScript('sleep 100 & exit 0');
    const left = existsSync(groups?.folder ?? '') ? readdirSync(groups?.folder ?? '') : [];
    expect(left.filter((name) => name.startsWith(`sandbox-${process.pid}-`))).toEqual([]);
  });
});
