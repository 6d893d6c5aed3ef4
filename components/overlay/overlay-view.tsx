'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { HousePlus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { Problem } from '@/components/data/problem';
import { queries } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import { PackageChip } from '@/components/package/package-chip';
import { Ago } from '@/components/ui/ago';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Dialog } from '@/components/ui/dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Field, inputClass } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { Segmented } from '@/components/ui/segmented';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useUrlState } from '@/components/ui/use-url-state';
import type { OverlayView as Overlay } from '@/lib/api/wire';
import { ChangesTab } from './changes-tab';
import { FileEditor } from './file-editor';
import { PatchesTab } from './patches-tab';
import { SourcesTab } from './sources-tab';
import { overlayQueries, tellProblem, useOverlayChanged, useTakeHome } from './use-overlay';

type Ebuild = Overlay['ebuilds'][number];

/** The ebuilds that were taken home for a prefix: where they came from, what differs, and everything to change them. */
export function OverlayView({ name }: { name: string }) {
  const overlay = useQuery(overlayQueries.view(name));
  const [chosen, setChosen] = useUrlState('ebuild');
  const { data } = overlay;
  const ebuild = data?.ebuilds.find(({ cpv }) => cpv === chosen) ?? data?.ebuilds[0] ?? null;
  return (
    <div className="flex min-w-0 flex-col gap-6 px-3 py-5 md:px-6">
      <h2 className="sr-only">Overlay</h2>
      <TakeForm name={name} onTaken={setChosen} />
      {overlay.isPending && <SkeletonRows rows={3} label="Opening the overlay" />}
      {overlay.isError && (
        <Problem error={overlay.error} what="The overlay could not be opened" again={() => overlay.refetch()} />
      )}
      {data && data.ebuilds.length === 0 && (
        <EmptyState icon={HousePlus} title="Nothing has been taken home yet">
          A package that does not build as its tree has it can be taken home: its ebuild is copied here, where you
          change it, patch it, and say which sources it uses. It then wins over the tree.
        </EmptyState>
      )}
      {data && data.ebuilds.length > 0 && !data.isInDesign && (
        <Notice level="warn" title="The design does not name this overlay, so its ebuilds are not used">
          Take one of them home again to add it.
        </Notice>
      )}
      {data && ebuild && (
        <div className="grid min-w-0 gap-5 lg:grid-cols-[20rem_minmax(0,1fr)]">
          <EbuildList overlay={data} current={ebuild} onChoose={setChosen} />
          <EbuildPane key={ebuild.cpv} name={name} overlay={data} ebuild={ebuild} />
        </div>
      )}
      {data && <OtherPatches name={name} overlay={data} />}
    </div>
  );
}

/** What is wrong with the place that an ebuild is to come from, not with its name. */
const ofPlace: ReadonlySet<string> = new Set(['NO_REPOSITORY', 'TREE_UNKNOWN', 'REPOSITORY_INVALID']);

function TakeForm({ name, onTaken }: { name: string; onTaken: (cpv: string) => void }) {
  const trees = useQuery(queries.trees());
  const [wanted, setWanted] = useState('');
  const [from, setFrom] = useState('');
  const take = useTakeHome(name, (answer) => {
    setWanted('');
    onTaken(answer.cpv);
  });
  const problem = take.isError ? asRequestError(take.error) : null;
  const told = problem && { message: problem.message, hint: problem.hint };
  const isOfPlace = problem !== null && ofPlace.has(problem.code);
  return (
    <form
      aria-label="Take an ebuild home"
      className="grid max-w-4xl items-start gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]"
      onSubmit={(event) => {
        event.preventDefault();
        take.mutate({ package: wanted.trim(), ...(from.trim() !== '' && { from: from.trim() }) });
      }}
    >
      <Field label="Package" help="With or without its version." problem={isOfPlace ? null : told}>
        {(control) => (
          <input
            {...control}
            className={`${inputClass} mono h-9 text-sm`}
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value);
              take.reset();
            }}
            placeholder="sys-libs/zlib"
            spellCheck={false}
          />
        )}
      </Field>
      <Field
        label="From"
        help="A tree, or the folder of a repository. Empty: the design's own."
        problem={isOfPlace ? told : null}
      >
        {(control) => (
          <>
            <input
              {...control}
              className={`${inputClass} mono h-9 text-sm`}
              value={from}
              onChange={(event) => {
                setFrom(event.target.value);
                take.reset();
              }}
              list={`${control.id}-trees`}
              placeholder="the design's tree"
              spellCheck={false}
            />
            <datalist id={`${control.id}-trees`}>
              {trees.data?.map((tree) => (
                <option key={tree.name} value={tree.name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Button
        type="submit"
        className="sm:mt-6"
        disabled={!wanted.includes('/')}
        waiting={take.isPending && 'Taking it home …'}
      >
        <HousePlus aria-hidden className="size-4" /> Take home
      </Button>
    </form>
  );
}

/** What has to be known of a taken ebuild, in a few words. */
function wordsOf({ changed, otherSources, originState, eclasses }: Ebuild): readonly string[] {
  return [
    ...(changed.length > 0 ? [`${changed.length} changed here`] : []),
    ...(otherSources.length > 0 ? ['source differs'] : []),
    ...(originState === 'changed' ? ['origin changed'] : originState === 'gone' ? ['gone at its origin'] : []),
    ...(eclasses.length > 0 ? [`with ${eclasses.length === 1 ? 'an eclass' : `${eclasses.length} eclasses`}`] : []),
  ];
}

function EbuildList({
  overlay,
  current,
  onChoose,
}: {
  overlay: Overlay;
  current: Ebuild;
  onChoose: (cpv: string) => void;
}) {
  return (
    <Section title="Taken home" aside={`${overlay.ebuilds.length} in ${overlay.name}`}>
      <ul className="overflow-hidden rounded-lg border bg-surface">
        {overlay.ebuilds.map((ebuild) => (
          <li key={ebuild.cpv} className="border-b last:border-b-0">
            <button
              type="button"
              aria-current={ebuild.cpv === current.cpv ? 'true' : undefined}
              onClick={() => onChoose(ebuild.cpv)}
              className="flex w-full min-w-0 flex-col items-start gap-1 px-3 py-2.5 text-left text-sm hover:bg-link-tint aria-[current]:bg-link-tint"
            >
              <PackageChip place="staging" category={ebuild.category} pn={ebuild.pn} version={ebuild.version} />
              <span className="max-w-full text-xs break-words text-muted">{ebuild.origin.replaceAll('`', '')}</span>
              {wordsOf(ebuild).length > 0 && <span className="text-xs">{wordsOf(ebuild).join(' · ')}</span>}
            </button>
          </li>
        ))}
      </ul>
      <p className="mt-2 flex min-w-0 items-center gap-1 text-xs text-muted">
        <code className="truncate" title={overlay.repository}>
          {overlay.repository}
        </code>
        <CopyButton text={overlay.repository} label="Copy path" />
      </p>
    </Section>
  );
}

const tabs = [
  { value: 'files', label: 'Edit' },
  { value: 'changes', label: 'Changes' },
  { value: 'sources', label: 'Sources' },
  { value: 'patches', label: 'Patches' },
] as const;

function EbuildPane({ name, overlay, ebuild }: { name: string; overlay: Overlay; ebuild: Ebuild }) {
  const [tab, setTab] = useUrlState('tab', 'files');
  const packageName = `${ebuild.category}/${ebuild.pn}`;
  return (
    <section aria-label={ebuild.cpv} className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segmented label="What to see" value={tab} onChange={setTab} options={tabs} />
        <p className="text-sm text-muted">
          Taken <Ago at={ebuild.takenAt} />
        </p>
        <RemoveButton name={name} ebuild={ebuild} />
      </div>
      {tab === 'files' && <Files name={name} overlay={overlay} ebuild={ebuild} />}
      {tab === 'changes' && <ChangesTab prefix={name} ebuild={ebuild} />}
      {tab === 'sources' && <SourcesTab prefix={name} packageName={packageName} />}
      {tab === 'patches' && <PatchesTab prefix={name} packageName={packageName} patches={overlay.patches} />}
    </section>
  );
}

function Files({ name, overlay, ebuild }: { name: string; overlay: Overlay; ebuild: Ebuild }) {
  const [chosen, setChosen] = useUrlState('file');
  const own = overlay.files
    .filter(
      ({ path }) =>
        path.startsWith(`${ebuild.category}/${ebuild.pn}/`) ||
        ebuild.eclasses.some((eclass) => path === `eclass/${eclass}.eclass`),
    )
    .sort((a, b) => Number(b.path === ebuild.path) - Number(a.path === ebuild.path));
  const path = own.some((file) => file.path === chosen) ? chosen : ebuild.path;
  const short = (full: string): string => full.replace(`${ebuild.category}/${ebuild.pn}/`, '');
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <nav aria-label="Files of this ebuild">
        <ul className="flex flex-wrap gap-1">
          {own.map((file) => (
            <li key={file.path} className="min-w-0 max-w-full">
              <button
                type="button"
                aria-current={file.path === path ? 'true' : undefined}
                onClick={() => setChosen(file.path)}
                className="mono max-w-full truncate rounded-sm border border-line-strong/50 px-1.5 py-0.5 text-xs hover:border-link aria-[current]:border-link aria-[current]:bg-link-tint aria-[current]:text-link-ink"
              >
                {short(file.path)}
                {ebuild.changed.includes(file.path) && <span className="text-muted"> changed</span>}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <FileEditor prefix={name} repository={overlay.repository} path={path} />
    </div>
  );
}

function RemoveButton({ name, ebuild }: { name: string; ebuild: Ebuild }) {
  const [asking, setAsking] = useState(false);
  const changed = useOverlayChanged(name);
  const remove = useMutation({
    mutationFn: () =>
      ask('DELETE /api/prefixes/{name}/overlay/ebuild', { params: { name }, query: { package: ebuild.cpv } }),
    onSuccess: async (removed) => {
      setAsking(false);
      await changed();
      toast(`${removed.cpv} is the tree's again`, { description: `Its files are kept in ${removed.kept}` });
    },
    onError: tellProblem,
  });
  const hasOwn = ebuild.changed.length > 0 || ebuild.otherSources.length > 0;
  return (
    <>
      <Button
        tone="quiet"
        size="sm"
        className="ml-auto"
        waiting={remove.isPending && 'Removing …'}
        onClick={() => (hasOwn ? setAsking(true) : remove.mutate())}
      >
        <Trash2 aria-hidden className="size-3.5" /> Give up this copy
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Give up your copy of ${ebuild.pn}?`}
        description={`You changed it: ${[...ebuild.changed, ...ebuild.otherSources.map((each) => each.name)].join(', ')}. The files are kept beside the overlay.`}
      >
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Keep it</Button>
          <Button tone="danger" waiting={remove.isPending && 'Removing …'} onClick={() => remove.mutate()}>
            Give it up
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Patches for packages that were not taken home: a patch needs no copy of the ebuild. */
function OtherPatches({ name, overlay }: { name: string; overlay: Overlay }) {
  const [wanted, setWanted] = useUrlState('patch');
  const taken = new Set(overlay.ebuilds.map(({ category, pn }) => `${category}/${pn}`));
  const others = overlay.patches.filter((patch) => !taken.has(patch.package));
  const packages = [...new Set([...others.map((patch) => patch.package), ...(wanted.includes('/') ? [wanted] : [])])];
  return (
    <Section title="Patches without a copy" aside="applied when the package is built next">
      <div className="flex max-w-4xl min-w-0 flex-col gap-4">
        {packages.map((packageName) => (
          <div key={packageName} className="min-w-0">
            <h3 className="mono mb-1 text-sm font-semibold">{packageName}</h3>
            <PatchesTab prefix={name} packageName={packageName} patches={overlay.patches} />
          </div>
        ))}
        <Field label="Patch a package" help="Its ebuild stays the tree's; the patch is applied to the sources.">
          {(control) => (
            <input
              {...control}
              className={`${inputClass} mono h-9 max-w-96 text-sm`}
              defaultValue={wanted}
              onBlur={(event) => setWanted(event.target.value.trim())}
              onKeyDown={(event) => {
                if (event.key === 'Enter') setWanted(event.currentTarget.value.trim());
              }}
              placeholder="sys-libs/zlib"
              spellCheck={false}
            />
          )}
        </Field>
      </div>
    </Section>
  );
}
