import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planOf, TinyPrefix } from '../../engine/__fixtures__/tiny-prefix';
import { describeOrigins } from '../../engine/index';
import { removeTree } from '../../host/remove-tree';
import { probeSandbox } from '../../host/sandbox-probe';
import type { Plan } from '../../resolve/plan';
import { compiledOnly, settledBy } from './origins-of';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../../..');
const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

let prefix: TinyPrefix;
beforeEach(() => {
  prefix = new TinyPrefix();
});
afterEach(() => prefix.remove());

/** As `refinePlan` sees it: an equal binary package of staging, and the package in final. */
function reusing(plan: Plan): Plan {
  const packages = plan.packages.map((pkg) =>
    pkg.root === 'staging'
      ? { ...pkg, action: 'reuse' as const, reason: 'An equal binary package exists.' }
      : { ...pkg, action: 'keep' as const },
  );
  return { ...plan, packages };
}

const actions = (plan: Plan): readonly string[] =>
  plan.packages.map(({ root, pn, action }) => `${root} ${pn} ${action}`);

describe.skipIf(sandbox.kind === 'unusable')(`a plan that reuses packages${skipped}`, () => {
  it('says what the engine then does', async () => {
    const eclasses = join(prefix.overlay, 'eclass');
    mkdirSync(eclasses, { recursive: true });
    writeFileSync(join(eclasses, 'own.eclass'), 'SAID=before\n');
    const describeIt: TinyPrefix['describe'] = (pkg) => ({ ...prefix.describe(pkg), eclassDirs: [eclasses] });
    const install = 'src_install() { insinto /usr/share; newins - "$PN" <<< "$SAID"; }';
    prefix.ebuild('app-misc/same-1', install.replace('$SAID', 'same'));
    prefix.ebuild('app-misc/other-1', install, 'inherit own');
    const plan = planOf(['app-misc/same-1', 'app-misc/other-1'], [], prefix.place.path);
    const request = {
      place: prefix.place,
      describe: describeIt,
      sharedDir: join(prefix.home, 'shared'),
      distDir: join(prefix.home, 'distfiles'),
      cacheDir: join(prefix.home, 'cache'),
      emit: () => {},
    };
    expect(await prefix.execute(plan, request)).toEqual({ kind: 'succeeded' });
    await removeTree(prefix.place.stagingEroot);
    mkdirSync(prefix.place.stagingEroot, { recursive: true });
    writeFileSync(join(eclasses, 'own.eclass'), 'SAID=after\n');

    const planned = reusing(plan);
    const origins = await describeOrigins({ ...request, plan: planned });
    const settled = settledBy(planned, origins);
    expect(actions(settled)).toEqual([
      'staging same reuse',
      'staging other build',
      'final same keep',
      'final other install',
    ]);
    expect(settled.packages[1]?.reason).toMatch(/does not fit: an eclass, /);
    expect(compiledOnly(settled, origins).packages.filter(({ root }) => root === 'staging')).toHaveLength(1);

    expect(await prefix.execute(settled, { ...request, emit: (event) => void prefix.events.push(event) })).toEqual({
      kind: 'succeeded',
    });
    const did = (kind: string): readonly string[] =>
      prefix.events.flatMap((event) => (event.kind === kind && 'id' in event && event.id !== null ? [event.id] : []));
    expect(did('package_reused')).toEqual(['staging|app-misc/same-1']);
    expect(did('package_finished')).toEqual(['staging|app-misc/other-1', 'final|app-misc/other-1']);
  });
});
