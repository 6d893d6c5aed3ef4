import { describe, expect, it } from 'vitest';
import { UsageError } from './command';
import { commands, entryOf, shownCommands } from './command-table';

describe('a command that is asked for', () => {
  it('is found by its name, hidden ones too', () => {
    for (const [name, entry] of Object.entries(commands)) expect(entryOf(name)).toBe(entry);
  });

  it('is suggested when it was mistyped', () => {
    expect(() => entryOf('biuld')).toThrow(new UsageError('There is no command `biuld`. Did you mean `build`?'));
  });

  it.each(['nosuch', 'constructor', '__proto__', ''])('is not made up: %j', (name) => {
    expect(() => entryOf(name)).toThrow(UsageError);
    expect(() => entryOf(name)).toThrow(shownCommands.map(([shown]) => shown).join(', '));
  });
});
