import type { PlanWarning } from '../resolve/plan';
import type { OpenedDesign } from './open-design';
import type { ForeignRequests } from './world';

/** Code of what was set in a prefix by others than its design. */
export const outsideCode = 'OUTSIDE_DESIGN';

/** What an earlier `emerge-prefix-…` or a person set in the roots and the plan heeds: one warning each, with the edit that takes it over. */
export function outsideWarnings(
  { names }: Pick<OpenedDesign, 'names'>,
  { staging }: ForeignRequests,
  lost: readonly string[],
): PlanWarning[] {
  return [
    ...staging.map(
      (atom): PlanWarning => ({
        code: outsideCode,
        message: `Set outside the design: \`${atom}\` was asked for by name in this prefix (\`${names.wrapper}\`, or its world file), and stays.`,
        fix: {
          edits: [{ kind: 'add_package', atom }],
          title: `Add ${atom} to the design`,
          cost: 'Nothing is built because of it.',
        },
      }),
    ),
    ...lost.map(
      (atom): PlanWarning => ({
        code: outsideCode,
        message: `\`${atom}\` was asked for by name in this prefix, and no repository has it any more.`,
        hint: `What is installed of it goes. \`${names.wrapper} --deselect ${atom}\` ends this note.`,
      }),
    ),
  ];
}
