import { expect, it } from 'vitest';
import { whatCanGo } from '@/lib/host/disk-error';
import { isFullDisk, wayOn } from './way-on';

const hint = `Make room on the disk, then resume. ${whatCanGo}`;
const sized = 'Make room on the disk, then resume. `prefix-studio clean --distfiles` frees 5 GB (5 GB source files).';

it('tells what can be freed as soon as the end of the run says how much', () => {
  expect(wayOn(hint, '')).toBe(hint);
  expect(wayOn(hint, `\`a/b-1\` failed: no room. ${sized}`)).toBe(sized);
});

it('is known as that of a full disk', () => {
  expect([isFullDisk(hint), isFullDisk('Set USE.'), isFullDisk(null)]).toEqual([true, false, false]);
});

it('leaves every other hint as it is', () => {
  expect(wayOn('Set USE.', `\`a/b-1\` failed: no room. ${sized}`)).toBe('Set USE.');
  expect(wayOn(hint, 'It failed.')).toBe(hint);
});
