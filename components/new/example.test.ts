import { expect, it } from 'vitest';
import { commandsOf, exampleFile } from './example';

it('takes the proof command as example, else a program named after the package', () => {
  expect(exampleFile({ packages: ['dev-lang/python'], smoke: [['usr/bin/python3', '-V']] })).toBe('usr/bin/python3');
  expect(exampleFile({ packages: ['@server', '>=app-editors/nano-7.2:0'], smoke: undefined })).toBe('usr/bin/nano');
  expect(exampleFile({ packages: [], smoke: [] })).toBe('usr/bin/program');
});

it('quotes atoms that a shell would read as redirections', () => {
  const text = commandsOf(
    { name: 'demo', board: 'amd64-usr', path: '/opt/demo', packages: ['>=a/b-1', 'c/d'] },
    'emerge-prefix-demo-amd64-usr',
  );
  expect(text).toContain("emerge-prefix-demo-amd64-usr '>=a/b-1' c/d");
});
