// Asks a server every 20 ms for something light and says how long the longest answer took. What is the machine's doing is told
// apart in two ways: an idle server in a thread beside it is asked as well, and the kernel says how long the server's thread
// could have run and got no processor. Usage: node silence-probe.mjs HOST:PORT PATH PID
import { readFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const everyMs = 20;

function idleServer() {
  const server = createServer((_request, response) => response.end('idle'));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}

/** Milliseconds that the main thread of a process has waited for a processor so far. Source: Linux Documentation/scheduler/sched-stats. */
function waitedMs(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** One request in flight each, and one more for every 20 ms that it is late: as many people would. */
function ask(port, path, answers, pid) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return () => {
    const startedMs = performance.now();
    const waitedBeforeMs = waitedMs(pid);
    const note = (isAnswer) => {
      answers.push({ startedMs, endedMs: performance.now(), waitedMs: waitedMs(pid) - waitedBeforeMs, isAnswer });
    };
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.once('end', () => note(true));
      response.once('error', () => note(false));
    }).once('error', () => note(false));
  };
}

const longest = (answers) => answers.reduce((most, { startedMs, endedMs }) => Math.max(most, endedMs - startedMs), 0);

/** The longest answer without what the idle server was late meanwhile, and without the server's wait for a processor. */
function longestBesides(answers, idle) {
  let most = 0;
  for (const { startedMs, endedMs, waitedMs } of answers) {
    const tookMs = endedMs - startedMs - waitedMs;
    if (tookMs <= most) continue;
    const meanwhile = idle.filter((other) => other.endedMs >= startedMs && other.startedMs <= endedMs);
    most = Math.max(most, tookMs - longest(meanwhile));
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
  const idlePort = await new Promise((resolve) => idleWorker.once('message', resolve));
  const answers = [];
  const idle = [];
  const askServer = ask(Number(address.split(':').pop()), path, answers, pid);
  const askIdle = ask(idlePort, '/', idle, process.pid);
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
