'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Save, Undo2, Upload } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { outdated } from '@/components/data/outdated';
import { queries, usePlan } from '@/components/data/queries';
import { ask, asRequestError, RequestError } from '@/components/data/request';
import { PlanReview } from '@/components/plan/plan-review';
import { Button } from '@/components/ui/button';
import { count } from '@/components/ui/format';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { useDebounced } from '@/components/ui/use-debounced';
import type { PrefixDocument } from '@/lib/api/wire';
import { DerivedNamesList, namesOf } from './derived-names';
import { valueAt } from './design-text';
import { ExpertFields } from './expert-fields';
import { FromSourceField } from './from-source-field';
import { ImageFields } from './image-fields';
import { PackageField } from './package-field';
import { SmokeField } from './smoke-field';
import { TextPane } from './text-pane';
import { ToolchainField } from './toolchain-field';
import { TreeField } from './tree-field';
import { useDesignDraft } from './use-design-draft';
import { useNowhere } from './use-nowhere';
import { WhereFields } from './where-fields';

/** Form and `prefix.yaml` side by side: two views of one text. */
export function DesignEditor({ document }: { document: PrefixDocument }) {
  const client = useQueryClient();
  const draft = useDesignDraft(document.text);
  const [base, setBase] = useState({ text: document.text, revision: document.revision });
  const dirty = draft.text !== base.text;
  const elsewhere = document.revision !== base.revision && document.text !== base.text;
  const file = useRef<HTMLInputElement>(null);
  const { setText } = draft;

  // Another tab or a fix saved a newer text: take it over when nothing is unsaved here.
  useEffect(() => {
    if (document.revision === base.revision || dirty) return;
    setBase({ text: document.text, revision: document.revision });
    setText(document.text);
  }, [document, base.revision, dirty, setText]);

  const save = useMutation({
    mutationFn: (revision: number | undefined) =>
      ask('PUT /api/prefixes/{name}', { params: { name: document.name }, body: { text: draft.text, revision } }),
    onSuccess: (saved) => {
      setBase({ text: saved.text, revision: saved.revision });
      client.setQueryData(queries.prefix(document.name).queryKey, saved);
      void outdated(client, { queryKey: queries.prefixes().queryKey, exact: true });
    },
    onError: (error) => {
      if (error instanceof RequestError && error.code === 'STALE_REVISION') return;
      const { message, hint } = asRequestError(error);
      toast.error(message.replaceAll('`', ''), { description: hint?.replaceAll('`', '') });
    },
  });
  const { mutate } = save;
  const saveNow = useCallback(() => mutate(base.revision), [mutate, base.revision]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      if (dirty) saveNow();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [dirty, saveNow]);
  useEffect(() => {
    if (!dirty) return;
    const leave = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', leave);
    return () => window.removeEventListener('beforeunload', leave);
  }, [dirty]);

  const still = useDebounced(draft.text, 350);
  const plan = usePlan(draft.design && still === draft.text && dirty ? still : null);
  const result = dirty && draft.design ? plan.data?.result : undefined;
  const nowhere = useNowhere(draft.text, result);
  // what cannot be planned is saved knowingly; until that is known there is nothing to know
  const isPlanning = dirty && draft.design !== null && (still !== draft.text || plan.isFetching);
  const hasNoPlan = dirty && (draft.design === null || result?.kind === 'unsolved' || plan.isError);
  const where = {
    name: valueAt(draft.loose, ['name'], ''),
    board: valueAt(draft.loose, ['board'], 'amd64-usr'),
    path: valueAt(draft.loose, ['path'], ''),
  };
  const names = namesOf(where);
  return (
    <div className="grid min-w-0 flex-1 xl:grid-cols-[minmax(0,1fr)_minmax(24rem,32rem)] min-[1900px]:grid-cols-[minmax(0,1fr)_minmax(24rem,44rem)]">
      <form
        className="flex min-w-0 flex-col gap-7 px-3 py-5 md:px-6"
        onSubmit={(event) => event.preventDefault()}
        aria-label="Design"
      >
        {!draft.loose.writable && (
          <Notice level="warn" title="The text is not valid YAML at the moment">
            The form waits until it can be read again; nothing is lost.
          </Notice>
        )}
        <Section title="What">
          <div className="flex flex-col gap-4">
            <PackageField draft={draft} nowhere={nowhere} />
            <TreeField draft={draft} />
            <ToolchainField draft={draft} />
            <FromSourceField draft={draft} />
          </div>
        </Section>
        <Section title="Where">
          <WhereFields draft={draft} fixedName />
          {names && (
            <div className="mt-3">
              <DerivedNamesList names={document.names ?? names} path={where.path} />
            </div>
          )}
        </Section>
        <Section title="Image">
          <ImageFields draft={draft} />
        </Section>
        <Section title="Proof">
          <SmokeField draft={draft} />
        </Section>
        <Section title="Everything else">
          <ExpertFields draft={draft} />
        </Section>
      </form>
      <div className="flex min-w-0 flex-col gap-3 border-line bg-surface px-3 py-4 max-xl:border-t md:px-5 xl:sticky xl:top-0 xl:max-h-dvh xl:border-l">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-sm font-medium">
            prefix.yaml{' '}
            <span className="font-normal text-muted" aria-live="polite">
              {dirty ? 'edited' : 'saved'}
            </span>
          </p>
          <div className="flex gap-1.5">
            <input
              ref={file}
              type="file"
              accept=".yaml,.yml,text/yaml"
              className="sr-only"
              tabIndex={-1}
              aria-label="Choose a prefix.yaml"
              onChange={async (event) => {
                const chosen = event.target.files?.[0];
                if (chosen) setText(await chosen.text());
                event.target.value = '';
              }}
            />
            <Button size="sm" tone="quiet" onClick={() => file.current?.click()}>
              <Upload aria-hidden className="size-3.5" /> Import
            </Button>
            <Button size="sm" disabled={!dirty} onClick={() => setText(base.text)}>
              <Undo2 aria-hidden className="size-3.5" /> Discard
            </Button>
            <Button
              size="sm"
              tone={hasNoPlan ? 'secondary' : 'primary'}
              disabled={!dirty}
              waiting={save.isPending ? 'Saving …' : isPlanning && 'Planning …'}
              onClick={saveNow}
            >
              <Save aria-hidden className="size-3.5" /> {hasNoPlan ? 'Save without a plan' : 'Save'}
            </Button>
          </div>
        </div>
        {(elsewhere || (save.error instanceof RequestError && save.error.code === 'STALE_REVISION')) && dirty && (
          <Notice
            level="act"
            title="This design was changed elsewhere in the meantime"
            action={
              <span className="flex gap-1.5">
                <Button
                  size="sm"
                  onClick={() => {
                    setBase({ text: document.text, revision: document.revision });
                    setText(document.text);
                    save.reset();
                  }}
                >
                  Take the other
                </Button>
                <Button size="sm" tone="danger" onClick={() => mutate(undefined)}>
                  Keep mine
                </Button>
              </span>
            }
          />
        )}
        <TextPane text={draft.text} onChange={setText} problems={[...draft.problems, ...nowhere]} />
        <div aria-live="polite" className="text-sm">
          {dirty && draft.problems.length > 0 && (
            <p className="text-muted">{count(draft.problems.length, 'problem')}: it can be saved, but not built.</p>
          )}
          {dirty && draft.design && (
            <div className="flex flex-col gap-2">
              <PlanReview
                plan={plan}
                tree={draft.design.tree}
                text={draft.text}
                onText={setText}
                lead="With these edits: "
              />
            </div>
          )}
        </div>
      </div>
    </div>
  );
}
