import type { Design } from '../design';
import { tryParseAtom } from '../pms';
import { describeMove } from '../resolve/explain-edit';
import type { DesignEdit, Fix, PlanWarning } from '../resolve/plan';
import type { RootConfiguration } from '../resolve/provider';

const namesOf = {
  package_use: (design: Design) => Object.keys(design.package_use),
  package_accept_keywords: (design: Design) => Object.keys(design.package_accept_keywords),
  package_license: (design: Design) => Object.keys(design.package_license),
  package_mask: (design: Design) => design.package_mask,
  package_unmask: (design: Design) => design.package_unmask,
  allow_network: (design: Design) => design.allow_network,
  target_provides: (design: Design) => design.target_provides,
} as const;

/**
 * Lines of a design that concern nothing any more, because `profiles/updates` moved their package or slot: a warning for
 * each atom, with the change of the design that writes the present names. What the design asks for is no warning but a
 * failure. `prove` plans with edits; false: no plan comes of them.
 */
export function movedNameWarnings(
  design: Design,
  configuration: RootConfiguration,
  prove: (edits: readonly DesignEdit[]) => boolean,
): readonly PlanWarning[] {
  const found = Object.entries(namesOf).flatMap(([field, atomsOf]) =>
    atomsOf(design).flatMap((text) => {
      const atom = tryParseAtom(text, { allowRepository: true });
      if (atom === null) return [];
      const isThere = configuration
        .candidates(atom.qualifiedName)
        .some(({ slot }) => atom.slot === null || atom.slot === slot);
      const moved = isThere ? null : (configuration.moved?.(atom) ?? null);
      return moved === null ? [] : [{ field, text, moved }];
    }),
  );
  if (found.length === 0) return [];
  const lines = [...new Set(found.flatMap(({ moved }) => moved.lines))];
  const edits = lines.map((line) => ({ kind: 'move' as const, line }));
  const title = found.length === 1 ? `Write ${found[0]?.moved.atom}, its name now` : 'Write the current names';
  const fix: Fix = { title, edits, cost: 'The lines have an effect again.' };
  const isProven = prove(edits);
  return found.map(({ field, text, moved }) => ({
    code: 'MOVED_NAME',
    message: `\`${text}\` in \`${field}\` matches no package: ${moved.lines.map(describeMove).join('; ')}, according to \`profiles/updates\` of \`${moved.repository}\`.`,
    hint: `Write \`${moved.atom}\`.`,
    ...(isProven && { fix }),
  }));
}
