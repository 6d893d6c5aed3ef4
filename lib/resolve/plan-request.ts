import type { DesignEdit, PlanResult } from './plan';
import type { RootConfiguration } from './provider';

/** What a plan of a prefix is asked for. `resolvePlan` of this folder answers it. */
export interface PlanRequest {
  readonly board: string;
  readonly prefixPath: string;
  /** atoms and `@set` names of the design */
  readonly requests: readonly string[];
  /** atoms that every staging root gets first, such as the compiler's files; they are not `requested` */
  readonly stagingBase: readonly string[];
  /** atoms that every final root gets first, such as the C runtime; they are not `requested` */
  readonly finalBase: readonly string[];
  /** what was asked for in these roots by others than the design, beside `requests`; default: nothing */
  readonly outside?: { readonly staging: readonly string[]; readonly final: readonly string[] };
  /** BROOT: BDEPEND and IDEPEND, and DEPEND of old EAPIs */
  readonly host: RootConfiguration;
  /** ROOT = SYSROOT while building: DEPEND, RDEPEND, PDEPEND */
  readonly staging: RootConfiguration;
  /**
   * The root that ships. Its candidates have no DEPEND and BDEPEND. It gets the run-time closure of the requests, in the
   * versions and with the USE that staging has; `installed` is what stands there already.
   */
  readonly final: RootConfiguration;
  /**
   * Plans again with edits of the design applied in earnest; null: they cannot be applied. When given, no fix is offered
   * that it does not plan.
   */
  readonly replan?: (edits: readonly DesignEdit[]) => PlanResult | null;
  /** what an edit takes back of that which the owner of the design wrote, as phrases; such fixes are a last resort */
  readonly undone?: (edit: DesignEdit) => readonly string[];
  /** variables of make.conf that the design sets; what is not among them is a default of the profile */
  readonly ownVariables?: readonly string[];
  /** false: no fixes are looked for; default true */
  readonly wantsFixes?: boolean;
}

export type ResolvePlan = (request: PlanRequest) => PlanResult;
