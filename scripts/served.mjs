import { spawn } from 'node:child_process';

const patienceMs = 120_000;

/** The address that `prefix-studio serve --json` prints once it can be opened. Throws when it ends before. */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const line = output.split('\n').find((candidate) => candidate.startsWith('{"url"'));
      if (line) resolve(JSON.parse(line).url);
    });
    child.once('exit', (status) => reject(new Error(`the server ended with status ${status} before it was ready`)));
    setTimeout(() => reject(new Error('the server was not ready in time')), patienceMs).unref();
  });
}

async function read(url) {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/**
 * Starts `serve` with this Node.js, opens the first page with its programs and one of the API, and ends it.
 * Returns the seconds until the page was there, and what was said on standard error.
 */
export async function serveOnce(node, program, options) {
  const startedMs = performance.now();
  const child = spawn(node, [program, 'serve', '--json', '--port', '0'], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  try {
    const url = await addressOf(child);
    const page = await read(url);
    const seconds = (performance.now() - startedMs) / 1000;
    const parts = [...page.matchAll(/(?:src|href)="(\/_next\/static[^"]+)"/g)].map(([, path]) => path);
    if (parts.length === 0) throw new Error('the page has no programs');
    for (const path of new Set(parts)) await read(new URL(path, url));
    await read(new URL('/api/starters', url));
    return { seconds, errors };
  } finally {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}
