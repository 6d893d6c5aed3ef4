import type { ProofCheck } from '../api/events';
import { leaveOutFix } from '../api/proof-fix';

const shownLeaks = 12;

/** What one check of the proof said, with the files that leak, and what to write into the design to go without them. */
export function proofLines(check: ProofCheck): readonly string[] {
  const head = `${check.ok ? 'ok' : check.skipped ? '-' : 'NO'}  ${check.summary}`;
  if (check.ok || check.skipped !== undefined) return [head];
  const leaks = check.findings.filter(({ severity }) => severity === 'leak');
  const lines = leaks
    .slice(0, shownLeaks)
    .map(({ path, owner, detail }) => `      ${path}${owner === null ? '' : ` (${owner})`} ${detail}`);
  const more = leaks.length > shownLeaks ? [`      and ${leaks.length - shownLeaks} more`] : [];
  return [head, ...lines, ...more, ...leaveOutLines(check)];
}

function leaveOutLines(check: ProofCheck): readonly string[] {
  const fix = leaveOutFix(check);
  if (fix === null) return [];
  return [
    `    ${fix.title}, if nobody needs them, with this in the design (\`prefix-studio design\`):`,
    `      make_conf: {INSTALL_MASK: ${JSON.stringify((check.leaveOut ?? []).join(' '))}}`,
  ];
}
