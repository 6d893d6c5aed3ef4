import { assertNever } from '@/lib/errors';
import type { Derivation, MaskReason, PlanFailure } from '@/lib/resolve/plan';

/** Why one version is hidden, in half a sentence. */
export function maskWords(mask: MaskReason): string {
  switch (mask.kind) {
    case 'package.mask':
      return `masked by \`${mask.atom}\` in \`${mask.file}\` line ${mask.line}${mask.comment ? `: ${mask.comment}` : ''}`;
    case 'keyword':
      return mask.keywords.length === 0
        ? 'has no keyword at all (live or unfinished)'
        : `is marked \`${mask.keywords.join(' ')}\`; \`${mask.wouldAccept.join('` or `')}\` would accept it`;
    case 'license':
      return `its licence \`${mask.missing.join(' ')}\` is not accepted`;
    case 'properties':
      return `its property \`${mask.missing.join(' ')}\` is not accepted`;
    case 'restrict':
      return `its restriction \`${mask.missing.join(' ')}\` is not accepted`;
    case 'eapi':
      return `EAPI \`${mask.eapi}\` is not supported here`;
    case 'invalid':
      return `its ebuild is broken: ${mask.detail}`;
    default:
      return assertNever(mask);
  }
}

/** The root cause in one sentence, offending text in backticks. */
export function failureTitle(failure: PlanFailure): string {
  switch (failure.kind) {
    case 'no_such_package':
      return `No repository has \`${failure.atom}\``;
    case 'no_match':
      return `No version matches \`${failure.atom}\``;
    case 'masked':
      return `Every version that matches \`${failure.atom}\` is hidden`;
    case 'use_dependency':
      return `\`${failure.cpv}\` would need other USE flags for \`${failure.atom}\``;
    case 'required_use':
      return `The USE flags of \`${failure.cpv}\` contradict each other: \`${failure.violated}\``;
    case 'slot_conflict':
      return `Two versions are wanted in one slot: \`${failure.slot}\``;
    case 'blocked':
      return `\`${failure.by}\` cannot stand beside \`${failure.blocked}\``;
    case 'circular':
      return 'These packages need each other to be built first';
    case 'not_on_host':
      return `The build host has no \`${failure.atom}\``;
    default:
      return assertNever(failure);
  }
}

/** The facts below the title, one a line. */
export function failureFacts(failure: PlanFailure): string[] {
  switch (failure.kind) {
    case 'no_such_package':
      return failure.similar.length > 0 ? [`Similar names: \`${failure.similar.join('`, `')}\``] : [];
    case 'no_match':
      return failure.available.length > 0 ? [`There are: \`${failure.available.join('`, `')}\``] : [];
    case 'masked':
      return failure.candidates.map(({ cpv, masks }) => `\`${cpv}\` ${masks.map(maskWords).join('; ')}`);
    case 'use_dependency':
      return Object.entries(failure.changes).map(([flag, on]) => `\`${flag}\` would have to be ${on ? 'on' : 'off'}`);
    case 'required_use':
      return [`The rule: \`${failure.requiredUse}\``, `Now enabled: \`${failure.use.join(' ') || 'nothing'}\``];
    case 'slot_conflict':
      return failure.candidates.map(
        (side) => `\`${side.cpv}\` for ${side.wantedBy.map((want) => `\`${want.cpv}\` (\`${want.atom}\`)`).join(', ')}`,
      );
    case 'blocked':
      return [`It says \`${failure.blocker}\``];
    case 'circular':
      return failure.cycle.map((edge) => `\`${edge.from.split('|')[1]}\` needs \`${edge.atom}\` (${edge.class})`);
    case 'not_on_host':
      return failure.masks.map(maskWords);
    default:
      return assertNever(failure);
  }
}

/** The way from the request down to the failure: request first. */
export function chainWords(derivation: Derivation): string[] {
  return [...derivation.chain]
    .reverse()
    .map(
      (hop) =>
        `\`${hop.parent}\` asks for \`${hop.atom}\`, ${hop.class}${hop.conditions.length > 0 ? `, because of ${hop.conditions.join(' ')}` : ''}, in ${hop.root}`,
    );
}
