import type { Derivation, Fix, NoFixReason, PlannedPackage } from '../resolve/plan';
import type { BootstrapRole, BootstrapStage, BootstrapWay } from './bootstrap-stages';

/** Who fills a role at some time. */
export type Provider =
  | {
      readonly place: 'host';
      /** the host's package, as far as it is known: `cross-x86_64-cros-linux-gnu/gcc-15.3.0` */
      readonly cpv: string | null;
    }
  | {
      readonly place: 'staging';
      readonly cpv: string;
      /** id of the stage that built it */
      readonly stage: string;
      /** true: its files are copies of the host's */
      readonly isCopy: boolean;
    };

/** null: nobody yet, and it is not needed */
export type RestsOn = Readonly<Record<BootstrapRole, Provider | null>>;

export interface StagedPackage extends PlannedPackage {
  /** built before, in that stage; `flags` that differ now, as `flag` or `-flag` */
  readonly again: { readonly stage: string; readonly cpv: string; readonly flags: readonly string[] } | null;
}

/** An atom that cannot be planned in its stage. */
export interface LackingAtom {
  readonly atom: string;
  readonly derivations: readonly Derivation[];
  readonly fixes: readonly Fix[];
  /** why no change is offered */
  readonly noFix: readonly NoFixReason[];
}

export type StageOutcome =
  | {
      readonly kind: 'planned';
      /** staging first, then final; in merge order */
      readonly packages: readonly StagedPackage[];
      /** cpvs of the host that run during the stage (BDEPEND, IDEPEND) */
      readonly hostTools: readonly string[];
      /** atoms of DEPEND that are looked for in the host's sysroot, because staging is not the sysroot yet */
      readonly hostSysroot: readonly string[];
    }
  | {
      readonly kind: 'unsolved';
      /** how many atoms the requests stand for */
      readonly total: number;
      readonly lacking: readonly LackingAtom[];
      /** lines of `profile/packages` of staging after which the rest of the stage is planned; empty: there are none */
      readonly without: readonly string[];
    }
  /** an earlier stage has no plan */
  | { readonly kind: 'waits'; readonly for: string };

export interface StageReport extends BootstrapStage {
  /** the call of emerge that it stands for; null: none does it */
  readonly command: string | null;
  /** null: an earlier stage has no plan */
  readonly restsOn: RestsOn | null;
  readonly outcome: StageOutcome;
}

/** A package of the final root that fills a role, and who made it: its compiler, the compiler's compiler, … */
export interface Shipped {
  readonly provider: Provider;
  /** taken out of a package that does not ship itself */
  readonly isPart: boolean;
  readonly madeBy: readonly Provider[];
}

export interface BootstrapPlan {
  readonly way: BootstrapWay;
  /** the ways of this tree */
  readonly ways: readonly BootstrapWay[];
  readonly board: string;
  readonly prefixPath: string;
  readonly stages: readonly StageReport[];
  /** lines of `profile/packages` of staging that this was planned with */
  readonly without: readonly string[];
  /** what ships, by role; null: it does not, or the last stage has no plan */
  readonly ships: Readonly<Record<BootstrapRole, Shipped | null>> | null;
  /** what of the host remains in what ships, root cause first; sentences. Empty while the last stage has no plan. */
  readonly remains: readonly string[];
  readonly counts: {
    /** compiled into staging, rebuilt ones each time */
    readonly builds: number;
    /** names built more than once */
    readonly repeated: readonly { readonly name: string; readonly times: number }[];
    readonly hostTools: number;
  };
  /** what runs this way in earnest; null: nothing does today */
  readonly runs: { readonly command: string; readonly where: 'sdk' | 'here' } | null;
  /** SHA-256 over what is planned in which stage and what it rests on */
  readonly hash: string;
}
