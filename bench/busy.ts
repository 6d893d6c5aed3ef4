// Runs a command and tells how busy the processors would be if the machine were its own: how many of its threads run or wait to run.
// node scripts/run.mjs bench/busy.ts build --from-source public/starters/toolbox.yaml
// Counts threads and not processor time, so that other work on the machine does not change the figure by much. PREFIX_STUDIO_HOME
// should be an empty folder; with sources in its `distfiles` nothing is downloaded meanwhile.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { createInterface } from 'node:readline';

const sampleMs = 100;
const processors = availableParallelism();
const child = spawn(process.execPath, ['bin/prefix-studio.mjs', ...process.argv.slice(2), '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** The parent of each process; those that end while they are read are left out. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      found.set(Number(name), Number(fields[1]));
    } catch {}
  }
  return found;
}

function ours(): readonly number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found: number[] = [];
  const left = [child.pid ?? 0];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    found.push(pid);
    left.push(...(children.get(pid) ?? []));
  }
  return found;
}

/** Threads of a process that run or could run. */
function runnable(pid: number): number {
  let count = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      if (text.charAt(text.lastIndexOf(')') + 2) === 'R') count += 1;
    }
  } catch {}
  return count;
}

/** Samples by what the run was at: packages that are built, and everything else. */
const samples = new Map<string, number[]>();
let at = 'start';
/** packages of staging that are built or wait for a processor */
const open = new Set<string>();
const beganAt = performance.now();
const loadBefore = loadavg()[0] ?? 0;

const timer = setInterval(() => {
  const count = ours().reduce((sum, pid) => sum + runnable(pid), 0);
  const name = at !== 'staging' ? at : open.size > 1 ? 'staging, several packages' : 'staging, one package';
  samples.set(name, [...(samples.get(name) ?? []), count]);
}, sampleMs);

for await (const line of createInterface({ input: child.stdout })) {
  const event = JSON.parse(line) as { kind: string; stage?: string; id?: string; message?: string };
  if (event.id?.startsWith('staging')) {
    if (['package_queued', 'package_started'].includes(event.kind)) open.add(event.id);
    if (/^package_(?:blocked|finished|reused|failed|skipped|cancelled)$/.test(event.kind)) open.delete(event.id);
  }
  if (event.kind === 'stage') at = event.stage ?? at;
  if (event.kind === 'done') console.log(event.message);
}
clearInterval(timer);

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
console.log(`${processors} processors, load ${loadBefore.toFixed(1)} to ${(loadavg()[0] ?? 0).toFixed(1)}`);
for (const [stage, counts] of samples) {
  const busy = counts.reduce((sum, count) => sum + Math.min(count, processors), 0) / (counts.length * processors);
  const full = counts.filter((count) => count >= processors).length / counts.length;
  const seconds = (counts.length * sampleMs) / 1000;
  console.log(
    `${stage.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s  busy ${percent(busy)}, all processors wanted ${percent(full)} of the time`,
  );
}
console.log(`${((performance.now() - beganAt) / 1000).toFixed(1)} s wall`);
