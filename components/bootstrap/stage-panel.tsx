import { PackageName } from '@/components/package/package-chip';
import { PathAnatomy } from '@/components/path/path-anatomy';
import type { Place } from '@/components/place/place';
import { PlaceMark } from '@/components/place/place-mark';
import { Reason, Unsolved } from '@/components/plan/unsolved';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Quoted } from '@/components/ui/field';
import { count } from '@/components/ui/format';
import { ScrollRegion } from '@/components/ui/scroll-region';
import { Section } from '@/components/ui/section';
import { TableHead } from '@/components/ui/table-head';
import type { PrefixDocument } from '@/lib/api/wire';
import { boards, deriveNames } from '@/lib/layout/names';
import type { BootstrapPlan, StagedPackage, StageOutcome, StageReport } from '@/lib/plan/bootstrap-report';
import { RemovalLines } from './notes';

/** One stage: why, what it asks for, where it looks, what it builds. */
export function StagePanel({
  plan,
  stage,
  document,
  isLooking,
  onText,
  onWithout,
}: {
  plan: BootstrapPlan;
  stage: StageReport;
  document: PrefixDocument;
  /** changes that help are still looked for */
  isLooking: boolean;
  onText: (text: string) => void;
  onWithout: (atoms: readonly string[]) => void;
}) {
  const { outcome } = stage;
  const number = plan.stages.indexOf(stage) + 1;
  const titleOf = (id: string) => plan.stages.find((each) => each.id === id)?.title ?? id;
  return (
    <Section title={`Stage ${number}: ${stage.title}`}>
      <div className="flex flex-col gap-4 rounded-lg border bg-surface p-3 md:p-4">
        <p className="max-w-prose">
          <Quoted text={stage.why} />
        </p>
        <Facts stage={stage} plan={plan} document={document} />
        {outcome.kind === 'planned' && <Planned outcome={outcome} titleOf={titleOf} />}
        {outcome.kind === 'waits' && (
          <p className="text-muted">
            Waits for {titleOf(outcome.for)}: what that stage installs decides what this one builds.
          </p>
        )}
        {outcome.kind === 'unsolved' && (
          <Stopped outcome={outcome} document={document} isLooking={isLooking} onText={onText} onWithout={onWithout} />
        )}
      </div>
    </Section>
  );
}

function Facts({ stage, plan, document }: { stage: StageReport; plan: BootstrapPlan; document: PrefixDocument }) {
  const { chost } = boards[plan.board as keyof typeof boards];
  const names = plan.way === 'starter' || !document.design ? document.names : deriveNames(document.design);
  const own = stage.sysroot === 'staging' ? names?.stagingRoot : undefined;
  const sdk = plan.way === 'cross' ? `/usr/${chost}` : '/';
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      <dt className="text-muted">Asks for</dt>
      <dd className="mono text-xs leading-5 break-words">{stage.requests.join(' ')}</dd>
      {stage.use.length > 0 && (
        <>
          <dt className="text-muted">Extra USE</dt>
          <dd className="mono text-xs leading-5 break-words">{stage.use.join(' ')}</dd>
        </>
      )}
      <dt className="text-muted">Looks in</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <PlaceMark place={stage.sysroot} />
        {own === undefined ? (
          <PathAnatomy path={sdk} place="host" rootVariable="SYSROOT" />
        ) : (
          <PathAnatomy
            path={`${own}${plan.prefixPath}`}
            root={own}
            prefix={plan.prefixPath}
            place="staging"
            rootVariable="SYSROOT"
          />
        )}
        <span className="text-muted">for headers and libraries</span>
      </dd>
      {stage.command !== null && (
        <>
          <dt className="text-muted">Stands for</dt>
          <dd className="min-w-0">
            <CodeBlock label="The call of emerge" code={stage.command} wrap />
          </dd>
        </>
      )}
    </dl>
  );
}

function Planned({
  outcome,
  titleOf,
}: {
  outcome: StageOutcome & { kind: 'planned' };
  titleOf: (id: string) => string;
}) {
  const parts: readonly { readonly place: 'staging' | 'final'; readonly title: string }[] = [
    { place: 'staging', title: 'built into staging' },
    { place: 'final', title: 'installed into final from their binary packages' },
  ];
  return (
    <>
      {parts.map(({ place, title }) => {
        const packages = outcome.packages.filter(({ root }) => root === place);
        if (packages.length === 0) return null;
        return (
          <div key={place} className="min-w-0">
            <h3 className="mb-1.5 flex flex-wrap items-center gap-2 text-sm font-medium">
              <PlaceMark place={place} /> {count(packages.length, 'package')} {title}
            </h3>
            <PackageRows packages={packages} label={`Packages ${title}`} titleOf={titleOf} />
          </div>
        );
      })}
      <Names
        place="host"
        title={`${count(outcome.hostTools.length, 'package')} of the host ${outcome.hostTools.length === 1 ? 'runs' : 'run'} meanwhile`}
        names={outcome.hostTools}
      />
      <Names
        place="host"
        title="Asked of the host’s sysroot, because staging is not the sysroot yet"
        names={outcome.hostSysroot}
      />
    </>
  );
}

function PackageRows({
  packages,
  label,
  titleOf,
}: {
  packages: readonly StagedPackage[];
  label: string;
  titleOf: (id: string) => string;
}) {
  return (
    <ScrollRegion label={label} className="pane max-h-[26rem] rounded-md border">
      <table className="w-full min-w-[40rem] text-sm">
        <caption className="sr-only">{label}</caption>
        <TableHead titles={['Package', 'USE', 'Why']} cell="px-2.5 py-1.5" sticky />
        <tbody>
          {packages.map((pkg) => (
            <tr key={pkg.id} className="align-top">
              <th scope="row" className="max-w-72 border-b px-2.5 py-1 text-left font-normal">
                <PackageName category={pkg.category} pn={pkg.pn} version={pkg.version} slot={pkg.slot} />
              </th>
              <td className="mono max-w-64 border-b px-2.5 py-1 text-xs leading-5 break-words text-muted">
                {pkg.use.join(' ')}
              </td>
              <td className="border-b px-2.5 py-1 text-muted">
                {pkg.again ? (
                  <>
                    <span className="font-medium text-ink">Built again</span> after {titleOf(pkg.again.stage)}
                    {pkg.again.flags.length > 0 && (
                      <>
                        , now <span className="mono text-xs">{pkg.again.flags.join(' ')}</span>
                      </>
                    )}
                  </>
                ) : (
                  <span className="break-words">{pkg.reason}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Names({ place, title, names }: { place: Place; title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 flex flex-wrap items-center gap-2 text-sm font-medium">
        <PlaceMark place={place} /> {title}
      </h3>
      <ul className="flex flex-wrap gap-1">
        {names.map((name) => (
          <li key={name} className="mono max-w-full rounded-sm border bg-raised px-1.5 py-px text-xs break-all">
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Stopped({
  outcome,
  document,
  isLooking,
  onText,
  onWithout,
}: {
  outcome: StageOutcome & { kind: 'unsolved' };
  document: PrefixDocument;
  isLooking: boolean;
  onText: (text: string) => void;
  onWithout: (atoms: readonly string[]) => void;
}) {
  const { lacking, total, without } = outcome;
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium text-act-ink">
        {total > 1
          ? `${lacking.length} of the ${total} packages that it asks for are not available. The others are.`
          : 'It has no plan.'}
      </p>
      {lacking.map(({ atom, derivations, fixes, noFix }) => (
        <div key={atom} className="min-w-0">
          {total > 1 && <h3 className="mono mb-1 text-sm font-medium break-words">{atom}</h3>}
          {isLooking ? (
            <section aria-label="Why there is no plan" className="rounded-lg border border-act/40 bg-act-tint/60 p-4">
              {derivations.map((derivation, index) => (
                <Reason key={`${derivation.failure.kind} ${index}`} derivation={derivation} showsNext={false} />
              ))}
              <p className="mt-2 ml-6 flex items-center gap-2 text-sm">
                <span aria-hidden className="working size-2 rounded-full bg-link" />
                Looking for changes that help
              </p>
            </section>
          ) : (
            <Unsolved derivations={derivations} fixes={fixes} noFix={noFix} text={document.text} onText={onText} />
          )}
        </div>
      ))}
      {without.length > 0 && (
        <div className="flex flex-col items-start gap-2">
          <h3 className="text-sm font-semibold">Or go on without {without.length === 1 ? 'it' : 'them'}</h3>
          <p className="max-w-prose text-sm">
            With {without.length === 1 ? 'this line' : 'these lines'} the profile no longer asks for{' '}
            {without.length === 1 ? 'it' : 'them'}, and the rest of the stage is planned.
          </p>
          <RemovalLines atoms={without} />
          <Button onClick={() => onWithout(without)}>Plan without {count(without.length, 'package')}</Button>
        </div>
      )}
    </div>
  );
}
