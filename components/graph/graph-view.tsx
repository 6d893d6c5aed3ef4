'use client';

import { Waypoints } from 'lucide-react';
import { useMemo } from 'react';
import { usePrefix } from '@/components/data/use-prefix';
import { useSaveText } from '@/components/data/use-save-text';
import { PlaceIcon } from '@/components/place/place-mark';
import { planRoots } from '@/components/plan/counts';
import { PlanTools } from '@/components/plan/plan-tools';
import { PlanProblem, PlanWaiting } from '@/components/plan/plan-waiting';
import { EmptyState } from '@/components/ui/empty-state';
import { count } from '@/components/ui/format';
import { Segmented } from '@/components/ui/segmented';
import { Tooltip } from '@/components/ui/tooltip';
import { useUrlState } from '@/components/ui/use-url-state';
import type { PrefixDocument } from '@/lib/api/wire';
import { type DependencyClass, dependencyClasses } from '@/lib/pms/dependency-class';
import type { Plan, PlanRoot } from '@/lib/resolve/plan';
import { edgeLook } from './edge-look';
import { GraphCanvas } from './graph-canvas';
import { buildGraph, firstViewLimit, neighbourhood } from './model';
import { OverviewCanvas } from './overview-canvas';
import { PackagePanel } from './package-panel';
import { PlanTable } from './plan-table';
import { indexPlan } from './why';

/** The plan drawn as a graph, or as the table with the same facts; one selection for both. */
export function GraphView({ name }: { name: string }) {
  const { prefix, plan, planned } = usePrefix(name);
  if (prefix.data && !prefix.data.design) {
    return (
      <Pad>
        <EmptyState icon={Waypoints} title="No plan while the design has problems">
          They are listed below; the graph appears as soon as they are solved.
        </EmptyState>
      </Pad>
    );
  }
  if (plan.isError) {
    return (
      <Pad>
        <PlanProblem error={plan.error} tree={prefix.data?.design?.tree ?? 'starter'} again={() => plan.refetch()} />
      </Pad>
    );
  }
  if (plan.data?.result.kind === 'unsolved') {
    return (
      <Pad>
        <EmptyState icon={Waypoints} title="There is no plan to draw">
          The reason, and what would help, are shown below.
        </EmptyState>
        {prefix.data && (
          <div className="mt-3">
            <PlanTools document={prefix.data} isPlanned={false} />
          </div>
        )}
      </Pad>
    );
  }
  if (!planned || !prefix.data) {
    return (
      <Pad>
        <PlanWaiting tree={prefix.data?.design?.tree ?? 'starter'} />
      </Pad>
    );
  }
  return <PlanGraph plan={planned} document={prefix.data} />;
}

function Pad({ children }: { children: React.ReactNode }) {
  return <div className="px-3 py-5 md:px-6">{children}</div>;
}

const countShown = (plan: Plan): number => plan.packages.filter((entry) => entry.action !== 'remove').length;

function PlanGraph({ plan, document }: { plan: Plan; document: PrefixDocument }) {
  const [view, setView] = useUrlState('view', 'graph');
  const [focus, setFocus] = useUrlState('focus', 'prefix');
  const [hidden, setHidden] = useUrlState('hide', '');
  const [open, setOpen] = useUrlState('open', '');
  const [node, setNode] = useUrlState('node', '');
  const [hubs, setHubs] = useUrlState('hubs', '');
  const present = planRoots.filter((root) =>
    plan.packages.some((entry) => entry.root === root && entry.action !== 'remove'),
  );
  const lanes = useMemo(
    (): PlanRoot[] =>
      focus === 'prefix'
        ? ['staging', 'final']
        : focus === 'all'
          ? [...planRoots]
          : planRoots.filter((root) => root === focus),
    [focus],
  );
  const around = view === 'near' && node !== '' ? node : null;
  const model = useMemo(() => {
    const off = new Set(hidden.split(',').filter((word) => word !== ''));
    return buildGraph(plan, {
      lanes: around === null ? lanes : planRoots,
      ...(around !== null && { only: neighbourhood(plan, around) }),
      expanded: new Set(open.split(',').filter((word) => word !== '')),
      classes: new Set(dependencyClasses.filter((kind) => !off.has(kind))),
    });
  }, [plan, lanes, hidden, open, around]);
  const isLarge = countShown(plan) > firstViewLimit / 2;
  const showsHubs = hubs === 'show' || !isLarge || model.hubs.size === 0;
  const index = useMemo(() => indexPlan(plan), [plan]);
  const counts = useMemo(() => {
    const of = (root: PlanRoot) =>
      plan.packages.filter((entry) => entry.root === root && entry.action !== 'remove').length;
    return { host: of('host'), staging: of('staging'), final: of('final') };
  }, [plan]);
  const shown = (around === null ? lanes : planRoots).reduce((sum, root) => sum + counts[root], 0);
  const selected = index.byId.get(node) ?? null;
  const save = useSaveText(document);
  const off = hidden.split(',').filter((word) => word !== '');
  const toggle = (kind: DependencyClass) =>
    setHidden((off.includes(kind) ? off.filter((word) => word !== kind) : [...off, kind]).join(','));
  const openGroups = open.split(',').filter((word) => word !== '');
  return (
    <div className="flex min-h-0 flex-1 flex-col lg:h-[calc(100dvh-12.3rem-var(--dock-height,0px))] lg:flex-none">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-surface px-3 py-2 md:px-6">
        <h2 className="sr-only">Graph</h2>
        <Segmented
          label="View"
          value={view}
          onChange={setView}
          options={[
            { value: 'graph', label: 'Groups' },
            ...(selected || view === 'near' ? [{ value: 'near', label: 'Around it' }] : []),
            { value: 'overview', label: 'Whole' },
            { value: 'table', label: 'Table' },
          ]}
        />
        <Segmented
          label="Places"
          value={focus}
          onChange={setFocus}
          options={[
            { value: 'prefix', label: 'Staging and final' },
            ...present.map((root) => ({
              value: root,
              label: (
                <>
                  <PlaceIcon place={root} /> {counts[root]}
                  <span className="sr-only"> only {root}</span>
                </>
              ),
            })),
            { value: 'all', label: 'All' },
          ]}
        />
        {(view === 'graph' || view === 'near') && (
          <ul aria-label="Dependency classes shown" className="flex flex-wrap items-center gap-1">
            {dependencyClasses.map((kind) => (
              <li key={kind}>
                <Tooltip content={`${edgeLook[kind].plain}; ${edgeLook[kind].where}`}>
                  <button
                    type="button"
                    aria-pressed={!off.includes(kind)}
                    onClick={() => toggle(kind)}
                    className={`inline-flex items-center gap-1.5 rounded-sm px-1.5 py-1 text-xs hover:bg-link-tint ${
                      off.includes(kind) ? 'text-faint line-through' : 'text-muted'
                    }`}
                  >
                    <svg aria-hidden="true" width="24" height="6">
                      <line
                        x1="0"
                        y1="3"
                        x2="24"
                        y2="3"
                        stroke="currentColor"
                        strokeWidth="1.6"
                        strokeDasharray={edgeLook[kind].dash}
                      />
                    </svg>
                    {kind}
                  </button>
                </Tooltip>
              </li>
            ))}
          </ul>
        )}
        {isLarge && model.hubs.size > 0 && (view === 'graph' || view === 'near') && (
          <button
            type="button"
            aria-pressed={showsHubs}
            onClick={() => setHubs(showsHubs ? '' : 'show')}
            className="rounded-sm px-1.5 py-1 text-xs text-link-ink hover:bg-link-tint"
          >
            {showsHubs ? 'Leave out' : 'Draw'} edges to {count(model.hubs.size, 'hub')}
          </button>
        )}
        {openGroups.length > 0 && view === 'graph' && (
          <button
            type="button"
            className="rounded-sm text-sm text-link-ink hover:underline"
            onClick={() => setOpen('')}
          >
            Close all groups
          </button>
        )}
        <div className="ml-auto max-sm:ml-0">
          <PlanTools document={document} isPlanned />
        </div>
      </div>
      <div
        className={`grid min-h-0 flex-1 lg:grid-rows-[minmax(0,1fr)] ${selected ? 'lg:grid-cols-[minmax(0,1fr)_22rem]' : ''}`}
      >
        <div className="h-[62vh] min-h-96 min-w-0 lg:h-auto lg:min-h-64">
          {view === 'table' ? (
            <PlanTable
              packages={plan.packages.filter((entry) => lanes.includes(entry.root) || focus === 'prefix')}
              index={index}
              selected={selected?.id ?? null}
              onSelect={setNode}
            />
          ) : shown === 0 ? (
            <EmptyState icon={Waypoints} title="Nothing is here">
              The plan has no package in this place. Choose another one above.
            </EmptyState>
          ) : view === 'overview' ? (
            <OverviewCanvas
              plan={plan}
              lanes={lanes}
              index={index}
              selected={selected?.id ?? null}
              onSelect={setNode}
            />
          ) : (
            <GraphCanvas
              key={around ?? 'groups'}
              model={model}
              showsHubs={showsHubs}
              lanes={around === null ? lanes : planRoots}
              counts={counts}
              selected={selected?.id ?? null}
              onSelect={(id) => setNode(id ?? '')}
              onOpenGroup={(id) => setOpen([...openGroups, id].join(','))}
            />
          )}
        </div>
        {selected && (
          <div className="pane border-line bg-surface max-lg:border-t lg:border-l">
            <PackagePanel
              prefix={document.name}
              key={selected.id}
              entry={selected}
              index={index}
              text={document.text}
              onText={save}
              onSelect={setNode}
              onClose={() => setNode('')}
            />
          </div>
        )}
      </div>
    </div>
  );
}
