'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CirclePause, Cog, Play, Plus, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { memo, useState } from 'react';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { queries } from '@/components/data/queries';
import { ask, asRequestError } from '@/components/data/request';
import { LeftOut } from '@/components/trees/left-out';
import { TreeProgress, useTreeReading } from '@/components/trees/tree-progress';
import { Unreadable } from '@/components/trees/unreadable';
import { Button, IconButton } from '@/components/ui/button';
import { Field, inputClass, Quoted } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import type { TreeSummary } from '@/lib/api/wire';

const icons = { ready: CircleCheck, working: Cog, stopped: CirclePause, failed: CircleAlert } as const;
const tones = {
  ready: 'text-final-ink',
  working: 'working text-ink',
  stopped: 'text-muted',
  failed: 'text-act-ink',
} as const;

/** The trees designs can be planned on, and the way to another one. */
export const Trees = memo(function Trees() {
  const client = useQueryClient();
  const trees = useQuery(queries.trees());
  const [location, setLocation] = useState('');
  const [name, setName] = useState('flatcar');
  const again = () => void outdated(client, { queryKey: queries.trees().queryKey });
  const add = useMutation({
    mutationFn: () => ask('POST /api/trees', { body: { name: name.trim(), location: location.trim() } }),
    onSuccess: () => {
      setLocation('');
      again();
    },
  });
  const remove = useMutation({
    mutationFn: (tree: string) => ask('DELETE /api/trees/{name}', { params: { name: tree } }),
    onSuccess: again,
    onError: (error) => toast.error(asRequestError(error).message.replaceAll('`', '')),
  });
  const problem = add.isError ? asRequestError(add.error) : null;
  return (
    <Section title="Trees" id="trees" className="mt-4">
      <ul className="overflow-hidden rounded-lg border bg-surface empty:hidden">
        {trees.data?.map((tree) => (
          <TreeRow key={tree.name} tree={tree} onForget={() => remove.mutate(tree.name)} />
        ))}
      </ul>
      <form
        aria-label="Add a tree"
        className="mt-3 grid max-w-3xl items-start gap-3 sm:grid-cols-[10rem_minmax(0,1fr)_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Field label="Name" help="The name that designs use for it.">
          {(control) => (
            <input
              {...control}
              className={`${inputClass} mono h-9 text-sm`}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Checkout of flatcar/scripts, or an overlay"
          help="A folder on this machine, or a git URL to clone."
          problem={problem && { message: problem.message, hint: problem.hint }}
        >
          {(control) => (
            <input
              {...control}
              className={`${inputClass} mono h-9 text-sm`}
              value={location}
              onChange={(event) => setLocation(event.target.value)}
              placeholder="/home/me/flatcar/scripts"
              spellCheck={false}
            />
          )}
        </Field>
        <Button
          type="submit"
          className="sm:mt-6"
          disabled={location.trim() === '' || name.trim() === ''}
          waiting={add.isPending && 'Adding …'}
        >
          <Plus aria-hidden className="size-4" /> Add tree
        </Button>
      </form>
      {problem && problem.problems.length > 0 && (
        <p className="text-sm text-act-ink">
          <Quoted text={problem.problems[0]?.message ?? ''} />
        </p>
      )}
    </Section>
  );
});

function TreeRow({ tree, onForget }: { tree: TreeSummary; onForget: () => void }) {
  const { start } = useTreeReading(tree.name);
  const Icon = icons[tree.state];
  const { facts, work } = tree;
  return (
    <li className="flex items-start gap-3 border-b px-4 py-2.5 text-sm last:border-b-0">
      <Icon aria-label={tree.state} className={`mt-0.5 size-4 shrink-0 ${tones[tree.state]}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p>
          <Link href={`/trees/${encodeURIComponent(tree.name)}`} className="font-medium text-link-ink hover:underline">
            {tree.name}
          </Link>{' '}
          {tree.role === 'overlay' && <span className="text-muted">overlay, </span>}
          <span className="text-muted tabular">
            {facts && `${facts.packages} packages, ${facts.ebuilds} ebuilds in ${facts.repositories.join(', ')}`}
            {!facts && tree.state === 'working' && !work && 'opening it'}
          </span>
        </p>
        <p className="mono truncate text-xs text-muted" title={tree.location}>
          {tree.location}
        </p>
        {work && <TreeProgress tree={tree.name} work={work} />}
        {tree.state === 'stopped' && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span>Reading its ebuilds was stopped; what was read is kept.</span>
            <Button size="sm" waiting={start.isPending && 'Starting …'} onClick={() => start.mutate()}>
              <Play aria-hidden className="size-3.5" /> Go on reading
            </Button>
          </p>
        )}
        {tree.state === 'failed' && tree.message && (
          <div role="alert" className="min-w-0 break-words">
            <p className="text-act-ink">
              <Quoted text={tree.message} />
            </p>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
              {tree.hint && <Quoted text={tree.hint} />}
              <Button size="sm" waiting={start.isPending && 'Starting …'} onClick={() => start.mutate()}>
                Try again
              </Button>
            </p>
          </div>
        )}
        {facts && <Unreadable list={facts.unreadable} />}
        {facts && <LeftOut notices={facts.notices} />}
      </div>
      {tree.kind !== 'starter' && (
        <IconButton label={`Forget ${tree.name}`} onClick={onForget}>
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      )}
    </li>
  );
}
