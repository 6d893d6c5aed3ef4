import { CircleAlert, Clock3 } from 'lucide-react';
import { type Place, placeTone } from '@/components/place/place';
import { PlaceIcon } from '@/components/place/place-mark';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { roleWords } from '@/lib/api/bootstrap-words';
import type { BootstrapPlan, Provider, Shipped, StageReport } from '@/lib/plan/bootstrap-report';
import type { BootstrapRole } from '@/lib/plan/bootstrap-stages';
import { type Band, bandsOf, nameOf } from './bands';

const roles = Object.keys(roleWords) as readonly BootstrapRole[];

/** Stages from left to right; below each what it rests on, as bands in the colour of the place. */
export function StageTable({
  plan,
  selected,
  onSelect,
}: {
  plan: BootstrapPlan;
  selected: string;
  onSelect: (stage: string) => void;
}) {
  return (
    <ScrollRegion label="Stages and what each rests on" className="pane rounded-lg border bg-surface">
      <table
        className="w-full table-fixed border-separate border-spacing-0 text-sm"
        style={{ minWidth: widthOf(plan) }}
      >
        <caption className="sr-only">
          Stages of the bootstrap from left to right, and whether each rests on the host or on staging
        </caption>
        <colgroup>
          <col className="w-24 md:w-40" />
          {plan.stages.map(({ id }) => (
            <col key={id} />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr>
            <td className="sticky left-0 z-10 border-r border-b bg-raised" />
            {plan.stages.map((stage, index) => (
              <th key={stage.id} scope="col" className="h-px border-b p-0 text-left align-top font-normal">
                <StageHead
                  stage={stage}
                  number={index + 1}
                  active={stage.id === selected}
                  onSelect={() => onSelect(stage.id)}
                />
              </th>
            ))}
            <th scope="col" className="border-b border-l px-2.5 py-2 text-left align-top font-medium text-final-ink">
              <span className="flex items-center gap-1.5">
                <PlaceIcon place="final" /> What ships
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {roles.map((role) => (
            <tr key={role}>
              <RowHead>{roleWords[role]}</RowHead>
              {bandsOf(plan, role).map((band) => (
                <td key={band.from} colSpan={band.span} className="h-px border-b p-0.5 align-top">
                  <BandCell band={band} stages={plan.stages} />
                </td>
              ))}
              <td className="h-px border-b border-l p-0.5 align-top">
                <ShipsCell ships={plan.ships?.[role]} isKnown={plan.ships !== null} />
              </td>
            </tr>
          ))}
          <tr>
            <RowHead>Tools that run</RowHead>
            {plan.stages.map((stage) => (
              <td key={stage.id} className="h-px p-0.5 align-top">
                <ToolsCell stage={stage} />
              </td>
            ))}
            <td className="h-px border-l p-0.5 align-top">
              <Nothing>{plan.ships === null ? 'not known yet' : 'none ships'}</Nothing>
            </td>
          </tr>
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const widthOf = (plan: BootstrapPlan): string => `${8 + (plan.stages.length + 1) * 7}rem`;

function RowHead({ children }: { children: string }) {
  return (
    <th
      scope="row"
      className="sticky left-0 z-10 border-r border-b bg-raised px-2 py-2 text-left align-top text-xs font-medium md:px-3 md:text-sm"
    >
      {children}
    </th>
  );
}

function StageHead({
  stage,
  number,
  active,
  onSelect,
}: {
  stage: StageReport;
  number: number;
  active: boolean;
  onSelect: () => void;
}) {
  const { outcome } = stage;
  return (
    <button
      type="button"
      aria-pressed={active}
      onClick={onSelect}
      className={`flex h-full w-full flex-col items-start gap-0.5 border-t-2 px-2.5 py-2 text-left hover:bg-link-tint focus-visible:-outline-offset-2 ${
        active ? 'border-t-link bg-link-tint' : 'border-t-transparent'
      }`}
    >
      <span className={`flex items-baseline gap-1.5 font-medium ${active ? 'text-link-ink' : ''}`}>
        <span className="text-xs text-muted tabular">{number}</span>
        {stage.title}
      </span>
      {outcome.kind === 'planned' ? (
        <span className="text-xs text-muted tabular">{packagesOf(stage)}</span>
      ) : outcome.kind === 'unsolved' ? (
        <span className="flex items-center gap-1 text-xs font-medium text-act-ink">
          <CircleAlert aria-hidden className="size-3.5 shrink-0" /> no plan
        </span>
      ) : (
        <span className="flex items-center gap-1 text-xs text-muted">
          <Clock3 aria-hidden className="size-3.5 shrink-0" /> waits
        </span>
      )}
    </button>
  );
}

function packagesOf({ outcome, root }: StageReport): string {
  if (outcome.kind !== 'planned') return '';
  const shown = outcome.packages.filter((pkg) => pkg.root === root).length;
  return root === 'final' ? `${shown} installed` : `${shown} built`;
}

/** The words of a wide band stay in sight while it is scrolled. */
const inSight = 'sticky left-26 w-fit max-w-full min-w-0 md:left-42';

function Filled({ place, word, cpv, note }: { place: Place; word: string; cpv: string; note: string }) {
  return (
    <div
      className={`h-full rounded-sm border-l-[3px] px-2 py-1 ${placeTone[place].tint} ${placeTone[place].edge}`}
      title={`${cpv} ${note}`.trim()}
    >
      <div className={inSight}>
        <span className={`flex items-center gap-1 text-xs font-medium ${placeTone[place].text}`}>
          <PlaceIcon place={place} className="size-3" /> {word}
        </span>
        <span className="mono block truncate text-xs">{nameOf(cpv)}</span>
        {note !== '' && <span className="block truncate text-xs text-muted">{note}</span>}
      </div>
    </div>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <div className="h-full rounded-sm bg-sunken px-2 py-1 text-xs text-muted">
      <div className={inSight}>{children}</div>
    </div>
  );
}

function BandCell({ band: { provider }, stages }: { band: Band; stages: readonly StageReport[] }) {
  if (provider === 'waits') return <Nothing>not known yet</Nothing>;
  if (provider === null) return <Nothing>none yet, not needed</Nothing>;
  if (provider.place === 'host') {
    return <Filled place="host" word="Host" cpv={provider.cpv ?? 'this machine’s'} note={categoryNote(provider)} />;
  }
  const number = stages.findIndex(({ id }) => id === provider.stage) + 1;
  const note = provider.isCopy ? `copied in stage ${number}` : `built in stage ${number}`;
  return (
    <Filled place="staging" word={provider.isCopy ? 'Staging, a copy' : 'Staging'} cpv={provider.cpv} note={note} />
  );
}

/** The cross tool chain is another package of the same name. */
const categoryNote = ({ cpv }: Provider): string => (cpv?.startsWith('cross-') ? 'cross tool chain' : '');

function ShipsCell({ ships, isKnown }: { ships: Shipped | null | undefined; isKnown: boolean }) {
  if (!isKnown || ships === undefined) return <Nothing>not known yet</Nothing>;
  if (ships === null || ships.provider.cpv === null) return <Nothing>does not ship</Nothing>;
  const { provider, isPart } = ships;
  const isCopy = provider.place === 'staging' && provider.isCopy;
  return (
    <Filled
      place="final"
      word="Final"
      cpv={provider.cpv ?? ''}
      note={isCopy ? 'a copy of the host’s' : isPart ? 'its libraries only' : ''}
    />
  );
}

function ToolsCell({ stage: { outcome } }: { stage: StageReport }) {
  if (outcome.kind !== 'planned') return <Nothing>not known yet</Nothing>;
  if (outcome.hostTools.length === 0) return <Nothing>none asked for</Nothing>;
  return (
    <div className={`h-full rounded-sm border-l-[3px] px-2 py-1 ${placeTone.host.tint} ${placeTone.host.edge}`}>
      <span className={`flex items-center gap-1 text-xs font-medium ${placeTone.host.text}`}>
        <PlaceIcon place="host" className="size-3" /> Host
      </span>
      <span className="block text-xs tabular">{outcome.hostTools.length} packages</span>
    </div>
  );
}
