'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Cog, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { queries } from '@/components/data/queries';
import { asRequestError, request } from '@/components/data/request';
import { Button, IconButton } from '@/components/ui/button';
import { Field, inputClass, Quoted } from '@/components/ui/field';
import { Section } from '@/components/ui/section';
import { apiPaths } from '@/lib/api/paths';
import { queryKeys } from '@/lib/api/query-keys';
import type { TreeSummary } from '@/lib/api/wire';

const icons = { ready: CircleCheck, working: Cog, failed: CircleAlert } as const;
const tones = { ready: 'text-final-ink', working: 'working text-ink', failed: 'text-act-ink' } as const;

/** The trees designs can be planned on, and the way to another one. */
export function Trees() {
  const client = useQueryClient();
  const trees = useQuery(queries.trees());
  const [location, setLocation] = useState('');
  const [name, setName] = useState('flatcar');
  const again = () => void client.invalidateQueries({ queryKey: queryKeys.trees() });
  const add = useMutation({
    mutationFn: () =>
      request<TreeSummary>(apiPaths.trees(), { body: { name: name.trim(), location: location.trim() } }),
    onSuccess: () => {
      setLocation('');
      again();
    },
  });
  const remove = useMutation({
    mutationFn: (tree: string) => request<void>(apiPaths.tree(tree), { method: 'DELETE' }),
    onSuccess: again,
    onError: (error) => toast.error(asRequestError(error).message.replaceAll('`', '')),
  });
  const problem = add.isError ? asRequestError(add.error) : null;
  return (
    <Section title="Trees" id="trees" className="mt-4">
      <ul className="overflow-hidden rounded-lg border bg-surface empty:hidden">
        {trees.data?.map((tree) => {
          const Icon = icons[tree.state];
          return (
            <li key={tree.name} className="flex items-center gap-3 border-b px-4 py-2 text-sm last:border-b-0">
              <Icon aria-label={tree.state} className={`size-4 shrink-0 ${tones[tree.state]}`} />
              <div className="min-w-0 flex-1">
                <p>
                  <span className="font-medium">{tree.name}</span>{' '}
                  <span className="text-muted tabular">
                    {tree.packages !== null && `${tree.packages} packages in ${tree.repositories.join(', ')}`}
                  </span>
                </p>
                <p
                  className={`mono truncate text-xs ${tree.state === 'failed' ? 'text-act-ink' : 'text-muted'}`}
                  title={tree.message ?? tree.location}
                >
                  {tree.message ?? tree.location}
                </p>
              </div>
              {tree.kind !== 'starter' && (
                <IconButton label={`Forget ${tree.name}`} onClick={() => remove.mutate(tree.name)}>
                  <Trash2 aria-hidden className="size-4" />
                </IconButton>
              )}
            </li>
          );
        })}
      </ul>
      <form
        aria-label="Add a tree"
        className="mt-3 grid max-w-3xl items-start gap-3 sm:grid-cols-[10rem_minmax(0,1fr)_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Field label="Name" help="How designs call it.">
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
          label="Checkout of flatcar/scripts"
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
}
