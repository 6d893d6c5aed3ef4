import { expect, it } from 'vitest';
import { highlightYaml } from './highlight';

const text = `# top
name: demo # why
packages:
  - ">=a/b-1:2" # c#d
  - a/b#c
package_use:
  net-misc/curl: [ssl, -http3]
`;

it('loses no character of the text', () => {
  expect(
    highlightYaml(text)
      .map((parts) => parts.map((part) => part.text).join(''))
      .join('\n'),
  ).toBe(text);
});

it('tells comments from values that hold a hash', () => {
  const comments = highlightYaml(text).flatMap((parts) =>
    parts.filter((part) => part.tone.includes('italic')).map((part) => part.text),
  );
  expect(comments).toEqual(['# top', '# why', '# c#d']);
});
