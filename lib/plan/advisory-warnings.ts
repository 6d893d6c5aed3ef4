import type { PlanWarning } from '../resolve/plan';
import type { OpenedDesign } from './open-design';

/** Sets of security advisories that the design asks for and that ask for nothing: why, so that nobody takes it for an update. */
export function advisoryWarnings({ design, staging }: Pick<OpenedDesign, 'design' | 'staging'>): PlanWarning[] {
  return design.packages.flatMap((request): PlanWarning[] => {
    const name = request.startsWith('@') ? request.slice(1) : null;
    const count = name === null ? null : staging.advisories(name);
    if (name === null || count === null || (staging.set(name) ?? []).length > 0) return [];
    const code = 'NO_ADVISORY';
    if (count > 0) {
      const many = count === 1 ? 'the only security advisory' : `any of the ${count} security advisories`;
      return [
        { code, message: `\`@${name}\` asks for nothing: no package in staging is affected by ${many} of the tree.` },
      ];
    }
    return [
      {
        code,
        message: `\`@${name}\` asks for nothing: the tree has no security advisories (\`metadata/glsa\`).`,
        hint: `Remove \`@${name}\` from \`packages\`, or use a tree that has them, such as a Flatcar checkout.`,
      },
    ];
  });
}
