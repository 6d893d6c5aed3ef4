'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { inputClass, Quoted } from '@/components/ui/field';
import { valueAt } from './design-text';
import type { DesignDraft } from './use-design-draft';

/** Rows of `key: words` or `key: text` in the design: package.use, keywords per package, make.conf. */
export function RowsField({
  draft,
  name,
  label,
  keyLabel,
  valueLabel,
  keyPlaceholder,
  valuePlaceholder,
  words,
  help,
}: {
  draft: DesignDraft;
  /** key of the design that holds the rows */
  name: 'package_use' | 'package_accept_keywords' | 'package_license' | 'make_conf';
  label: string;
  keyLabel: string;
  valueLabel: string;
  keyPlaceholder: string;
  valuePlaceholder: string;
  /** the value is a list of words, else one text */
  words: boolean;
  help: string;
}) {
  const [newKey, setNewKey] = useState('');
  const [newValue, setNewValue] = useState('');
  const rows = Object.entries(valueAt<Record<string, unknown>>(draft.loose, [name], {}));
  const problem = draft.problemAt(name, true);
  const toText = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value ?? ''));
  const toValue = (text: string): unknown => (words ? text.split(/\s+/).filter((word) => word !== '') : text);
  const add = () => {
    if (newKey.trim() === '' || newValue.trim() === '') return;
    draft.set([name, newKey.trim()], toValue(newValue));
    setNewKey('');
    setNewValue('');
  };
  const cell = `${inputClass} mono h-8 text-xs`;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-col gap-1">
        {rows.map(([key, value]) => (
          <div key={key} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-1">
            <input className={cell} value={key} readOnly aria-label={keyLabel} />
            <RowValue
              key={toText(value)}
              initial={toText(value)}
              label={`${valueLabel} of ${key}`}
              onDone={(text) => draft.set([name, key], toValue(text))}
            />
            <IconButton label={`Remove ${key}`} onClick={() => draft.set([name, key], undefined)} className="size-8">
              <Trash2 aria-hidden className="size-3.5" />
            </IconButton>
          </div>
        ))}
        <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-1">
          <input
            className={cell}
            value={newKey}
            onChange={(event) => setNewKey(event.target.value)}
            aria-label={`New ${keyLabel}`}
            placeholder={keyPlaceholder}
            spellCheck={false}
          />
          <input
            className={cell}
            value={newValue}
            onChange={(event) => setNewValue(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && add()}
            aria-label={`New ${valueLabel}`}
            placeholder={valuePlaceholder}
            spellCheck={false}
          />
          <Button
            onClick={add}
            disabled={newKey.trim() === '' || newValue.trim() === ''}
            aria-label={`Add ${keyLabel}`}
          >
            <Plus aria-hidden className="size-3.5" />
          </Button>
        </div>
      </div>
      <p className="mt-1 text-sm text-muted" aria-live="polite">
        {problem ? (
          <span className="text-act-ink">
            <Quoted text={problem.message} />{' '}
            <span className="text-ink">
              <Quoted text={problem.hint} />
            </span>
          </span>
        ) : (
          help
        )}
      </p>
    </fieldset>
  );
}

/** Writes when left or on Enter, so that half-typed words are not taken apart. */
function RowValue({ initial, label, onDone }: { initial: string; label: string; onDone: (text: string) => void }) {
  const [text, setText] = useState(initial);
  const done = () => {
    if (text.trim() !== initial) onDone(text.trim());
  };
  return (
    <input
      className={`${inputClass} mono h-8 text-xs`}
      value={text}
      aria-label={label}
      onChange={(event) => setText(event.target.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === 'Enter' && done()}
      spellCheck={false}
    />
  );
}
