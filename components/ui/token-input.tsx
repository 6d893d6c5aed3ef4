'use client';

import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef, useState } from 'react';

export interface TokenSuggestion {
  readonly value: string;
  readonly note?: string;
}

const mostSuggestions = 8;

/** A list of words as chips: Enter, comma or space adds what was typed, Backspace takes the last one back, arrows choose. */
export function TokenInput({
  values,
  onChange,
  placeholder,
  suggestions = [],
  guilty = () => false,
  tone = () => '',
  draw = (value) => value,
  control,
}: {
  values: readonly string[];
  onChange: (values: string[]) => void;
  placeholder?: string;
  suggestions?: readonly TokenSuggestion[];
  guilty?: (index: number) => boolean;
  tone?: (value: string) => string;
  draw?: (value: string) => ReactNode;
  control: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined };
}) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(-1);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const hits = useMemo(() => {
    const words = typed.toLowerCase().trim();
    if (words.length < 1) return [];
    const score = ({ value, note }: TokenSuggestion): number => {
      const name = value.toLowerCase();
      const last = name.slice(name.lastIndexOf('/') + 1);
      if (last === words || name === words) return 0;
      if (last.startsWith(words)) return 1;
      if (name.includes(words)) return 2;
      return note?.toLowerCase().includes(words) ? 3 : 9;
    };
    return suggestions
      .filter((entry) => !values.includes(entry.value))
      .map((entry) => ({ entry, score: score(entry) }))
      .filter((ranked) => ranked.score < 9)
      .sort((a, b) => a.score - b.score)
      .slice(0, mostSuggestions)
      .map((ranked) => ranked.entry);
  }, [typed, suggestions, values]);
  const showing = open && hits.length > 0;

  const add = (text: string) => {
    const words = text.split(/[\s,]+/).filter((word) => word !== '');
    if (words.length > 0) onChange([...values, ...words.filter((word) => !values.includes(word))]);
    setTyped('');
    setChosen(-1);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' && hits.length > 0) {
      event.preventDefault();
      setOpen(true);
      setChosen((chosen + 1) % hits.length);
    } else if (event.key === 'ArrowUp' && hits.length > 0) {
      event.preventDefault();
      setChosen((chosen - 1 + hits.length) % hits.length);
    } else if (
      (event.key === 'Enter' || event.key === ',' || event.key === ' ') &&
      (typed.trim() !== '' || chosen >= 0)
    ) {
      event.preventDefault();
      const exact =
        event.key === 'Enter' && !typed.includes('/') ? hits[Math.max(0, chosen)]?.value : hits[chosen]?.value;
      add(exact ?? typed);
    } else if (event.key === 'Backspace' && typed === '' && values.length > 0) {
      event.preventDefault();
      setTyped(values.at(-1) ?? '');
      onChange(values.slice(0, -1));
    } else if (event.key === 'Escape' && showing) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click on the frame goes to its input, which has the name */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is in the input already */}
      <div
        onClick={() => input.current?.focus()}
        className={`flex min-h-9 flex-wrap items-center gap-1 rounded-md border bg-surface px-1.5 py-1 focus-within:border-link focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-link ${
          control['aria-invalid'] ? 'border-act' : 'border-line-strong/70 hover:border-line-strong'
        }`}
      >
        {values.map((value, index) => (
          <span
            key={value}
            className={`mono inline-flex max-w-full items-center gap-0.5 rounded-sm border py-px pr-0.5 pl-1.5 text-xs ${
              guilty(index) ? 'border-act bg-act-tint text-act-ink' : `border-line-strong/40 bg-raised ${tone(value)}`
            }`}
          >
            <span className="truncate">{draw(value)}</span>
            <button
              type="button"
              aria-label={`Remove ${value}`}
              onClick={(event) => {
                event.stopPropagation();
                onChange(values.filter((_, at) => at !== index));
              }}
              className="inline-flex size-5 items-center justify-center rounded-sm text-muted hover:bg-link-tint hover:text-link-ink"
            >
              <X aria-hidden className="size-3" />
            </button>
          </span>
        ))}
        <input
          ref={input}
          {...control}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setChosen(-1);
          }}
          onKeyDown={press}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (!/\s/.test(pasted.trim())) return;
            event.preventDefault();
            add(pasted);
          }}
          onBlur={() => {
            setOpen(false);
            if (typed.trim() !== '') add(typed);
          }}
          placeholder={values.length === 0 ? placeholder : undefined}
          role="combobox"
          aria-expanded={showing}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={showing && chosen >= 0 ? `${listId}-${chosen}` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="mono h-6 min-w-28 flex-1 bg-transparent px-1 text-xs outline-none"
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        hidden={!showing}
        className="pane absolute! inset-x-0 z-20 mt-1 max-h-72 rounded-md border bg-raised p-1 shadow-pop"
      >
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard works through the input
          <div
            key={hit.value}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => add(hit.value)}
            className="flex cursor-pointer items-baseline gap-3 rounded-sm px-2 py-1 hover:bg-link-tint aria-selected:bg-link-tint"
          >
            <span className="mono shrink-0 text-xs font-medium">{hit.value}</span>
            <span className="truncate text-xs text-muted">{hit.note}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
