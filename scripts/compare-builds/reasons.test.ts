import { expect, it } from 'vitest';
import { type Aspect, reasonFor } from './reasons';

const reason = (aspect: Aspect, name: string, ours?: string, theirs?: string): string | null =>
  reasonFor({ aspect, name, ours, theirs });

it.each<[string, string | undefined, string | undefined]>([
  ['BUILD_TIME', '1', '2'],
  ['COUNTER', '1', '2'],
  ['FEATURES', undefined, 'sandbox'],
  ['PREFIX_STUDIO_KEY', 'abc', undefined],
  ['SRC_URI', 'https://x', undefined],
  ['CONTENTS', 'dir /opt\ndir /opt/demo', ''],
  ['IUSE', undefined, ''],
  ['SIZE', '10', '12'],
])('the record %s may differ so: %j and %j', (name, ours, theirs) => {
  expect(reason('record', name, ours, theirs)).not.toBeNull();
});

it.each<[Aspect, string, string | undefined, string | undefined]>([
  // what only one side may have, on the other side
  ['record', 'FEATURES', 'sandbox', undefined],
  ['record', 'PREFIX_STUDIO_KEY', undefined, 'abc'],
  ['record', 'SRC_URI', undefined, 'https://x'],
  ['record', 'SRC_URI', 'https://x', 'https://y'],
  // a file, or a directory below EPREFIX
  ['record', 'CONTENTS', 'obj /opt/x 0 0', ''],
  ['record', 'CONTENTS', 'dir /opt/demo/usr', ''],
  ['record', 'CONTENTS', 'dir /opt', 'dir /usr'],
  ['record', 'IUSE', '', undefined],
  ['record', 'IUSE', undefined, 'static-libs'],
  ['record', 'RDEPEND', 'a/b', 'a/c'],
  // a reason for a record is none for a path of that name
  ['entry', 'SIZE', '-rw-r--r-- 0/0', undefined],
  ['size', '/usr/bin/x', '1', '9999'],
])('there is no reason for %s %s: %j and %j', (aspect, name, ours, theirs) => {
  expect(reason(aspect, name, ours, theirs)).toBeNull();
});
