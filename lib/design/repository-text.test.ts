import { describe, expect, it } from 'vitest';
import { parseDesign } from './design';
import { addMaskToText, addRepositoryToText, removeMasksFromText, removeRepositoryFromText } from './repository-text';

const text = `# mine
name: demo # short
board: amd64-usr
path: /opt/demo
packages:
  - app-text/tree # the one
`;
const own = { name: 'demo-overlay', location: '/data/overlay', priority: 2000 };

const repositoriesOf = (design: string) => {
  const parsed = parseDesign(design);
  return parsed.ok ? parsed.design.repositories : null;
};

describe('repositories in the text of a design', () => {
  it('are added and leave everything else as it was', () => {
    const added = addRepositoryToText(text, own);
    expect(added.startsWith(text)).toBe(true);
    expect(repositoriesOf(added)).toEqual([own]);
    expect(addRepositoryToText(added, own)).toBe(added);
    expect(removeRepositoryFromText(added, own.name)).toBe(text);
  });

  it('come with masks, which go as they came', () => {
    const masked = addMaskToText(text, '>sys-libs/zlib-1.3.1:0');
    expect(parseDesign(masked)).toMatchObject({ ok: true, design: { package_mask: ['>sys-libs/zlib-1.3.1:0'] } });
    expect(addMaskToText(masked, '>sys-libs/zlib-1.3.1:0')).toBe(masked);
    expect(removeMasksFromText(masked, ['>sys-libs/zlib-1.3.1:'])).toBe(text);
    const two = addMaskToText(masked, 'a/b');
    expect(removeMasksFromText(two, ['>sys-libs/zlib-1.3.1:'])).toBe(addMaskToText(text, 'a/b'));
  });

  it('join those that are there', () => {
    const two = addRepositoryToText(addRepositoryToText(text, { name: 'other', location: '/other' }), own);
    expect(repositoriesOf(two)).toEqual([{ name: 'other', location: '/other' }, own]);
    expect(repositoriesOf(removeRepositoryFromText(two, 'other'))).toEqual([own]);
    expect(removeRepositoryFromText(two, 'nobody')).toBe(two);
  });
});
