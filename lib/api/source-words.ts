import { howToAskSuites } from '../layout/asked-suites';
import type { PlanSources } from '../plan/plan-sources';

/** What would find more of the sources that are not available anywhere: later suites of Debian; null: nothing of that kind. Where none had any, there is nothing to do. */
export function laterSuitesAdvice({ files, laterSuites = [] }: PlanSources): string | null {
  if (laterSuites.length === 0) return null;
  const having = laterSuites
    .map((suite) => ({ suite, count: files.filter(({ later }) => later?.includes(suite)).length }))
    .filter(({ count }) => count > 0);
  if (having.length === 0) {
    return `Debian's later suites (${laterSuites.join(', ')}) had none of these files when this program was released, and are not asked.`;
  }
  const told = having.map(({ suite, count }) => `${suite} (${count === 1 ? '1 file' : `${count} files`})`).join(', ');
  return `Debian's later suites have some of them and are not asked: ${told}. ${howToAskSuites(having.map(({ suite }) => suite))}`;
}
