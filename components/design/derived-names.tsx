import { PathAnatomy } from '@/components/path/path-anatomy';
import { PlaceMark } from '@/components/place/place-mark';
import { CopyButton } from '@/components/ui/copy-button';
import { type Board, deriveNames, type DerivedNames as Names } from '@/lib/layout/names';

/** The names as the SDK would give them, for a design that the server has not seen yet. */
export function namesOf(design: { name: string; board: string; path: string }): Names | null {
  if (design.name === '' || design.path === '') return null;
  return deriveNames({ ...design, board: design.board as Board });
}

/** Everything that follows from name, board and path, while they are typed. */
export function DerivedNamesList({ names, path }: { names: Names; path: string }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-1.5 text-sm">
      <dt className="text-muted">wrapper</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <code className="truncate text-xs" title={names.wrapper}>
          {names.wrapper}
        </code>
        <CopyButton text={names.wrapper} label="Copy wrapper name" />
      </dd>
      <dt>
        <PlaceMark place="staging" />
      </dt>
      <dd className="min-w-0">
        <PathAnatomy place="staging" path={names.stagingEroot} root={names.stagingRoot} prefix={path} copy />
      </dd>
      <dt>
        <PlaceMark place="final" />
      </dt>
      <dd className="min-w-0">
        <PathAnatomy place="final" path={names.finalEroot} root={names.finalRoot} prefix={path} copy />
      </dd>
      <dt>
        <PlaceMark place="image" />
      </dt>
      <dd className="flex min-w-0 items-center gap-1">
        <code className="truncate text-xs">{names.imageName}</code>
        <CopyButton text={names.imageName} label="Copy image name" />
      </dd>
    </dl>
  );
}
