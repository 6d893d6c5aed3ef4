// Asks a server every 20 ms for something light and says how long the longest answer took. An idle server in a thread beside
// it is asked in the same way: what that one is late is the machine's doing. Usage: node silence-probe.mjs HOST:PORT PATH
import { Agent, createServer, get } from 'node:http';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const everyMs = 20;

function idleServer() {
  const server = createServer((_request, response) => response.end('idle'));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}

/** One request in flight each, and one more for every 20 ms that it is late: as many people would. */
function ask(port, path, answers) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return () => {
    const startedMs = performance.now();
    const note = (isAnswer) => answers.push({ startedMs, endedMs: performance.now(), isAnswer });
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume();
      response.once('end', () => note(true));
      response.once('error', () => note(false));
    }).once('error', () => note(false));
  };
}

const longest = (answers) => answers.reduce((most, { startedMs, endedMs }) => Math.max(most, endedMs - startedMs), 0);

/** The longest answer when everything is taken off that the idle server was late at the same time. */
function longestBesides(answers, idle) {
  let most = 0;
  for (const { startedMs, endedMs } of answers) {
    const tookMs = endedMs - startedMs;
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

async function probe(address, path) {
  const idleWorker = new Worker(new URL(import.meta.url));
  const idlePort = await new Promise((resolve) => idleWorker.once('message', resolve));
  const answers = [];
  const idle = [];
  const askServer = ask(Number(address.split(':').pop()), path, answers);
  const askIdle = ask(idlePort, '/', idle);
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

if (isMainThread) await probe(process.argv[2] ?? '', process.argv[3] ?? '/');
else idleServer();
