'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { GridRow } from './grid-parts';

/** One visible row of a tree, flattened. */
export interface TreeRow<T> {
  readonly key: string;
  /** 0 for the top */
  readonly level: number;
  readonly expanded: boolean | null;
  readonly value: T;
}

const rowHeight = 28;

/**
 * A tree grid of any length: only the rows on screen exist. One tab stop; arrows move, right and left fold, Home and End
 * jump, letters search, Enter acts.
 */
export function VirtualTree<T>({
  label,
  rows,
  header,
  nameOf,
  onToggle,
  onActivate,
  selected,
  render,
  className = '',
}: {
  label: string;
  rows: readonly TreeRow<T>[];
  header?: ReactNode;
  nameOf: (value: T) => string;
  onToggle: (row: TreeRow<T>) => void;
  onActivate?: (row: TreeRow<T>) => void;
  selected?: string | null;
  render: (row: TreeRow<T>) => ReactNode;
  className?: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState(0);
  const moved = useRef(false);
  const typed = useRef({ text: '', at: 0 });
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 16,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const at = Math.min(focus, Math.max(0, rows.length - 1));

  const selectedIndex = selected ? rows.findIndex((row) => row.key === selected) : -1;
  const brought = useRef<string | null>(null);
  useEffect(() => {
    if (selectedIndex < 0 || !selected || brought.current === selected) return;
    brought.current = selected;
    setFocus(selectedIndex);
    virtual.scrollToIndex(selectedIndex, { align: 'auto' });
  }, [selectedIndex, selected, virtual]);

  useEffect(() => {
    if (!moved.current) return;
    // a far row is drawn only after the scrolling that brings it
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`);
    if (!row) return;
    moved.current = false;
    row.focus();
  });

  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    moved.current = true;
    setFocus(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  const press = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / rowHeight) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + page,
      PageUp: at - page,
    };
    const step = steps[event.key];
    if (step !== undefined) move(step);
    else if (event.key === 'ArrowRight') {
      if (row.expanded === false) onToggle(row);
      else if (row.expanded) move(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (row.expanded) onToggle(row);
      else {
        let parent = at;
        while (parent > 0 && rows[parent]!.level >= row.level) parent--;
        move(parent);
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (row.expanded !== null && event.key === ' ') onToggle(row);
      else (onActivate ?? onToggle)(row);
    } else if (event.key.length === 1) {
      const fresh = event.timeStamp - typed.current.at > 700;
      typed.current = { text: (fresh ? '' : typed.current.text) + event.key.toLowerCase(), at: event.timeStamp };
      const order = [...rows.keys()].map((index) => (index + at + (fresh ? 1 : 0)) % rows.length);
      const hit = order.find((index) => nameOf(rows[index]!.value).toLowerCase().startsWith(typed.current.text));
      if (hit !== undefined) move(hit);
    } else return;
    event.preventDefault();
  };
  return (
    <div
      role="treegrid"
      aria-label={label}
      aria-rowcount={rows.length}
      className={`flex min-h-0 min-w-0 flex-col ${className}`}
    >
      {header}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the focused row inside bubble up to here */}
      <div ref={scroller} onKeyDown={press} className="pane relative min-h-40 flex-1">
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <GridRow
                key={item.key}
                data-index={item.index}
                aria-level={row.level + 1}
                aria-rowindex={item.index + 1}
                aria-expanded={row.expanded ?? undefined}
                aria-selected={row.key === selected}
                tabIndex={item.index === at ? 0 : -1}
                onFocus={() => setFocus(item.index)}
                onClick={() => {
                  setFocus(item.index);
                  (onActivate ?? onToggle)(row);
                }}
                className={`absolute inset-x-0 cursor-pointer border-b text-sm outline-offset-[-2px] ${row.key === selected ? 'bg-link-tint' : 'hover:bg-link-tint/40'}`}
                style={{ top: item.start, height: rowHeight }}
              >
                {render(row)}
              </GridRow>
            );
          })}
        </div>
      </div>
    </div>
  );
}
