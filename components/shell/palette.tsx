'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Box, FolderCog, Hammer, type LucideIcon, Moon, Plus, Sparkles } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { type ReactNode, useMemo, useState } from 'react';
import { outdated } from '@/components/data/outdated';
import { queries } from '@/components/data/queries';
import { StateIcon } from '@/components/state/state-badge';
import { Kbd } from '@/components/ui/kbd';
import { shellSections } from './sections';
import { useShell } from './shell-store';
import { viewsOfWorkspace, workspaceHref } from './views';

const mostPackages = 12;

/** Any page, prefix, build, package or action, by typing. */
export function Palette() {
  const open = useShell((shell) => shell.palette);
  return open ? <OpenPalette /> : null;
}

function Item({
  icon: Icon,
  value,
  onSelect,
  children,
}: {
  icon?: LucideIcon;
  value: string;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-w-0 cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-link-tint data-[selected=true]:text-link-ink"
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0 text-muted" />}
      {children}
    </Command.Item>
  );
}

function OpenPalette() {
  const setPalette = useShell((shell) => shell.setPalette);
  const setShortcuts = useShell((shell) => shell.setShortcuts);
  const [text, setText] = useState('');
  const router = useRouter();
  const client = useQueryClient();
  const { resolvedTheme, setTheme } = useTheme();
  const { data: prefixes = [] } = useQuery(queries.prefixes());
  const { data: runs } = useQuery(queries.runs({ limit: 20 }));
  const { data: starters = [] } = useQuery(queries.starters());
  const { data: index } = useQuery({ ...queries.packages('starter'), enabled: text.length > 1 });
  const packages = useMemo(() => {
    if (text.length < 2) return [];
    const words = text.toLowerCase().split(/\s+/);
    return (index?.packages ?? [])
      .filter((row) => words.every((word) => `${row.name} ${row.description}`.toLowerCase().includes(word)))
      .slice(0, mostPackages);
  }, [index, text]);
  const go = (href: string) => () => {
    setPalette(false);
    router.push(href);
  };
  const act = (action: () => void) => () => {
    setPalette(false);
    action();
  };
  const heading =
    '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted';
  return (
    <Command.Dialog
      open
      onOpenChange={setPalette}
      label="Search and commands"
      overlayClassName="fixed inset-0 z-40 bg-[rgb(10_12_15/0.45)]"
      contentClassName="appear fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-pop"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="A prefix, a package, a build, a page, an action"
        className="h-11 w-full border-b bg-transparent px-4 text-base focus-visible:outline-none"
      />
      <Command.List className="pane max-h-[56vh] p-1.5">
        <Command.Empty className="px-3 py-6 text-sm text-muted">
          Nothing is called “{text}”. Try a package name such as <code>ncurses</code>.
        </Command.Empty>
        <Command.Group heading="Actions" className={heading}>
          <Item icon={Plus} value="new prefix create" onSelect={go('/new')}>
            New prefix
          </Item>
          {starters.map((starter) => (
            <Item
              key={starter.id}
              icon={Sparkles}
              value={`start from ${starter.title} ${starter.id}`}
              onSelect={go(`/new?starter=${encodeURIComponent(starter.id)}`)}
            >
              Start from <span className="font-medium">{starter.title}</span>
            </Item>
          ))}
          <Item
            icon={Moon}
            value="theme dark light switch"
            onSelect={act(() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'))}
          >
            Switch to {resolvedTheme === 'dark' ? 'light' : 'dark'}
          </Item>
          <Item icon={FolderCog} value="ask the server again refresh" onSelect={act(() => void outdated(client))}>
            Ask the server for everything again
          </Item>
          <Item value="keyboard shortcuts help" onSelect={act(() => setShortcuts(true))}>
            <Kbd>?</Kbd> Keyboard shortcuts
          </Item>
        </Command.Group>
        {prefixes.length > 0 && (
          <Command.Group heading="Prefixes" className={heading}>
            {prefixes.map((prefix) => (
              <Item
                key={prefix.name}
                icon={Box}
                value={`prefix ${prefix.name}`}
                onSelect={go(workspaceHref(prefix.name, ''))}
              >
                <span className="font-medium">{prefix.name}</span>
                <span className="mono truncate text-xs text-muted">{prefix.path}</span>
              </Item>
            ))}
            {text !== '' &&
              prefixes.slice(0, 8).flatMap((prefix) =>
                viewsOfWorkspace.slice(1).map((view) => (
                  <Item
                    key={`${prefix.name} ${view.segment}`}
                    icon={view.icon}
                    value={`${prefix.name} ${view.label}`}
                    onSelect={go(workspaceHref(prefix.name, view.segment))}
                  >
                    {prefix.name} <span className="text-muted">{view.label}</span>
                  </Item>
                )),
              )}
          </Command.Group>
        )}
        {packages.length > 0 && (
          <Command.Group heading="Packages" className={heading}>
            {packages.map((row) => (
              <Item
                key={row.name}
                icon={Box}
                value={`${row.name} ${row.description}`}
                onSelect={go(`/packages?q=${encodeURIComponent(row.name)}`)}
              >
                <span className="mono text-xs">{row.name}</span>
                <span className="truncate text-xs text-muted">{row.description}</span>
              </Item>
            ))}
          </Command.Group>
        )}
        {(runs?.runs.length ?? 0) > 0 && (
          <Command.Group heading="Builds" className={heading}>
            {runs?.runs.map((run) => (
              <Item key={run.id} value={`build ${run.name} ${run.id}`} onSelect={go(`/builds/${run.id}`)}>
                <StateIcon state={run.state} className="size-4" />
                {run.name} <span className="truncate text-xs text-muted">{run.message}</span>
              </Item>
            ))}
          </Command.Group>
        )}
        <Command.Group heading="Pages" className={heading}>
          {shellSections.map((section) => (
            <Item key={section.href} icon={section.icon} value={`page ${section.label}`} onSelect={go(section.href)}>
              {section.label}
            </Item>
          ))}
          <Item icon={Hammer} value="page running builds" onSelect={go('/builds?state=running')}>
            Running builds
          </Item>
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}
