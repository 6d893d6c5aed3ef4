import { describe, expect, it } from 'vitest';
import { withCategory } from './full-names';

const names = ['acct-user/git', 'app-editors/vim', 'dev-lang/python', 'dev-vcs/git', 'net-misc/wget', 'app-misc/wget'];

describe('names without a category', () => {
  it('get the category of the only package called so', () => {
    expect(withCategory('python', names)).toBe('dev-lang/python');
    expect(withCategory('>=python-3.11:3.12[ssl]', names)).toBe('>=dev-lang/python-3.11:3.12[ssl]');
    expect(withCategory('git', names)).toBe('dev-vcs/git');
  });

  it('leave whole names and sets alone', () => {
    expect(withCategory('app-misc/any', names)).toBe('app-misc/any');
    expect(withCategory('@system', names)).toBe('@system');
  });

  it('are refused when they mean several packages, or none', () => {
    expect(() => withCategory('wget', names)).toThrow(
      expect.objectContaining({
        code: 'NAME_AMBIGUOUS',
        hint: 'Write the one you mean with its category: `net-misc/wget`, `app-misc/wget`.',
      }),
    );
    expect(() => withCategory('vmi', names)).toThrow(
      expect.objectContaining({ code: 'NAME_UNKNOWN', hint: 'Did you mean `app-editors/vim`?' }),
    );
    expect(() => withCategory('python[', names)).toThrow('is not an atom');
  });
});
