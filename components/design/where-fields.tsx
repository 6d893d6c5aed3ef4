'use client';

import { Field, inputClass } from '@/components/ui/field';
import { Segmented } from '@/components/ui/segmented';
import { boards } from '@/lib/layout/names';
import { renameInText, valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

const boardWords: Readonly<Record<string, string>> = { 'amd64-usr': 'amd64', 'arm64-usr': 'arm64' };

/** Name, board and path of a prefix. `fixedName` for one that exists: its name is its identity. */
export function WhereFields({ draft, fixedName = false }: { draft: DesignDraft; fixedName?: boolean }) {
  const name = valueAt(draft.loose, ['name'], '');
  const path = valueAt(draft.loose, ['path'], '');
  const board = valueAt(draft.loose, ['board'], '');
  const facts = boards[board as keyof typeof boards];
  const locked = !draft.loose.writable;
  return (
    <div className="grid gap-x-5 gap-y-3 sm:grid-cols-2">
      <Field
        label="Name"
        help={
          fixedName
            ? 'Directories, wrapper and image are named after it.'
            : 'Letters, digits, dots, - and _. Directories, wrapper and image are named after it.'
        }
        problem={draft.problemAt('name')}
        onSuggestion={(value) => draft.setText(renameInText(draft.text, value))}
      >
        {(control) => (
          <input
            {...control}
            className={`${inputClass} mono h-9 text-sm`}
            value={name}
            disabled={locked}
            readOnly={fixedName}
            onChange={(event) => draft.setText(renameInText(draft.text, event.target.value))}
            placeholder="my-tools"
            spellCheck={false}
            autoComplete="off"
          />
        )}
      </Field>
      <Field
        label="Path on the target"
        aside="EPREFIX"
        help="The one path the application runs from, while it is built and on the target."
        problem={draft.problemAt('path')}
        onSuggestion={(value) => draft.set(['path'], value)}
      >
        {(control) => (
          <input
            {...control}
            className={`${inputClass} mono h-9 text-sm text-final-ink`}
            value={path}
            disabled={locked}
            onChange={(event) => draft.set(['path'], event.target.value)}
            placeholder="/opt/my-tools"
            spellCheck={false}
            autoComplete="off"
          />
        )}
      </Field>
      <Field
        label="Board"
        help={
          facts ? (
            <>
              <code className="text-xs">{facts.chost}</code>, keyword <code className="text-xs">{facts.keyword}</code>
              {facts.keyword === 'arm64' && '; built here with a cross compiler'}
            </>
          ) : (
            'The machine it will run on.'
          )
        }
        problem={draft.problemAt('board')}
        onSuggestion={(value) => draft.set(['board'], value)}
      >
        {(control) => (
          <fieldset id={control.id} aria-describedby={control['aria-describedby']}>
            <Segmented
              label="Board"
              value={board}
              onChange={(value) => draft.set(['board'], value)}
              options={Object.keys(boards).map((value) => ({ value, label: boardWords[value] ?? value }))}
            />
          </fieldset>
        )}
      </Field>
    </div>
  );
}
