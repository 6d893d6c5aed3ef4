import type { ProofCheck } from '../api/events';
import { leaveOutFix } from '../api/proof-fix';

type Findings = ProofCheck['findings'];

const shownLeaks = 12;
const shownFacts = 8;

/** Checks whose notices say what of the host a prefix uses. */
const tellsFacts: ReadonlySet<ProofCheck['name']> = new Set(['host-data', 'hostile-host', 'outside-files']);

const ofSeverity = ({ findings }: ProofCheck, severity: Findings[number]['severity']): Findings =>
  findings.filter((found) => found.severity === severity);

function listed(findings: Findings, most: number): readonly string[] {
  const lines = findings
    .slice(0, most)
    .map(({ path, owner, detail }) => `      ${path}${owner === null ? '' : ` (${owner})`} ${detail}`);
  return findings.length > most ? [...lines, `      and ${findings.length - most} more`] : lines;
}

/** What one check of the proof said, with the files that leak, and what to write into the design to go without them. */
export function proofLines(check: ProofCheck): readonly string[] {
  const head = `${check.ok ? 'ok' : check.skipped ? '-' : 'NO'}  ${check.summary}`;
  if (check.skipped !== undefined) return [head];
  const facts = tellsFacts.has(check.name) ? ofSeverity(check, 'notice') : [];
  if (check.ok) return [head, ...listed(facts, shownFacts)];
  return [
    head,
    ...listed(ofSeverity(check, 'leak'), shownLeaks),
    ...listed(facts, shownFacts),
    ...leaveOutLines(check),
  ];
}

function leaveOutLines(check: ProofCheck): readonly string[] {
  const fix = leaveOutFix(check);
  if (fix === null) return [];
  return [
    `    ${fix.title}, if nobody needs them, with this in the design (\`prefix-studio design\`):`,
    `      make_conf: {INSTALL_MASK: ${JSON.stringify((check.leaveOut ?? []).join(' '))}}`,
  ];
}
