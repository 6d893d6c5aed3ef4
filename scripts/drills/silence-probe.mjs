// Asks a server every 20 ms for something light and says how long the longest answer took. What is the machine's doing is told
// apart in two ways: an idle server in a thread beside it is asked as well, and the kernel says how long the server's thread
// could have run and got no processor. Usage: node silence-probe.mjs HOST:PORT PATH PID
import { readFileSync, readlinkSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const everyMs = 20;

function idleServer() {
  const server = createServer((_request, response) => response.end('idle'));
  const task = `/proc/${readlinkSync('/proc/thread-self')}`;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port, task }));
}

const mainThread = (pid) => `/proc/${pid}/task/${pid}`;

/** Milliseconds that a thread has waited for a processor so far. Source: Linux Documentation/scheduler/sched-stats. */
function waitedMs(task) {
  try {
    return Number(readFileSync(`${task}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** One request in flight each, and one more for every 20 ms that it is late: as many people would. */
function ask(port, path, answers, task) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return () => {
    const startedMs = performance.now();
    const waitedBeforeMs = waitedMs(task);
    const note = (isAnswer) => {
      answers.push({ startedMs, endedMs: performance.now(), waitedMs: waitedMs(task) - waitedBeforeMs, isAnswer });
    };
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.once('end', () => note(true));
      response.once('error', () => note(false));
    }).once('error', () => note(false));
  };
}

const longest = (answers) => answers.reduce((most, { startedMs, endedMs }) => Math.max(most, endedMs - startedMs), 0);

/**
 * The longest answer without the server's wait for a processor, and without how late this process was to ask and to hear: that is
 * what remains of the idle server's answers without the wait of its own.
 */
function longestBesides(answers, idle) {
  let most = 0;
  for (const { startedMs, endedMs, waitedMs } of answers) {
    const tookMs = endedMs - startedMs - waitedMs;
    if (tookMs <= most) continue;
    const meanwhile = idle.filter((other) => other.endedMs >= startedMs && other.startedMs <= endedMs);
    const late = meanwhile.map((other) => other.endedMs - other.startedMs - other.waitedMs);
    most = Math.max(most, tookMs - Math.max(0, ...late));
  }
  return most;
}

function report(answers, idle) {
  const good = answers.filter(({ isAnswer }) => isAnswer);
  const sorted = good.map(({ startedMs, endedMs }) => endedMs - startedMs).sort((a, b) => a - b);
  return {
    asked: answers.length,
    lost: answers.length - good.length,
    medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
    longestMs: Math.round(longest(good)),
    idleLongestMs: Math.round(longest(idle)),
    netLongestMs: Math.round(longestBesides(good, idle)),
  };
}

async function probe(address, path, pid) {
  const idleWorker = new Worker(new URL(import.meta.url));
  const idleServerAt = await new Promise((resolve) => idleWorker.once('message', resolve));
  const answers = [];
  const idle = [];
  const askServer = ask(Number(address.split(':').pop()), path, answers, mainThread(pid));
  const askIdle = ask(idleServerAt.port, '/', idle, idleServerAt.task);
  const timer = setInterval(() => {
    askServer();
    askIdle();
  }, everyMs);
  process.stdout.write('ready\n');
  process.stdin.resume();
  process.stdin.once('end', () => {
    clearInterval(timer);
    // what is still unanswered gets a little time
    setTimeout(() => {
      process.stdout.write(`${JSON.stringify(report(answers, idle))}\n`, () => process.exit(0));
    }, 1000);
  });
}

if (isMainThread) await probe(process.argv[2] ?? '', process.argv[3] ?? '/', process.argv[4]);
else idleServer();
