'use client';

import type { ClipboardEvent } from 'react';
import { type Place, placeTone, placeWords } from '@/components/place/place';
import { CopyButton } from '@/components/ui/copy-button';
import { Tooltip } from '@/components/ui/tooltip';
import { visibleText } from '@/lib/layout/visible-text';
import { headAndTail, splitPath } from './anatomy';

export interface PathAnatomyProps {
  readonly path: string;
  /** folder that stands for `/` there; '' or '/' when the path is written from inside */
  readonly root?: string;
  /** offset prefix (EPREFIX) */
  readonly prefix?: string;
  readonly place: Place;
  /** name of the variable the root part comes from */
  readonly rootVariable?: string;
  readonly copy?: boolean;
  /** no hover legend and no tab stop: for long lists whose columns are explained elsewhere */
  readonly quiet?: boolean;
  /** show every character and wrap instead of shortening */
  readonly whole?: boolean;
  readonly className?: string;
}

const rootVariables: Readonly<Record<Place, string>> = {
  host: 'BROOT',
  staging: 'SYSROOT = ROOT',
  final: 'ROOT',
  image: 'image root',
};

function Part({ text, keep, whole, className }: { text: string; keep: number; whole: boolean; className: string }) {
  if (whole) return <span className={`break-all ${className}`}>{text}</span>;
  const [head, tail] = headAndTail(text, keep);
  return (
    <span className={`flex min-w-0 ${className}`}>
      {head !== '' && <span className="min-w-[1ch] truncate">{head}</span>}
      <span className="shrink-0">{tail}</span>
    </span>
  );
}

/**
 * The signature of the product: a path drawn as ROOT (dimmed), EPREFIX (tinted with the place's colour) and the rest.
 * Too long ones lose their middle, never their end, and are copied whole.
 */
export function PathAnatomy({
  path,
  root = '',
  prefix = '',
  place,
  rootVariable,
  copy = false,
  quiet = false,
  whole = false,
  className = '',
}: PathAnatomyProps) {
  const parts = splitPath(path, root, prefix);
  const copyWhole = (event: ClipboardEvent) => {
    event.clipboardData.setData('text/plain', path);
    event.preventDefault();
  };
  const drawn = (
    <span
      onCopy={copyWhole}
      {...(quiet ? { title: visibleText(path) } : { tabIndex: 0 })}
      className={`mono min-w-0 max-w-full rounded-sm text-[0.92em] ${whole ? 'inline' : 'inline-flex'}`}
    >
      {parts.root !== '' && <Part text={parts.root} keep={2} whole={whole} className="shrink-[4] text-faint" />}
      {parts.prefix !== '' && (
        <span
          className={`shrink-0 rounded-sm border-b-2 px-[2px] ${whole ? 'break-all' : ''} ${placeTone[place].tint} ${placeTone[place].text} ${placeTone[place].edge}`}
        >
          {parts.prefix}
        </span>
      )}
      {parts.rest !== '' && <Part text={parts.rest} keep={1} whole={whole} className="shrink text-ink" />}
    </span>
  );
  return (
    <span className={`group/path inline-flex min-w-0 max-w-full items-center gap-1 ${className}`}>
      {quiet ? (
        drawn
      ) : (
        <Tooltip
          content={
            <PathLegend
              path={path}
              root={root}
              prefix={prefix}
              place={place}
              variable={rootVariable ?? rootVariables[place]}
            />
          }
        >
          {drawn}
        </Tooltip>
      )}
      {copy && <CopyButton text={path} label="Copy path" quiet />}
    </span>
  );
}

function PathLegend({
  path,
  root,
  prefix,
  place,
  variable,
}: {
  path: string;
  root: string;
  prefix: string;
  place: Place;
  variable: string;
}) {
  const parts = splitPath(path, root, prefix);
  const rows = [
    parts.root !== '' && { name: variable, text: parts.root, tone: 'text-faint', note: 'stands for / of the target' },
    parts.prefix !== '' && {
      name: 'EPREFIX',
      text: parts.prefix,
      tone: placeTone[place].text,
      note: 'the prefix: same path while building and on the target',
    },
    parts.rest !== '' && {
      name: 'path',
      text: parts.rest,
      tone: 'text-ink',
      note: parts.prefix === '' ? 'outside of any prefix' : 'below the prefix',
    },
  ].filter((row) => row !== false);
  return (
    <span className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-left">
      {rows.map((row) => (
        <span key={row.name} className="contents">
          <span className="mono text-xs text-muted">{row.name}</span>
          <span>
            <span className={`mono text-xs break-all ${row.tone}`}>{row.text}</span>
            <span className="block text-xs text-muted">{row.note}</span>
          </span>
        </span>
      ))}
      <span className="col-span-2 text-xs text-faint">
        in {placeWords[place].label.toLowerCase()}: {placeWords[place].plain}
      </span>
    </span>
  );
}
