import { expect, it } from 'vitest';
import { withTypedWords } from './typed-words';

it('repeats words of the command line on one line, and not the whole of what is very long', () => {
  expect(withTypedWords('There is no prefix `a\nb`.', ['plan', 'a\nb'])).toBe('There is no prefix `a\\nb`.');
  expect(withTypedWords('`x\u001b[2Jy` is no phase', ['x\u001b[2Jy'])).toBe('`x\\x1b[2Jy` is no phase');
  expect(withTypedWords('no file `a\nb`', ['--name=a\nb'])).toBe('no file `a\\nb`');
  const long = 'x'.repeat(3000);
  expect(withTypedWords(`no \`${long}\`, see \`${long}\``, [long])).toBe(
    `no \`${'x'.repeat(200)}… (3000 characters)\`, see \`${'x'.repeat(200)}… (3000 characters)\``,
  );
});

it('leaves everything else as it is', () => {
  const message = 'There is no plan:\n  `$&` is wanted';
  expect(withTypedWords(message, ['plan', 'a.yaml', '', '$&'])).toBe(message);
});
